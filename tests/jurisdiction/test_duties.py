"""Who is called for a matter, at which hours, and where it goes when nobody answers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.people import LICANG, QINGDAO, SHINAN, YANTAI
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies import queries, services
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import Body, DutyHeld, NewDuty, bodies_with_duty, governing_codes, level_of, next_desk
from tocsin.jurisdiction.contacts.queries import points as queries_points
from tocsin.jurisdiction.contacts.rules import ChoiceReason, ContactPoint, Preference, choose_points
from tocsin.jurisdiction.people.services import start as services_start
from tocsin.jurisdiction.people.services import system as services_system

NIGHT = datetime.fromisoformat("2026-01-07 05:00")  # a Wednesday
NOW = datetime(2026, 1, 6, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "local", "holds"),
    [
        ("", "2026-01-07 05:00", True),
        ("08:30-17:30", "2026-01-07 08:30", True),
        ("08:30-17:30", "2026-01-07 17:30", False),
        ("1-5 08:30-17:30", "2026-01-10 09:00", False),  # a Saturday
        ("1-5 17:30-08:30", "2026-01-10 05:00", True),  # Friday's night goes on
        ("1-5 17:30-08:30", "2026-01-11 05:00", False),
        ("6-1 00:00-24:00", "2026-01-12 12:00", True),  # over the end of the week
        ("6-1 00:00-24:00", "2026-01-13 12:00", False),
        ("2,4 08:00-09:00; 3 04:00-06:00", "2026-01-07 05:00", True),
        ("rest 00:00-24:00", "2026-01-07 05:00", True),  # a day off by the calendar of this test
        ("work 00:00-24:00", "2026-01-07 05:00", False),
        ("work 17:30-08:30", "2026-01-07 05:00", True),  # the night of a worked Tuesday
    ],
)
def test_hours_of_the_week(hours: str, local: str, holds: bool) -> None:
    def is_working_day(day: date) -> bool:
        return day != date(2026, 1, 7)

    assert WeekHours.parse(hours).holds(datetime.fromisoformat(local), is_working_day) is holds


@pytest.mark.parametrize("text", ["08:30", "8:30-17:30", "1-8 08:30-17:30", "mon 08:30-17:30", "24:00-08:00", "08:60-09:00"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        WeekHours.parse(text)


def test_codes_from_the_street_to_the_country() -> None:
    assert governing_codes("370213") == ("370213", "370200", "370000", "000000")
    assert governing_codes("370213001") == ("370213001", "370213", "370200", "370000", "000000")
    assert governing_codes("000000") == ("000000",)
    assert [level_of(code) for code in governing_codes("370213001")] == ["street", "county", "city", "province", "everywhere"]


CITY_GAS, DISTRICT_GAS, STREET_GAS, WATER, EVERYTHING = (UUID(int=number) for number in range(5))
DUTIES = [
    DutyHeld(CITY_GAS, "owner", "gas", "", QINGDAO),
    DutyHeld(EVERYTHING, "owner", "", "", LICANG),
    DutyHeld(DISTRICT_GAS, "owner", "gas", "", LICANG),
    DutyHeld(STREET_GAS, "owner", "gas", "", "370213001", hours=WeekHours.parse("08:00-18:00")),
    DutyHeld(WATER, "owner", "water", "", LICANG),
    DutyHeld(WATER, "department", "gas", "", LICANG, effective_from=date(2026, 1, 8)),
]


@pytest.mark.parametrize(
    ("case", "asked", "found"),
    [
        (
            "the narrowest first, named before all",
            {"lifeline": "gas", "region_code": LICANG},
            [DISTRICT_GAS, EVERYTHING, CITY_GAS],
        ),
        ("another district", {"lifeline": "gas", "region_code": SHINAN}, [CITY_GAS]),
        ("another city", {"lifeline": "gas", "region_code": YANTAI}, []),
        ("out of its hours", {"lifeline": "gas", "region_code": "370213001"}, [DISTRICT_GAS, EVERYTHING, CITY_GAS]),
        ("no subject", {"region_code": LICANG}, [EVERYTHING]),
        ("not in force yet", {"kind": "department", "lifeline": "gas", "region_code": LICANG}, []),
    ],
)
def test_who_is_called(case: str, asked: dict[str, str], found: list[UUID]) -> None:
    assert bodies_with_duty(DUTIES, **{"kind": "owner", **asked}, local=NIGHT) == found, case


COMPANY, BUREAU, ROOM, CENTRE, CITY_ROOM, CITY_COMPANY = (UUID(int=number) for number in range(10, 16))
TOWN = {
    one.id: one
    for one in (
        Body(COMPANY, "owner", LICANG, BUREAU, has_desk=True),
        Body(BUREAU, "department", LICANG, ROOM, has_desk=True),
        Body(ROOM, "government", LICANG, CITY_ROOM, has_desk=True),
        Body(CENTRE, "centre", LICANG, None, has_desk=True),
        Body(CITY_ROOM, "government", QINGDAO, None, has_desk=True),
        Body(CITY_COMPANY, "owner", QINGDAO, None, has_desk=True),
    )
}


def without(*changes: Body) -> dict[UUID, Body]:
    return TOWN | {one.id: one for one in changes}


@pytest.mark.parametrize(
    ("case", "start", "town", "beyond", "found"),
    [
        ("one step up", COMPANY, TOWN, False, BUREAU),
        ("over a desk that sleeps", COMPANY, without(replace(TOWN[BUREAU], has_desk=False)), False, ROOM),
        ("without a superior to the duty room of its area", COMPANY, without(replace(TOWN[COMPANY], superior=None)), False, ROOM),
        (
            "without a duty room to the centre",
            COMPANY,
            without(replace(TOWN[COMPANY], superior=None), replace(TOWN[ROOM], has_desk=False)),
            False,
            CENTRE,
        ),
        (
            "a level without desks: up, rather than to no one",
            COMPANY,
            without(*(replace(TOWN[one], has_desk=False) for one in (BUREAU, ROOM, CENTRE))),
            False,
            CITY_ROOM,
        ),
        ("the duty room keeps it", ROOM, TOWN, False, None),
        ("beyond the level by persons' decision", ROOM, TOWN, True, CITY_ROOM),
        ("the top", CITY_ROOM, TOWN, True, None),
        ("a body of the city stays in the city", CITY_COMPANY, TOWN, False, CITY_ROOM),
        (
            "a circle ends",
            COMPANY,
            without(replace(TOWN[COMPANY], superior=BUREAU), replace(TOWN[BUREAU], superior=COMPANY, has_desk=False)),
            False,
            ROOM,
        ),
    ],
)
def test_the_next_desk(case: str, start: UUID, town: dict[UUID, Body], beyond: bool, found: UUID | None) -> None:
    desk = next_desk(town[start], town, beyond_level=beyond)
    assert (desk and desk.id) == found, case


SMS, MAIL, VOICE, OFFICE = (
    ContactPoint("sms", "1", 1),
    ContactPoint("email", "2", 2),
    ContactPoint("voice", "3", 3),
    ContactPoint("telephone", "4", 4, hours=WeekHours.parse("1-5 08:30-17:30")),
)
CHOSEN = Preference(
    {AlarmLevel.YELLOW: ("email",), AlarmLevel.RED: ("voice",), AlarmLevel.BLUE: ("webhook",)}, WeekHours.parse("22:00-07:00")
)
ON_SCREEN = Preference(dict.fromkeys(AlarmLevel, ("screen",)), WeekHours.parse("22:00-07:00"))
NOON = datetime.fromisoformat("2026-01-07 12:00")


@pytest.mark.parametrize(
    ("case", "points", "level", "local", "preference", "found", "reason"),
    [
        ("nothing known", (), AlarmLevel.RED, NOON, None, (), ChoiceReason.NO_POINT),
        ("no choice: all in order", (MAIL, SMS), AlarmLevel.YELLOW, NOON, None, (SMS, MAIL), ChoiceReason.IN_HOURS),
        ("chosen", (SMS, MAIL), AlarmLevel.YELLOW, NOON, CHOSEN, (MAIL,), ChoiceReason.PREFERRED),
        ("nothing chosen exists", (SMS, MAIL), AlarmLevel.BLUE, NOON, CHOSEN, (SMS, MAIL), ChoiceReason.IN_HOURS),
        ("screen alone", (SMS, MAIL), AlarmLevel.YELLOW, NOON, ON_SCREEN, (), ChoiceReason.PREFERRED),
        ("screen alone wakes at night", (SMS, MAIL), AlarmLevel.ORANGE, NIGHT, ON_SCREEN, (SMS, MAIL), ChoiceReason.URGENT),
        ("quiet", (SMS, MAIL), AlarmLevel.YELLOW, NIGHT, CHOSEN, (), ChoiceReason.QUIET),
        ("red wakes", (SMS, MAIL, VOICE), AlarmLevel.RED, NIGHT, CHOSEN, (VOICE, SMS, MAIL), ChoiceReason.URGENT),
        ("office closed", (SMS, OFFICE), AlarmLevel.RED, NIGHT, None, (SMS,), ChoiceReason.URGENT),
        ("all closed: tried all the same", (OFFICE,), AlarmLevel.RED, NIGHT, None, (OFFICE,), ChoiceReason.OUT_OF_HOURS),
    ],
)
def test_which_contact_points_are_used(
    case: str,
    points: tuple[ContactPoint, ...],
    level: AlarmLevel,
    local: datetime,
    preference: Preference | None,
    found: tuple[ContactPoint, ...],
    reason: ChoiceReason,
) -> None:
    choice = choose_points(points, level=level, local=local, preference=preference)
    assert (choice.points, choice.reason) == (found, reason), case


def codes(bodies: list[Organisation]) -> list[str]:
    return [one.code for one in bodies]


def test_the_shipped_bodies_answer_for_every_lifeline_by_day_and_night(regions: None) -> None:
    bodies = services_start.ensure_organisations(LICANG)
    for lifeline in ("gas", "heating", "water", "drainage", "power", "telecom", "road", "building"):
        for kind in ("owner", "department", "government", "rescue", "police", "centre"):
            found = queries.bodies_with_duty(kind=kind, lifeline=lifeline, region_code=LICANG, at=NOW)
            assert found, f"{kind} of {lifeline}"
    assert codes(queries.bodies_with_duty(kind="department", lifeline="heating", region_code=LICANG, at=NOW)) == [
        "city_management_bureau"
    ]
    government = queries.bodies_with_duty(kind="government", region_code=LICANG, at=NOW)
    assert [(one.code, one.region_id) for one in government] == [
        ("government_duty_room", LICANG),
        ("government_duty_room", QINGDAO),
    ]
    assert str(government[0].name_zh) == "李沧区政府总值班室"
    for body in bodies.values():
        desk = queries.next_desk(body)
        assert (desk is None) == (body.code == "government_duty_room")
        assert desk is None or desk.region_id == LICANG
    up = queries.next_desk(bodies["government_duty_room"], beyond_level=True)
    assert up is not None and up.region_id == QINGDAO
    assert [one.address for one in queries_points.desk_of(bodies["fire_rescue"]).points] == ["119"]


def test_duties_and_superiors_are_checked(regions: None) -> None:
    actor, bodies = services_system.system_actor(), services_start.ensure_organisations(LICANG)
    gas, bureau = bodies["gas_company"], bodies["city_management_bureau"]
    yantai = services_start.ensure_organisations(YANTAI)["gas_company"]
    for wrong in (
        NewDuty("owner", "gas", "chemicals"),
        NewDuty("nobody"),
        NewDuty("owner", "GAS"),
        NewDuty("owner", area_code=YANTAI),
        NewDuty("owner", hours="always"),
        NewDuty("owner", effective_from=date(2026, 2, 1), effective_to=date(2026, 1, 1)),
    ):
        with pytest.raises(InvalidInput):
            services.set_duties(actor=actor, organisation_id=gas.pk, duties=[wrong])
    assert gas.duties.count() == 1
    services.set_duties(actor=actor, organisation_id=gas.pk, duties=[NewDuty("owner", "gas"), NewDuty("rescue", "gas")])
    found = queries.bodies_with_duty(kind="rescue", lifeline="gas", region_code=LICANG, at=NOW)
    assert codes(found) == ["gas_company", "fire_rescue"]
    for superior in (yantai.pk, UUID(int=1)):
        with pytest.raises(InvalidInput):
            services.set_superior(actor=actor, organisation_id=gas.pk, superior_id=superior)
    with pytest.raises(InvalidInput, match="below"):
        services.set_superior(actor=actor, organisation_id=bureau.pk, superior_id=gas.pk)


@pytest.mark.django_db
def test_the_next_desk_is_found_over_bodies_without_one_and_where_they_stand_in_a_circle() -> None:
    bodies = services_start.ensure_organisations(LICANG)
    desk = bodies["government_duty_room"]
    made = [
        Organisation.objects.create(code=code, name_zh=code, name_en=code, region_id=LICANG, kind="enterprise")
        for code in ("firm", "group", "holding")
    ]
    firm, group, holding = made
    Organisation.objects.filter(pk=firm.pk).update(superior=group)
    Organisation.objects.filter(pk=group.pk).update(superior=holding)
    for above in (bodies["monitoring_centre"], firm):
        Organisation.objects.filter(pk=holding.pk).update(superior=above)
        firm.refresh_from_db()
        found = queries.next_desk(firm)
        assert found == (above if above.has_desk else desk)
