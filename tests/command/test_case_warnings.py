"""A case and warnings: those drafted from it with their share and their lines, those of other services at its place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.atlas.exposure.bodies import body, keeper
from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of
from tests.command.street import lon as lon_of_well
from tests.command.test_gathering import GAS
from tests.languages import english
from tests.mobilisation.incoming_warnings import services as incoming
from tests.mobilisation.public_warnings.drafting import new
from tests.mobilisation.public_warnings.messages import rain
from tests.people import YANTAI, make_named_person, make_person, signed_in
from tocsin.bus.models import OutboxEvent
from tocsin.command.case_page.consumers import LIVE
from tocsin.command.casebook.models import Case
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.events import WarningDrafted
from tocsin.mobilisation.public_warnings.models import PublicWarning, WarningDelivery
from tocsin.mobilisation.public_warnings.rules.cap.message import Area
from tocsin.mobilisation.public_warnings.services import drafts, issuing, queueing
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, take_subscribers

__all__ = ["english"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case(street: None, time: Timeline, clock: SetClock) -> Case:
    alarm = time.at(0).rings(0, GAS)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def officer(db: None) -> User:
    return make_person("duty_officer", organisation="monitoring_centre")


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader", organisation="monitoring_centre")


def warn(case: Case, author: User, leader: User, minute: int = 5) -> PublicWarning:
    """Drafted from the case by one, handed over, issued by the other, queued."""
    at = START + timedelta(minutes=minute)
    town = NewSubscriber("sms", "13900000001", "370213001"), NewSubscriber("sms", "13900000002", "370213003")
    take_subscribers(actor=make_person("system_administrator", "370200"), rows=list(town), now=at)
    wanted = new(
        level="red",
        expires_at=at + timedelta(hours=3),
        places=NewPlaces(units=["370213"]),
        source_kind="case",
        source_id=case.pk,
    )
    made = drafts.draft_warning(actor=author, new=wanted, now=at)
    drafts.ask_for_issue(actor=author, warning_id=made.pk, now=at + timedelta(minutes=1))
    issuing.issue_warning(actor=leader, warning_id=made.pk, now=at + timedelta(minutes=2))
    while queueing.queue_deliveries(now=at + timedelta(minutes=3)):
        pass
    return made


def acts(client: Client, case: Case) -> list[str]:
    lines = client.get(f"/api/v1/command/cases/{case.pk}/timeline").json()
    return [line["act"] for line in lines if line["act"].startswith("warning_")]


def test_the_page_shows_what_the_public_is_told_and_how_many_read_it(case: Case, officer: User, leader: User) -> None:
    made = warn(case, officer, leader)
    first = WarningDelivery.objects.order_by("pk").first()
    assert first is not None
    WarningDelivery.objects.filter(pk=first.pk).update(read_at=START + timedelta(minutes=9))
    page = signed_in(leader).get(f"/cases/{case.number}/").content.decode()
    assert f'href="/warnings/{made.pk}/"' in page
    assert "1 of 2 read it (50 %)" in " ".join(page.split())
    assert f"/warnings/new/?source_kind=case&amp;source_id={case.pk}" in page
    told = signed_in(leader).get(f"/api/v1/command/cases/{case.pk}/warnings").json()
    [public] = told["public"]
    assert (public["state"], public["told"], public["read"], public["percent"]) == ("issued", 2, 1, 50)
    assert told["incoming"] == []


def test_the_time_line_tells_its_draft_approval_sending_update_and_end(case: Case, officer: User, leader: User) -> None:
    client = signed_in(leader)
    made = warn(case, officer, leader)
    assert acts(client, case) == ["warning_drafted", "warning_asked", "warning_issued", "warning_sent"]
    update = issuing.draft_update(actor=leader, warning_id=made.pk, now=START + timedelta(minutes=20))
    drafts.ask_for_issue(actor=leader, warning_id=update.pk, now=START + timedelta(minutes=21))
    second = make_named_person("night-leader", "shift_leader", leader.organisation)
    issuing.issue_warning(actor=second, warning_id=update.pk, now=START + timedelta(minutes=22))
    assert acts(client, case)[4:] == ["warning_update", "warning_asked", "warning_updated"]
    issuing.expire_warnings(now=START + timedelta(hours=4))
    assert acts(client, case)[-1] == "warning_expired"
    page = client.get(f"/cases/{case.number}/?lines=all").content.decode()
    assert "Public warning issued, red, level 1, until" in page
    assert "Public warning goes out to 2 addresses" in page
    assert "%(" not in page


def test_people_of_the_warned_area_are_proposed_for_supplies(case: Case, officer: User, leader: User, clock: SetClock) -> None:
    body(keeper(), "石牛山小区", "residential", people_day=100, people_night=700, people_day_off=300)
    clock(START + timedelta(minutes=10))
    made = warn(case, officer, leader)
    client = signed_in(leader)
    told = client.get("/api/v1/supplies/requests/people-proposed", {"case_number": case.number, "days": 3}).json()
    [warned] = [one for one in told if one["key"] == f"warning:{made.pk}"]
    assert (warned["people"], told[0]) == (700, warned)
    assert str(made) in warned["words"]
    assert "2026-03-01" in warned["reckoning"]
    assert f'value="warning:{made.pk}"' in client.get(f"/supplies/requests/?case={case.number}").content.decode()
    asked = {"subject_kind": "case", "subject_label": case.number, "people_from": warned["key"], "days": 3}
    kept = client.post("/api/v1/supplies/requests", asked, content_type="application/json").json()
    assert (kept["people"], kept["people_proposed"]) == (700, 700)
    elsewhere = signed_in(make_person("shift_leader", YANTAI))
    assert elsewhere.get("/api/v1/supplies/requests/people-proposed", {"case_number": case.number}).status_code == 404


def around(lat: float, lon: float) -> Area:
    """A kilometre round a place."""
    return Area("李沧区", circles=(f"{lat},{lon} 1",))


def test_an_all_clear_and_a_draft_given_up_have_their_lines(case: Case, officer: User, leader: User) -> None:
    client = signed_in(leader)
    wanted = new(expires_at=START + timedelta(hours=3), source_kind="case", source_id=case.pk)
    first = drafts.draft_warning(actor=officer, new=wanted, now=START + timedelta(minutes=1))
    drafts.drop_draft(actor=officer, warning_id=first.pk, now=START + timedelta(minutes=2))
    made = drafts.draft_warning(actor=leader, new=wanted, now=START + timedelta(minutes=3))
    issuing.issue_warning(actor=leader, warning_id=made.pk, now=START + timedelta(minutes=4))
    issuing.cancel_warning(actor=leader, warning_id=made.pk, reason="The valve is shut.", now=START + timedelta(minutes=9))
    told = acts(client, case)
    assert told[:4] == ["warning_drafted", "warning_dropped", "warning_drafted", "warning_issued"]
    assert told[-1] == "warning_cleared"


def test_warnings_of_other_services_at_the_place_are_shown_and_others_not(case: Case, leader: User, clock: SetClock) -> None:
    Case.objects.filter(pk=case.pk).update(begun_at=incoming.NOW - timedelta(hours=1))
    clock(incoming.NOW + timedelta(minutes=30))
    keeper = make_person("system_administrator", "370200")
    weather = incoming.service(keeper)
    here = incoming.take(weather, incoming.with_info(areas=(around(36.2, lon_of_well(0)),))).message.warning
    elsewhere = incoming.signed(identifier="elsewhere", infos=(replace(rain().infos[0], areas=(around(36.15, 120.35),)),))
    assert incoming.take(weather, elsewhere).message.warning is not None
    assert here is not None
    client = signed_in(leader)
    [told] = client.get(f"/api/v1/command/cases/{case.pk}/warnings").json()["incoming"]
    assert told["id"] == str(here.pk)
    assert f'href="/warnings/in/{here.pk}/"' in client.get(f"/cases/{case.number}/").content.decode()


def test_open_pages_of_the_case_hear_of_its_warnings(case: Case, officer: User, leader: User) -> None:
    warn(case, officer, leader)
    [told] = [one for one in LIVE if WarningDrafted in one.kinds]
    rows = OutboxEvent.objects.filter(name="mobilisation.WarningDrafted").order_by("pk")
    assert [row.data["state"] for row in rows] == ["draft", "asked"]
    assert told.tell(WarningDrafted(**rows[0].data)) == {"name": "mobilisation.WarningDrafted", "case_ids": [str(case.pk)]}
    assert told.tell(WarningDrafted(warning_id="1", state="draft")) is None


def test_whoever_may_not_see_the_case_sees_none_of_its_warnings(case: Case, officer: User, leader: User) -> None:
    made = warn(case, officer, leader)
    stranger = make_person("shift_leader", YANTAI)
    assert signed_in(stranger).get(f"/api/v1/command/cases/{case.pk}/warnings").status_code == 404
    assert str(made.pk) in signed_in(officer).get(f"/cases/{case.number}/").content.decode()
