"""Over New Year without an official calendar: no clock stops, no night fails, no page breaks, and what was counted says so."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from tests.clocks import stand_at
from tests.people import LICANG, make_person, signed_in
from tests.supervision.presence import make_firm, make_key_person, make_shift, works
from tests.usual_bodies import usual_bodies
from tocsin.base.levels import AlarmLevel
from tocsin.bus.loops.rows import Loop
from tocsin.command.casebook.models import Clock
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.areas.policy import is_working_day
from tocsin.portal import catalogue
from tocsin.records.calendar.policy import CALENDAR, working_days
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.versions import NewVersion
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.points.services.appeals import make_appeal
from tocsin.supervision.tasks.models import Task

FIRST, LAST = date(2026, 12, 20), date(2027, 1, 10)
ROUNDS = 200
PAGES = ("/", "/alarms/", "/cases/", "/rosters/", "/duty/", "/points/", "/tasks/", "/presence/", "/work/", "/policy/")


def loops() -> Iterator[Loop]:
    """Every loop of every capability that works by itself, without the bus."""
    for name in catalogue.LOOPS:
        yield from (row for row in import_string(name.replace(":", ".")) if isinstance(row, Loop))


def go_round(now: datetime) -> None:
    """Each loop until nothing waits for it; an error in one fails the test with the loop's name."""
    for loop in loops():
        for _round in range(ROUNDS):
            try:
                if not loop.work(now=now):
                    break
            except Exception as error:
                raise AssertionError(f"{loop.name} on {now:%Y-%m-%d}") from error


def at(day: date, hour: float) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(hours=hour)


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    """A firm with a key person on the roster of every day, since long before."""
    stand_at(monkeypatch, at(FIRST, 0))
    usual_bodies(LICANG)
    found = make_firm(created_at=at(FIRST, 0) - timedelta(days=90))
    person = make_key_person(found)
    for step in range((LAST - FIRST).days + 1):
        shift = make_shift(person, at(FIRST + timedelta(days=step), 8))
        works(person, shift.start_at)
    return found


@pytest.fixture
def no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The years up to 2026 are known, and no other."""
    content = {**CALENDAR.content, "years": [one for one in CALENDAR.content["years"] if one["year"] <= 2026]}
    monkeypatch.setitem(CALENDAR.__dict__, "content", content)
    known = working_days()
    years = frozenset(year for year in known.years if year <= 2026)
    days = type(known)(years, frozenset(d for d in known.holidays if d.year in years), known.make_up_days, known.warn_days)
    monkeypatch.setitem(CALENDAR._values, "", days)
    assert 2027 not in working_days().years


@pytest.mark.one_database
@pytest.mark.usefixtures("no_calendar")
def test_every_night_and_clock_from_before_christmas_to_january(firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, leader = make_person("duty_officer"), make_person("shift_leader")
    engineer = make_person("rule_engineer")
    clients = [signed_in(leader), signed_in(engineer)]
    for step in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=step)
        stand_at(monkeypatch, at(day, 0.7))
        go_round(settings.CONFIGURATION.clock.now())
        stand_at(monkeypatch, at(day, 12))
        if day.day in (30, 31, 1):
            open_case_by_hand(
                actor=officer, region_code=LICANG, title="smell of gas", place="Shiniushan Road", level=AlarmLevel.RED, kind="gas"
            )
        go_round(settings.CONFIGURATION.clock.now())
        if day in (date(2026, 12, 31), LAST):
            for client in clients:
                codes = {path: client.get(path).status_code for path in PAGES}
                assert set(codes.values()) <= {200, 302, 403}, codes
                assert 200 in codes.values()
    scored = set(LedgerDay.objects.filter(object=firm).values_list("day", flat=True))
    assert {FIRST + timedelta(days=step) for step in range((LAST - FIRST).days)} <= scored
    assert Task.objects.filter(object=firm, opens_at__gte=at(date(2027, 1, 1), 0)).exists()
    assert Clock.objects.filter(stage__gt=0).exists()


@pytest.mark.usefixtures("no_calendar")
def test_a_clock_over_new_year_says_that_it_is_provisional(firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 12, 29)
    stand_at(monkeypatch, at(day + timedelta(days=1), 0.7))
    go_round(settings.CONFIGURATION.clock.now())
    own = make_person("firm_officer", organisation=firm.organisation.code if firm.organisation else "")
    row = LedgerDay.objects.get(object=firm, day=day)
    reason = "tasks"
    appeal = make_appeal(actor=own, object_id=firm.pk, day=row.day, reason_code=reason, line_key="", text="it was done")
    assert appeal.due_on == date(2027, 1, 6)  # five weekdays, New Year's Day among them: nobody has said that it is off
    page = signed_in(make_person("supervisor")).get("/points/appeals/").content.decode()
    assert "provisional" in page
    told = signed_in(make_person("rule_engineer")).get("/policy/").content.decode()
    assert "no official calendar of working days for 2027" in told


def test_a_year_that_is_typed_in_counts_from_then_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        'year = 2031\nsource = "the notice"\nconfidence = "A"\nmake_up_days = []\n'
        '[[holiday]]\nname = "元旦"\nfirst = 2031-01-01\nlast = 2031-01-01\n'
    )
    stand_at(monkeypatch, datetime(2030, 11, 1, tzinfo=UTC))
    author, second = make_person("rule_engineer", "000000"), make_person("supervisor", "000000")
    assert is_working_day(date(2031, 1, 1)) and working_days().unknown_year(date(2030, 11, 1)) == 2030
    row = versions.draft_version(actor=author, policy=CALENDAR.name, new=NewVersion(text=text, key="2031"))
    versions.try_version(actor=author, version_id=row.pk)
    versions.confirm_version(actor=second, version_id=row.pk)
    assert not is_working_day(date(2031, 1, 1))
    assert not working_days().is_provisional(date(2031, 1, 1), date(2031, 3, 1))
