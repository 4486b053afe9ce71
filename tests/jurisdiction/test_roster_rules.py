"""Rosters as values: no minute without a person or a named hole, and who that is."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.rosters.rules import (
    Away,
    Hole,
    Layer,
    Member,
    Plan,
    StandIn,
    Stretch,
    SwapVerdict,
    Turn,
    judge_swap,
    on_at,
    parse_handovers,
    shifts_of,
    timeline,
)

ZONE = ZoneInfo("Asia/Shanghai")
LI, WANG, ZHAO, SUN = (UUID(int=number) for number in range(1, 5))
NAMES = {LI: "Li", WANG: "Wang", ZHAO: "Zhao", SUN: "Sun"}
MONDAY = date(2026, 1, 5)
HOLIDAY = date(2026, 1, 8)


def at(text: str) -> datetime:
    """`5 08:30` is half past eight on 5 January 2026, a Monday, in Qingdao."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-01-{int(day):02d} {clock}").replace(tzinfo=ZONE)


def is_working_day(day: date) -> bool:
    return day.isoweekday() <= 5 and day != HOLIDAY


def layer(
    *people: UUID | tuple[UUID, ...],
    turn: Turn = Turn.DAY,
    handovers: str = "08:30",
    hours: str = "",
    order: int = 1,
    ends_on: date | None = None,
) -> Layer:
    teams = tuple(tuple(Member(person=one) for one in (who if isinstance(who, tuple) else (who,))) for who in people)
    return Layer(order, MONDAY, ends_on, parse_handovers(handovers), turn, teams, WeekHours.parse(hours))


def told(stretches: list[Stretch]) -> list[str]:
    """`5 08:30 Li+Wang`, or the hole's name in place of the people."""
    return [
        f"{one.starts_at.astimezone(ZONE):%-d %H:%M} "
        + ("+".join(NAMES[on.member.person] for on in one.on if on.member.person) or str(one.hole))
        for one in stretches
    ]


DAY_AND_NIGHT = layer(LI, WANG, ZHAO, turn=Turn.SHIFT, handovers="08:30, 17:30")

