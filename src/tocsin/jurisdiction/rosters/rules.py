"""Who is on duty when: rotations in layers, stand-ins, leave, and the holes between them. Values in, stretches of time out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final
from uuid import UUID

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.hours import ALWAYS, IsWorkingDay, WeekHours, minute_of_day, monday_to_friday

MOMENT: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


class Turn(StrEnum):
    """After what the next team comes."""

    SHIFT = "shift"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Member:
    """A person, or a post of whoever fills it: one of both."""

    person: UUID | None = None
    post: UUID | None = None


@dataclass(frozen=True)
class Layer:
    """One rotation: shifts from handover to handover, taken by one team after the other from `starts_on` on.

    `handovers` are rising minutes after midnight, local; the last shift of a day ends at the first handover of the next.
    Outside `hours` the layer has nobody. `ends_on` is the last day on which a shift begins, None is open.
    """

    order: int
    starts_on: date
    ends_on: date | None
    handovers: tuple[int, ...]
    turn: Turn
    teams: tuple[tuple[Member, ...], ...]
    hours: WeekHours = ALWAYS


@dataclass(frozen=True)
class StandIn:
    """Somebody is on in place of `replaces` where that person is on; of everybody, or of nobody at all, where it is None."""

    starts_at: datetime
    ends_at: datetime
    member: Member
    replaces: UUID | None
    made_at: datetime


@dataclass(frozen=True)
class Away:
    """A person can't be on duty: leave, illness, training."""

    person: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Plan:
    """All that is known of one roster; `closed` are persons whose accounts are closed."""

    layers: tuple[Layer, ...]
    stand_ins: tuple[StandIn, ...] = ()
    away: tuple[Away, ...] = ()
    closed: frozenset[UUID] = frozenset()

    def persons(self) -> set[UUID]:
        """Everybody whom a rotation or a stand-in names."""
        named = [one for layer in self.layers for team in layer.teams for one in team] + [one.member for one in self.stand_ins]
        return {one.person for one in named if one.person}


class Why(StrEnum):
    """Why somebody is on."""

    ROTATION = "rotation"
    STAND_IN = "stand_in"


class Hole(StrEnum):
    """Why nobody is on."""

    NOBODY_NAMED = "nobody_named"  # no layer reaches here
    ALL_AWAY = "all_away"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True)
class On:
    """One who is on, and in whose place."""

    member: Member
    why: Why
    instead_of: UUID | None = None


@dataclass(frozen=True)
class Stretch:
    """Time in which the same are on; either `on` has somebody or `hole` says why not. `absent` are those who should have been."""

    starts_at: datetime
    ends_at: datetime
    on: tuple[On, ...]
    hole: Hole | None
    absent: tuple[UUID, ...] = ()


def parse_handovers(text: str) -> tuple[int, ...]:
    """Minutes after midnight of `08:30, 17:30`; InvalidInput where none is given or they do not rise."""
    found = tuple(minute_of_day(piece.strip()) for piece in text.split(",") if piece.strip())
    if not found or found[-1] >= 1440 or any(later <= earlier for earlier, later in pairwise(found)):
        raise InvalidInput("“%(given)s” are no handovers; write them rising, such as 08:30, 17:30", given=text)
    return found


def timeline(
    plan: Plan, start: datetime, until: datetime, *, zone: tzinfo, is_working_day: IsWorkingDay = monday_to_friday
) -> list[Stretch]:
    """Who is on from `start` to `until` (aware): stretches without gap or overlap, each with somebody or with a named hole."""
    shifts = [
        (begin, end, layer, team)
        for layer in plan.layers
        for begin, end, team in _shifts(layer, start, until, zone=zone, is_working_day=is_working_day)
    ]
    bounds = {start, until}
    bounds.update(bound for begin, end, _layer, _team in shifts for bound in (begin, end))
    bounds.update(bound for one in plan.stand_ins for bound in (one.starts_at, one.ends_at))
    bounds.update(bound for one in plan.away for bound in (one.starts_at, one.ends_at))
    found: list[Stretch] = []
    for begin, end in pairwise(sorted(bound for bound in bounds if start <= bound <= until)):
        covering = [(layer, team) for first, last, layer, team in shifts if first <= begin < last]
        stretch = _stretch(plan, covering, begin, end)
        if found and (found[-1].on, found[-1].hole, found[-1].absent) == (stretch.on, stretch.hole, stretch.absent):
            stretch = Stretch(found.pop().starts_at, end, stretch.on, stretch.hole, stretch.absent)
        found.append(stretch)
    return found


def on_at(plan: Plan, at: datetime, *, zone: tzinfo, is_working_day: IsWorkingDay = monday_to_friday) -> Stretch:
    """Who is on at one moment; the stretch lasts that moment."""
    return timeline(plan, at, at + MOMENT, zone=zone, is_working_day=is_working_day)[0]


