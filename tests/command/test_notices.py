"""Who was told what of a case, by rows: at once, once, upward where nobody is found, and behind the wall of a drill."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of, told_bodies
from tests.jurisdiction.test_pages import signed_in
from tests.people import LICANG, make_person
from tocsin.base.levels import AlarmLevel
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services import handling
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.services import cases as services_cases
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.inbox.services import record_call
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries import inbox as queries
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services import delivery, writing
from tocsin.notices.sending.services.fates import look_after

pytestmark = pytest.mark.django_db

GAS = [("gas_main_leak", 0.8, "G1"), ("unknown", 0.2, "")]


@pytest.fixture
def bodies(street: None) -> dict[str, Organisation]:
    """Every body of the county, with a desk that has a telephone."""
    return told_bodies()


def rung(time: Timeline, *, level: int = 4) -> Case:
    alarm = time.at(0).rings(0, GAS, level=level)
    time.looks()
    return case_of(alarm)


def tell(case: Case, **fields: Any) -> list[Notice]:
    for name, value in fields.items():
        setattr(case, name, value)
    case.save()
    book = open_book(LICANG, actor=system_actor(), channel="machine", now=START)
    return services_cases.tell_case(book, Case.objects.select_related("lead__sensor__asset", "drill").get(pk=case.pk))


def told(case: Case) -> dict[str, str]:
    rows = notices_of(case).filter(purpose=Purpose.TOLD).values_list("organisation__code", "organisation__region_id", "why")
    return {code if region == LICANG else f"{code} {region}": why for code, region, why in rows}


def test_red_gas_in_a_well_told_by_telephone_reaches_the_same_bodies(bodies: dict[str, Organisation], officer: User) -> None:
    said = {"actor": officer, "region_code": LICANG, "title": "smell of gas", "level": AlarmLevel.RED, "kind": "gas"}
    case = handling.open_case_by_hand(**said, place="well in front of No 12", place_kind="manhole")
    assert {"gas_company", "fire_rescue", "traffic_police"} <= set(told(case))
    assert told(case)["gas_company"] == "symptom_owner"
    in_the_open = handling.open_case_by_hand(**said, place="Shiniushan Road")
    assert "gas_company" in told(in_the_open) and "fire_rescue" not in told(in_the_open)


def test_red_gas_in_a_well_is_told_to_everybody_at_once_and_once(bodies: dict[str, Organisation], time: Timeline) -> None:
    case = rung(time)
    tell(case)
    assert told(case) == {
        "water_company": "symptom_owner",
        "gas_company": "symptom_owner",
        "water_bureau": "industry_department",
        "city_management_bureau": "industry_department",
        "government_duty_room": "local_government",
        "government_duty_room 370200": "city_duty",
        "fire_rescue": "fire_and_rescue",
        "traffic_police": "traffic_police",
    }
    assert set(Sending.objects.values_list("channel", "fate")) == {("telephone", Fate.QUEUED)}
    assert tell(case) == []
    assert case.changes.filter(act="told").count() == 1


def test_a_rise_is_told_again_and_a_fall_is_not(bodies: dict[str, Organisation], time: Timeline) -> None:
    case = rung(time, level=3)
    tell(case)
    before = notices_of(case).count()
    assert tell(case, level=2) == []
    assert {one.figures["news"] for one in tell(case, level=4)} == {"raised", "first"}
    assert notices_of(case).count() > before


def test_where_nobody_is_found_it_goes_upward_and_at_the_top_it_rings(bodies: dict[str, Organisation], time: Timeline) -> None:
    Organisation.objects.exclude(code="government_duty_room").update(telephone="")
    case = rung(time)
    tell(case)
    up = notices_of(case).filter(why="upward", organisation=bodies["city_management_bureau"])
    assert {one.instead_of.organisation for one in up} == {bodies["gas_company"]}
    assert notices_of(case).filter(why="upward", organisation=bodies["government_duty_room"], fate=Fate.QUEUED).exists()
    assert not notices_of(case).filter(untold_at__isnull=False).exists()

    Organisation.objects.update(telephone="")
    other = time.at(600).rings(7, [("power_cable_fault_heating", 0.9, "")], level=4)
    time.looks()
    tell(case_of(other))
    untold = notices_of(case_of(other)).filter(untold_at__isnull=False)
    assert untold.exists()
    assert OutboxEvent.objects.filter(name="command.NobodyTold").count() == untold.count()


def test_the_same_key_is_one_notice(bodies: dict[str, Organisation], officer: User) -> None:
    def again() -> Notice:
        return writing.write(
            None, person=officer, purpose=Purpose.HANDOVER, why="on_duty", urgent=False, key="handover-1", figures={}, now=START
        )

    assert again() == again()
    assert Sending.objects.get().channel == "screen"


def test_a_signature_stops_what_is_pending(bodies: dict[str, Organisation], time: Timeline) -> None:
    case = rung(time)
    tell(case)
    assert delivery.supersede(notices_of(case).filter(why="symptom_owner"), now=START, by_signature=True) == 2
    assert set(notices_of(case).filter(why="symptom_owner").values_list("fate", "sendings__fate")) == {
        ("superseded", "superseded")
    }
    assert notices_of(case).filter(fate=Fate.QUEUED).exists()


def test_a_drill_reaches_only_whom_it_names(bodies: dict[str, Organisation], time: Timeline, officer: User) -> None:
    named = {"organisations": [str(bodies["gas_company"].pk)], "people": []}
    drill = Drill.objects.create(region_code=LICANG, name="drill", recipients=named, made_by=officer, made_at=START)
    case = rung(time)
    notices_of(case).all().delete()
    tell(case, drill=drill)
    assert [one.notice.organisation for one in Sending.objects.select_related("notice__organisation")] == [bodies["gas_company"]]
    others = notices_of(case).exclude(organisation=bodies["gas_company"])
    assert others.exists()
    assert {(one.fate, one.figures["not_named"]) for one in others} == {("superseded", True)}


def test_who_is_urgent_and_who_may_sleep(bodies: dict[str, Organisation], officer: User) -> None:
    from tocsin.base.levels import AlarmLevel

    ContactPoint.objects.create(user=officer, kind="sms", address="139", order=1)
    ContactPoint.objects.create(user=officer, kind="email", address="a@b.cn", order=2)
    ContactPreference.objects.create(user=officer, quiet_hours="08:00-10:00")  # START is 09:00 in Qingdao
    urgent = {way.channel: way.wait for way in Directory(START).ways_to(None, officer, AlarmLevel.RED)}
    assert set(urgent) == {"screen", "sms", "email"} and not any(urgent.values())
    lower = {way.channel: way.wait for way in Directory(START).ways_to(None, officer, AlarmLevel.YELLOW)}
    assert set(lower) == {"screen", "sms"} and lower["sms"].total_seconds() == 3600


def test_who_has_only_a_telephone_is_called_by_hand_and_goes_upward_only_when_nobody_does(
    bodies: dict[str, Organisation], time: Timeline, clock: SetClock, officer: User
) -> None:
    case = rung(time)
    tell(case)
    to_call = queries.to_call(officer, machine_now=timezone.now())
    waiting = {one.organisation.code: one for one in to_call if one.organisation}
    assert {"fire_rescue", "traffic_police"} <= set(waiting)
    assert {one.deadline for one in waiting.values()} == {START + timedelta(minutes=10)}
    assert not queries.to_call(make_person("duty_officer", "370202"), machine_now=timezone.now()).exists()
    page = signed_in(officer).get("/notices/").content.decode()
    assert "To be called by hand" in page and "tel:119" in page

    fire, police = waiting["fire_rescue"], waiting["traffic_police"]
    record_call(actor=officer, notice_id=fire.pk, fate=Fate.DELIVERED, said_by="Watch room", text="On their way", number="119")
    assert fire.pk not in set(to_call.values_list("pk", flat=True))
    clock(START + timedelta(minutes=9))
    look_after(now=START + timedelta(minutes=9), machine_now=timezone.now())
    assert not notices_of(case).filter(why="upward").exists()
    late = START + timedelta(minutes=10)
    look_after(now=late, machine_now=timezone.now())
    upward = {one.instead_of_id for one in notices_of(case).filter(why="upward")}
    assert police.pk in upward and fire.pk not in upward
    assert police.pk not in set(to_call.values_list("pk", flat=True))


def test_what_a_machine_can_still_tell_is_not_dialled(bodies: dict[str, Organisation], officer: User) -> None:
    body = bodies["fire_rescue"]
    User.objects.filter(pk=officer.pk).update(organisation=body)  # a screen is there
    draft = {"purpose": Purpose.TOLD, "why": "fire_and_rescue", "urgent": True, "figures": {}, "now": START}
    told = writing.write(None, organisation=body, key="screen", **draft)
    assert told.deadline == START + timedelta(minutes=30)
    assert not queries.to_call(officer, machine_now=timezone.now()).exists()


ANY = {"sms": 0, "email": 0}


@pytest.mark.parametrize(
    ("told", "level", "kinds", "quiet", "waits_h"),
    [
        ("nothing chosen, by day: the first of one's own order", 2, {}, "22:00-07:00", {"sms": 0}),
        ("chosen order", 2, {"yellow": ["email", "sms"]}, "", {"email": 0}),
        ("the choice is of another level", 2, {"blue": ["email"]}, "", {"sms": 0}),
        ("screen alone", 1, {"blue": ["screen"]}, "", {}),
        ("quiet: when the hours are over", 2, {"yellow": ["email"]}, "08:00-10:00", {"email": 1}),
        ("quiet all week long: the screen", 2, {}, "00:00-24:00", {}),
        ("orange goes through quiet hours by every way", 3, {"orange": ["email"]}, "08:00-10:00", ANY),
        ("red goes through quiet hours and the screen alone", 4, {"red": ["screen"]}, "08:00-10:00", ANY),
    ],
)
def test_what_a_person_prefers_is_kept_when_sending(
    bodies: dict[str, Organisation], told: str, level: int, kinds: dict[str, list[str]], quiet: str, waits_h: dict[str, int]
) -> None:
    person = make_person("unit_desk")
    User.objects.filter(pk=person.pk).update(language="zh-hans")
    person.refresh_from_db()
    ContactPoint.objects.create(user=person, kind="sms", address="139", order=1)
    ContactPoint.objects.create(user=person, kind="email", address="a@b.cn", order=2)
    ContactPreference.objects.create(user=person, kinds=kinds, quiet_hours=quiet)
    case = Case.objects.create(
        number=f"{LICANG}-1", origin="person", region_code=LICANG, level=level, peak_level=level, begun_at=START, opened_at=START
    )
    before = timezone.now()
    written = writing.write(
        subject_of(case), person=person, purpose=Purpose.REMIND, why="on_duty", urgent=level >= 3, key=told, figures={}, now=START
    )
    rows = {one.channel: one for one in written.sendings.all()}
    hours = {name: round((one.not_before - before).total_seconds() / 3600) for name, one in rows.items()}
    assert hours == {"screen": 0, **waits_h}, told
    assert {one.language for one in rows.values()} == {"zh-hans"}