CASES = [
    ("every day", Plan((layer(LI, WANG),)), "5 08:30", "7 08:30", ["5 08:30 Li", "6 08:30 Wang"]),
    ("before it begins", Plan((layer(LI),)), "5 00:00", "6 00:00", ["5 00:00 nobody_named", "5 08:30 Li"]),
    ("the last day's shift ends the next morning", Plan((layer(LI, ends_on=MONDAY),)), "5 09:00", "7 00:00",
     ["5 09:00 Li", "6 08:30 nobody_named"]),
    ("every week", Plan((layer(LI, WANG, turn=Turn.WEEK),)), "11 00:00", "13 00:00", ["11 00:00 Li", "12 08:30 Wang"]),
    ("every shift", Plan((DAY_AND_NIGHT,)), "5 08:30", "7 00:00",
     ["5 08:30 Li", "5 17:30 Wang", "6 08:30 Zhao", "6 17:30 Li"]),
    ("a team", Plan((layer((LI, WANG), ZHAO),)), "5 08:30", "6 09:00", ["5 08:30 Li+Wang", "6 08:30 Zhao"]),
    ("office hours leave holes", Plan((layer(LI, hours="work 08:30-17:30"),)), "7 08:30", "10 00:00",
     ["7 08:30 Li", "7 17:30 nobody_named", "9 08:30 Li", "9 17:30 nobody_named"]),
    ("days off by a layer of their own", Plan((layer(LI), layer(SUN, order=2, handovers="00:00", hours="rest 00:00-24:00"))),
     "7 12:00", "9 12:00", ["7 12:00 Li", "8 00:00 Sun", "9 00:00 Li"]),
    ("a stand-in for all", Plan((layer(LI),), (StandIn(at("5 12:00"), at("5 14:00"), Member(WANG), None, at("5 08:00")),)),
     "5 10:00", "5 16:00", ["5 10:00 Li", "5 12:00 Wang", "5 14:00 Li"]),
    ("a stand-in for one of a team",
     Plan((layer((LI, ZHAO)),), (StandIn(at("5 12:00"), at("5 14:00"), Member(WANG), LI, at("5 08:00")),)),
     "5 10:00", "5 16:00", ["5 10:00 Li+Zhao", "5 12:00 Zhao+Wang", "5 14:00 Li+Zhao"]),
    ("a stand-in for who is not on changes nothing",
     Plan((layer(LI),), (StandIn(at("5 12:00"), at("5 14:00"), Member(WANG), ZHAO, at("5 08:00")),)),
     "5 10:00", "5 16:00", ["5 10:00 Li"]),
    ("the later stand-in wins",
     Plan((layer(LI),), (StandIn(at("5 12:00"), at("5 14:00"), Member(ZHAO), None, at("5 09:00")),
                         StandIn(at("5 12:00"), at("5 14:00"), Member(WANG), None, at("5 08:00")))),
     "5 12:00", "5 14:00", ["5 12:00 Zhao"]),
    ("leave makes a hole", Plan((layer(LI, WANG),), away=(Away(LI, at("5 20:00"), at("6 20:00")),)), "5 08:30", "7 00:00",
     ["5 08:30 Li", "5 20:00 all_away", "6 08:30 Wang"]),
    ("leave of one of a team", Plan((layer((LI, ZHAO)),), away=(Away(LI, at("5 20:00"), at("6 20:00")),)), "5 19:00", "5 21:00",
     ["5 19:00 Li+Zhao", "5 20:00 Zhao"]),
    ("a stand-in fills the leave", Plan((layer(LI),), (StandIn(at("5 20:00"), at("6 08:30"), Member(WANG), LI, at("5 08:00")),),
                                        (Away(LI, at("5 20:00"), at("6 08:30")),)), "5 19:00", "6 09:00",
     ["5 19:00 Li", "5 20:00 Wang", "6 08:30 Li"]),
    ("a closed account", Plan((layer(LI, WANG),), closed=frozenset({WANG})), "5 08:30", "6 12:00",
     ["5 08:30 Li", "6 08:30 account_closed"]),
    ("no layer", Plan(()), "5 00:00", "6 00:00", ["5 00:00 nobody_named"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "plan", "start", "until", "found"), CASES, ids=[case[0] for case in CASES])
def test_who_is_on(case: str, plan: Plan, start: str, until: str, found: list[str]) -> None:
    assert told(timeline(plan, at(start), at(until), zone=ZONE, is_working_day=is_working_day)) == found


@pytest.mark.parametrize("text", ["", "8:30", "17:30, 08:30", "08:30, 08:30", "24:00"])
def test_handovers_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_handovers(text)


moments = some.integers(0, 14 * 1440).map(lambda minutes: at("5 00:00") + timedelta(minutes=minutes))
persons = some.sampled_from([LI, WANG, ZHAO, SUN])
spans = some.tuples(moments, moments).filter(lambda two: two[0] < two[1])
layers = some.builds(
    Layer,
    order=some.integers(1, 3),
    starts_on=some.integers(-10, 10).map(lambda days: MONDAY + timedelta(days=days)),
    ends_on=some.none() | some.integers(-10, 20).map(lambda days: MONDAY + timedelta(days=days)),
    handovers=some.sets(some.integers(0, 1439), min_size=1, max_size=3).map(lambda found: tuple(sorted(found))),
    turn=some.sampled_from(Turn),
    teams=some.lists(some.lists(persons.map(lambda one: Member(person=one)), min_size=1, max_size=2).map(tuple), max_size=3).map(
        tuple
    ),
    hours=some.sampled_from(["", "work 08:30-17:30", "rest 00:00-24:00", "1-5 17:30-08:30", "6,7 12:00-12:00"]).map(
        WeekHours.parse
    ),
)
plans = some.builds(
    Plan,
    layers=some.lists(layers, max_size=3).map(tuple),
    stand_ins=some.lists(
        some.builds(
            lambda span, person, replaces, made: StandIn(*span, Member(person=person), replaces, made),
            spans,
            persons,
            some.none() | persons,
            moments,
        ),
        max_size=3,
    ).map(tuple),
    away=some.lists(some.builds(lambda span, person: Away(person, *span), spans, persons), max_size=3).map(tuple),
    closed=some.frozensets(persons, max_size=1),
)


@settings(max_examples=60, deadline=None)
@given(plan=plans, minutes=some.lists(some.integers(0, 7 * 1440 - 1), min_size=20, max_size=20))
def test_no_minute_of_the_week_is_without_a_person_or_a_named_hole(plan: Plan, minutes: list[int]) -> None:
    start, until = at("5 00:00"), at("12 00:00")
    week = timeline(plan, start, until, zone=ZONE, is_working_day=is_working_day)
    assert (week[0].starts_at, week[-1].ends_at) == (start, until)
    assert all(one.ends_at == then.starts_at for one, then in pairwise(week))
    for one in week:
        assert one.starts_at < one.ends_at
        assert bool(one.on) is (one.hole is None)
        away = {leave.person for leave in plan.away if leave.starts_at <= one.starts_at < leave.ends_at}
        assert not {on.member.person for on in one.on} & (away | plan.closed)
        assert len({on.member for on in one.on}) == len(one.on) or any(
            len(set(team)) < len(team) for each in plan.layers for team in each.teams
        )
    for minute in minutes:  # a minute asked for alone gives the same answer
        moment = start + timedelta(minutes=minute)
        inside = next(one for one in week if one.starts_at <= moment < one.ends_at)
        alone = on_at(plan, moment, zone=ZONE, is_working_day=is_working_day)
        assert (alone.on, alone.hole) == (inside.on, inside.hole)


def test_a_persons_shifts_are_joined() -> None:
    week = timeline(Plan((DAY_AND_NIGHT,)), at("5 08:30"), at("8 08:30"), zone=ZONE)
    assert shifts_of(LI, week) == [(at("5 08:30"), at("5 17:30")), (at("6 17:30"), at("7 08:30"))]


NIGHT_OF_LI, NIGHT_OF_WANG = (at("6 17:30"), at("7 08:30")), (at("5 17:30"), at("6 08:30"))
SWAPS = [
    ("given away", LI, WANG, NIGHT_OF_LI, None, SwapVerdict.ALLOWED),
    ("for another night", LI, WANG, NIGHT_OF_LI, NIGHT_OF_WANG, SwapVerdict.ALLOWED),
    ("half a night", LI, WANG, (at("6 17:30"), at("7 00:00")), None, SwapVerdict.ALLOWED),
    ("to oneself", LI, LI, NIGHT_OF_LI, None, SwapVerdict.ONESELF),
    ("to a stranger", LI, SUN, NIGHT_OF_LI, None, SwapVerdict.NOT_ON_ROSTER),
    ("backwards", LI, WANG, NIGHT_OF_LI[::-1], None, SwapVerdict.EMPTY),
    ("what is past", LI, WANG, (at("5 08:30"), at("5 17:30")), None, SwapVerdict.PAST),
    ("not one's own", LI, WANG, (at("6 08:30"), at("7 08:30")), None, SwapVerdict.NOT_YOURS),
    ("not theirs", LI, WANG, NIGHT_OF_LI, (at("6 08:30"), at("6 17:30")), SwapVerdict.NOT_THEIRS),
    ("who is on leave", LI, ZHAO, NIGHT_OF_LI, None, SwapVerdict.AWAY),
]  # fmt: skip


@pytest.mark.parametrize(("case", "by", "of", "hours", "back", "verdict"), SWAPS, ids=[case[0] for case in SWAPS])
def test_whether_hours_may_change_hands(
    case: str,
    by: UUID,
    of: UUID,
    hours: tuple[datetime, datetime],
    back: tuple[datetime, datetime] | None,
    verdict: SwapVerdict,
) -> None:
    plan = Plan((DAY_AND_NIGHT,), away=(Away(ZHAO, at("6 20:00"), at("6 21:00")),))
    now = at("5 12:00")
    assert judge_swap(plan, asked_by=by, asked_of=of, given=hours, taken=back, now=now, zone=ZONE) is verdict


def test_nobody_is_on_twice() -> None:
    plan = Plan((layer((LI, WANG)),))
    verdict = judge_swap(
        plan, asked_by=LI, asked_of=WANG, given=(at("6 09:00"), at("6 12:00")), taken=None, now=at("5 12:00"), zone=ZONE
    )
    assert verdict is SwapVerdict.ALREADY_ON


def test_every_hole_has_a_name() -> None:
    assert {str(one) for one in Hole} == {"nobody_named", "all_away", "account_closed"}