def shifts_of(person: UUID, stretches: Iterable[Stretch]) -> list[tuple[datetime, datetime]]:
    """When a person is on, joined where one stretch follows the other."""
    found: list[tuple[datetime, datetime]] = []
    for one in stretches:
        if any(on.member.person == person for on in one.on):
            begin = found.pop()[0] if found and found[-1][1] == one.starts_at else one.starts_at
            found.append((begin, one.ends_at))
    return found


class SwapVerdict(StrEnum):
    """Whether hours may change hands, and why not."""

    ALLOWED = "allowed"
    ONESELF = "oneself"
    NOT_ON_ROSTER = "not_on_roster"
    PAST = "past"
    EMPTY = "empty"
    NOT_YOURS = "not_yours"
    NOT_THEIRS = "not_theirs"
    ALREADY_ON = "already_on"
    AWAY = "away"


def judge_swap(
    plan: Plan,
    *,
    asked_by: UUID,
    asked_of: UUID,
    given: tuple[datetime, datetime],
    taken: tuple[datetime, datetime] | None,
    now: datetime,
    zone: tzinfo,
    is_working_day: IsWorkingDay = monday_to_friday,
) -> SwapVerdict:
    """May `asked_by` give the hours `given` to `asked_of`, and take `taken` of theirs in return?

    Each hour given belongs wholly to who gives it, and who takes it is neither on nor away then.
    """
    if asked_by == asked_of:
        return SwapVerdict.ONESELF
    if asked_of not in plan.persons():
        return SwapVerdict.NOT_ON_ROSTER
    for hours, giver, taker, not_held in (
        (given, asked_by, asked_of, SwapVerdict.NOT_YOURS),
        (taken, asked_of, asked_by, SwapVerdict.NOT_THEIRS),
    ):
        if hours is None:
            continue
        begin, end = hours
        if begin >= end:
            return SwapVerdict.EMPTY
        if begin < now:
            return SwapVerdict.PAST
        stretches = timeline(plan, begin, end, zone=zone, is_working_day=is_working_day)
        if shifts_of(giver, stretches) != [hours]:
            return not_held
        if shifts_of(taker, stretches):
            return SwapVerdict.ALREADY_ON
        if any(one.person == taker and one.starts_at < end and begin < one.ends_at for one in plan.away):
            return SwapVerdict.AWAY
    return SwapVerdict.ALLOWED


def _shifts(
    layer: Layer, start: datetime, until: datetime, *, zone: tzinfo, is_working_day: IsWorkingDay
) -> Iterator[tuple[datetime, datetime, tuple[Member, ...]]]:
    """The layer's shifts that touch the time, cut to its hours; aware."""
    if not layer.teams:
        return
    day = max(start.astimezone(zone).date() - 2 * _DAY, layer.starts_on)
    last = min(until.astimezone(zone).date(), layer.ends_on or date.max)
    while day <= last:
        midnight, count = datetime.combine(day, time()), len(layer.handovers)
        for number, minute in enumerate(layer.handovers):
            length = (layer.handovers[(number + 1) % count] - minute - 1) % 1440 + 1
            begin = midnight + timedelta(minutes=minute)
            end = begin + timedelta(minutes=length)
            days = (day - layer.starts_on).days
            turn = {Turn.SHIFT: days * count + number, Turn.DAY: days, Turn.WEEK: days // 7}[layer.turn]
            for opens, closes in layer.hours.windows(day - _DAY, day + _DAY, is_working_day):
                if max(begin, opens) < min(end, closes):
                    first, then = max(begin, opens).replace(tzinfo=zone), min(end, closes).replace(tzinfo=zone)
                    yield first, then, layer.teams[turn % len(layer.teams)]
        day += _DAY


def _stretch(plan: Plan, covering: list[tuple[Layer, tuple[Member, ...]]], begin: datetime, end: datetime) -> Stretch:
    """Who is on throughout; nothing changes between `begin` and `end`."""
    _layer, team = max(covering, key=lambda one: (one[0].order, one[0].starts_on), default=(None, ()))
    named = [On(member, Why.ROTATION) for member in team]
    for stand_in in sorted(plan.stand_ins, key=lambda one: one.made_at):
        if not stand_in.starts_at <= begin < stand_in.ends_at:
            continue
        comes = On(stand_in.member, Why.STAND_IN, stand_in.replaces)
        if stand_in.replaces is None:
            named = [comes]
        elif any(one.member.person == stand_in.replaces for one in named):
            named = [one for one in named if one.member.person != stand_in.replaces and one.member != stand_in.member] + [comes]
    away = {one.person for one in plan.away if one.starts_at <= begin < one.ends_at}
    on = tuple(one for one in named if one.member.person not in away | plan.closed)
    absent = tuple(one.member.person for one in named if one.member.person and one not in on)
    hole = None
    if not on:
        hole = Hole.NOBODY_NAMED if not named else Hole.ALL_AWAY if set(absent) & away else Hole.ACCOUNT_CLOSED
    return Stretch(begin, end, on, hole, absent)
