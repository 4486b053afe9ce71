"""Pages of the duty desk, of calls and of reports upward, in both languages; lists as files; what strangers find."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of
from tests.command.test_gathering import GAS
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.duty import services as duty
from tocsin.command.duty.models import Handover
from tocsin.command.handling.services import declaring, handling
from tocsin.command.orders.models import Order
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.services import orders
from tocsin.command.reports.models import Report
from tocsin.command.shifts import services as shifts_services
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.queries import organisation_by_code
from tocsin.jurisdiction.people.models import User
from tocsin.warning.diagnosis.models import Answer

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")


def browser(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


@pytest.fixture
def desk(clock: SetClock, db: None) -> Organisation:
    ensure_regions()
    return usual_bodies(LICANG)["monitoring_centre"]


@pytest.fixture
def case(desk: Organisation, officer: User) -> Case:
    return handling.open_case_by_hand(
        actor=officer,
        region_code=LICANG,
        title="smell of gas",
        place="Shiniushan Road",
        level=AlarmLevel.RED,
        kind="gas",
        began_at=START - timedelta(minutes=10),
    )


@pytest.fixture
def rung(street: None, desk: Organisation, time: Timeline) -> Case:
    """A case that an alarm opened."""
    alarm = time.at(-5).rings(1, GAS, level=4)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == 200, text[:500]
    assert "%(" not in text
    return text


def test_a_shift_from_taking_the_desk_to_the_leaders_signature(
    desk: Organisation, case: Case, officer: User, leader: User
) -> None:
    client, other = browser(officer), browser(leader)
    assert client.get("/duty/", follow=True).redirect_chain == [(f"/duty/{desk.pk}/", 302)]
    client.post(f"/duty/{desk.pk}/begin/", {"leader": str(leader.pk)})
    shift = Shift.objects.get()
    client.post(f"/duty/shifts/{shift.pk}/write/", {"text": "calm", "kind": "note"})
    client.post(
        f"/duty/shifts/{shift.pk}/write/",
        {"text": "no leak at our main", "kind": "telephone", "said_by": "Gas company, Wang", "telephone": "0532-1"},
    )
    page = body(client.get(f"/duty/{desk.pk}/"))
    assert case.number in page
    assert "Gas company, Wang ☎ 0532-1" in page
    assert "overdue" in page
    assert case.number in body(client.get(f"/duty/shifts/{shift.pk}/handover/"))
    client.post(f"/duty/shifts/{shift.pk}/hand_over/", {"words": "ask the heating room at nine"})
    handover = Handover.objects.get()
    page = body(other.get(f"/duty/handovers/{handover.pk}/"))
    assert "ask the heating room at nine" in page
    assert case.number in page
    other.post(f"/duty/handovers/{handover.pk}/answer/", {"answer": "yes", "leader": str(leader.pk)})
    assert Shift.objects.get(ended_at=None).taken_from == handover
    other.post(f"/duty/shifts/{shift.pk}/sign/", {"words": "seen"})
    page = body(other.get(f"/duty/shifts/{shift.pk}/"))
    assert "seen" in page
    LogEntry.objects.filter(text="calm").update(text="not calm")
    assert "no longer reads" in body(other.get(f"/duty/shifts/{shift.pk}/"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_both_languages(language: str, desk: Organisation, case: Case, officer: User, leader: User) -> None:
    with translation.override(language):
        shift = shifts_services.begin_shift(actor=officer, desk_id=desk.pk, leader_id=leader.pk)
        declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="x")
        handover = duty.hand_over(actor=officer, shift_id=shift.pk, words="w")
        report = Report.objects.first()
        assert report is not None
        words = {"en": ("Duty desk", "report upward owed"), "zh-hans": ("值班台", "应上报")}[language]
        client = browser(leader, language)
        assert words[0] in body(client.get(f"/duty/{desk.pk}/"))
        assert words[1] in body(client.get(f"/duty/handovers/{handover.pk}/"))
        for path in (
            f"/duty/{desk.pk}/brief/",
            f"/duty/{desk.pk}/brief/?day=2026-11-23",
            f"/duty/shifts/{shift.pk}/",
            f"/duty/shifts/{shift.pk}/handover/",
            "/reports/",
            "/reports/?list=all",
            f"/reports/{report.pk}/",
            f"/cases/{case.number}/",
        ):
            body(client.get(path))
        assert body(client.get(f"/duty/{desk.pk}/", headers={"HX-Request": "true"})).lstrip().startswith("<div")


def test_lists_as_files(desk: Organisation, case: Case, officer: User, leader: User) -> None:
    shift = shifts_services.begin_shift(actor=officer, desk_id=desk.pk)
    shifts_services.write_entry(actor=officer, shift_id=shift.pk, text="=1+1")
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="x")
    client = browser(officer)
    assert case.number in client.get(f"/duty/{desk.pk}/?format=csv").content.decode("utf-8-sig")
    assert "'=1+1" in client.get(f"/duty/shifts/{shift.pk}/?format=csv").content.decode()
    assert client.get("/reports/?format=csv").content.decode().count(case.number) == 6


# --- calls ---


def test_what_is_said_by_telephone_is_marked_and_weighed_in(desk: Organisation, rung: Case, officer: User) -> None:
    case = rung
    shifts_services.begin_shift(actor=officer, desk_id=desk.pk)
    client = browser(officer)
    call = {"said_by": "Heating control room, Li", "telephone": "0532-22", "at": "2026-11-24T08:55"}
    client.post(f"/duty/calls/{case.pk}/reading/", {**call, "what": "makeup_flow:m3/h", "value": "41.5"})
    client.post(f"/duty/calls/{case.pk}/statement/", {**call, "text": "no work in this street"})
    client.post(f"/duty/calls/{case.pk}/statement/", {**call, "text": "it jumped at five", "question": "makeup_water||yes"})
    lines = CaseChange.objects.filter(case=case, channel="telephone").order_by("line")
    assert [one.act for one in lines if one.act.startswith("telephone")] == [
        "telephone_reading",
        "telephone_statement",
        "telephone_statement",
    ]
    first = lines.first()
    assert first is not None
    assert (first.figures["value"], first.figures["said_by"]) == (41.5, "Heating control room, Li")
    answer = Answer.objects.get()
    assert (answer.check_id, answer.channel, answer.said_by) == ("makeup_water", "telephone", "Heating control room, Li")
    page = body(client.get(f"/cases/{case.number}/"))
    assert "By telephone: Heating control room, Li (0532-22" in page
    assert LogEntry.objects.filter(kind="telephone", case=case).count() == 3
    refused = client.post(f"/duty/calls/{case.pk}/reading/", {**call, "what": "oxygen:pct_vol", "value": "99"}, follow=True)
    assert "This value can&#x27;t be" in refused.content.decode()
    assert "is missing: value" in client.post(f"/duty/calls/{case.pk}/reading/", {**call}, follow=True).content.decode()


def test_an_arrival_that_a_unit_tells_moves_its_order(desk: Organisation, case: Case, officer: User) -> None:
    order = Order.objects.filter(case=case).first()
    if order is None:
        unit = organisation_by_code("gas_company", LICANG)
        assert unit is not None
        order = orders.dispatch_order(actor=officer, case_id=case.pk, unit_id=unit.pk, role=orders.OrderRole.LEAD)
    client = browser(officer)
    call = {"said_by": "Wang", "telephone": "0532-1", "order": str(order.pk)}
    for act in (OrderAct.ACCEPT, OrderAct.ARRIVE):
        client.post(f"/duty/calls/{case.pk}/step/", {**call, "act": act.value})
    order.refresh_from_db()
    assert order.state == "on_site"
    entry = order.entries.get(act="arrive")
    assert (entry.channel, entry.said_by) == ("telephone", "Wang (0532-1)")


# --- reports ---


def test_a_report_from_the_draft_to_its_receipt_by_the_pages(case: Case, officer: User, leader: User) -> None:
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="blast")
    report = Report.objects.get(duty="own_government")
    client, lead = browser(officer), browser(leader)
    page = body(client.get(f"/reports/{report.pk}/"))
    assert "Filled from the case" in page
    assert "No grade table for lifeline failure: decide by hand" in page
    assert client.get(f"/reports/{report.pk}/export/").status_code == 404
    form = {
        "event": "work_accident",
        "occurred_at": f"{timezone.localtime(case.begun_at):%Y-%m-%dT%H:%M}",
        "unit": "A workshop",
        "place": "Shiniushan Road",
        "scene": "smoke",
        "course": "05:00 blast",
        "measures": "closed",
        "injured": "10",
    }
    client.post(f"/reports/{report.pk}/edit/", form)
    page = body(lead.get(f"/reports/{report.pk}/"))
    assert "By its figures alone the event would be larger" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    client.post(f"/reports/{report.pk}/edit/", {**form, "unit": "Another"})
    refused = lead.post(f"/reports/{report.pk}/sign/", {"seen": seen}, follow=True)
    assert "has changed since you read it" in refused.content.decode()
    seen = body(lead.get(f"/reports/{report.pk}/")).split('name="seen" value="')[1].split('"')[0]
    lead.post(f"/reports/{report.pk}/sign/", {"seen": seen})
    client.post(f"/reports/{report.pk}/send/", {"through": "fax"})
    client.post(f"/reports/{report.pk}/receive/", {"received_by": "Liu", "receipt_number": "118"})
    report.refresh_from_db()
    assert (report.state, report.received_by, report.receipt_number) == ("received", "Liu", "118")
    exported = client.get(f"/reports/{report.pk}/export/").json()
    assert exported["content"]["unit"] == "Another"
    client.post(f"/reports/cases/{case.pk}/casualties/", {"dead": "1", "injured": "10"})
    follow = Report.objects.get(duty="own_government", sequence=2)
    assert (follow.kind, follow.cause) == ("follow_up", "casualties")
    assert "follow-up report" in body(client.get(f"/cases/{case.number}/"))


def test_strangers_find_nothing(desk: Organisation, case: Case, officer: User, leader: User) -> None:
    shift = shifts_services.begin_shift(actor=officer, desk_id=desk.pk)
    handover = duty.hand_over(actor=officer, shift_id=shift.pk, words="")
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="x")
    report = Report.objects.first()
    assert report is not None
    stranger = browser(make_person("shift_leader", SHINAN))
    for path in (
        f"/duty/{desk.pk}/",
        f"/duty/{desk.pk}/brief/",
        f"/duty/shifts/{shift.pk}/",
        f"/duty/handovers/{handover.pk}/",
        f"/reports/{report.pk}/",
        f"/reports/{report.pk}/export/",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"/duty/shifts/{shift.pk}/join/",
        f"/duty/calls/{case.pk}/statement/",
        f"/reports/{report.pk}/sign/",
        f"/reports/cases/{case.pk}/casualties/",
    ):
        assert stranger.post(path, {"said_by": "x", "text": "x"}).status_code == 404, path
    assert case.number not in stranger.get("/reports/").content.decode()
    assert browser(make_person("viewer")).get("/duty/").status_code == 403


# --- programs ---


def ask(client: Client, method: str, path: str, body: Any = None) -> Any:
    return client.generic(method, f"/api/v1/command/{path}", json.dumps(body or {}), content_type="application/json")


def test_the_same_for_programs(desk: Organisation, case: Case, officer: User, leader: User) -> None:
    client, lead = browser(officer), browser(leader)
    assert str(desk.pk) in {one["id"] for one in ask(client, "GET", "duty/desks").json()}
    shift = ask(client, "POST", f"duty/desks/{desk.pk}/shifts", {"leader_id": str(leader.pk)}).json()
    line = ask(client, "POST", f"duty/shifts/{shift['id']}/log", {"text": "calm"}).json()
    assert (line["line"], line["kind"]) == (2, "note")
    listed = ask(client, "GET", f"duty/desks/{desk.pk}/cases").json()
    assert (listed["total"], listed["items"][0]["number"]) == (1, case.number)
    assert listed["items"][0]["next_clock"]["standing"] == "overdue"
    call = {"said_by": "Li", "quantity": "oxygen", "value": 20.5, "unit": "pct_vol"}
    assert ask(client, "POST", f"cases/{case.pk}/calls/reading", call).status_code == 200
    assert ask(client, "POST", f"cases/{case.pk}/calls/reading", {**call, "unit": "ppm"}).status_code == 400
    sheet = ask(client, "POST", f"duty/shifts/{shift['id']}/handover", {"words": "w"}).json()
    assert sheet["matter_list"][0]["case"] == case.number
    taken = ask(lead, "POST", f"duty/handovers/{sheet['id']}/answer", {"accept": True}).json()
    assert taken["state"] == "taken"
    last = ask(client, "GET", f"duty/desks/{desk.pk}/brief").json()
    assert last["begin"].startswith("2026-11-23")  # for some hours the last day is what people ask for
    brief = ask(client, "GET", f"duty/desks/{desk.pk}/brief?day=2026-11-24").json()
    assert {one["name"]: one["number"] for one in brief["figures"]}["opened"] == 1
    assert ask(client, "GET", f"duty/desks/{desk.pk}/brief?day=0001-01-01").status_code == 400
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="blast")
    found = ask(client, "GET", "reports?list=open").json()["items"][0]
    whole = ask(client, "GET", f"reports/{found['id']}").json()
    words = {**whole["content"], "unit": "A workshop", "measures": "closed", "event": "fire"}
    assert (whole["content"]["event"], whole["grade_by_figures"], whole["grade_source"]) == ("lifeline", "", "")
    whole = ask(client, "PUT", f"reports/{found['id']}", words).json()
    assert whole["missing_parts"] == []
    assert ask(lead, "GET", f"reports/{found['id']}/export").status_code == 409
    signed = ask(lead, "POST", f"reports/{found['id']}/signature", {"seen": whole["seen"]}).json()
    assert (signed["state"], signed["grade_by_figures"]) == ("signed", "ordinary")
    assert ask(client, "POST", f"reports/{found['id']}/sent", {"through": "telephone"}).json()["state"] == "sent"
    assert ask(client, "GET", "reports/schema").json()["$id"] == "urn:tocsin:report:1"
    assert len(ask(client, "GET", "reports/duties").json()) == 7
