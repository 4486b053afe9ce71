"""Rules of a zone, judged by who is inside: too many, too few, the wrong ones, alone, still, too fast. Values in, breaches out.

A breach is raised once its condition has held for `hold_ms`, and is over once it has not held for `calm_ms`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

MINUTE_MS = 60_000


class RuleKind(StrEnum):
    """What a rule of a zone asks for."""

    MOST_PERSONS = "most_persons"  # at most so many people
    LEAST_PERSONS = "least_persons"  # at least so many that are heard
    ONLY_KINDS = "only_kinds"  # only people of these kinds
    LONE_WORKER = "lone_worker"  # nobody alone for so many minutes
    STILL = "still"  # nobody without a movement for so many minutes
    NO_VEHICLES = "no_vehicles"
    MOST_SPEED = "most_speed"  # at most so many km/h


@dataclass(frozen=True)
class ZoneRule:
    """One rule. `limit`: persons, minutes or km/h by its kind; `kinds`: of people, for ONLY_KINDS."""

    kind: RuleKind
    limit: float = 0.0
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Inside:
    """Somebody or something in a zone. `since_ms`: in the zone; `still_ms`: since when it has not moved; `heard`: not silent."""

    tag: str
    kind: str
    vehicle: bool
    since_ms: int
    still_ms: int
    heard: bool
    speed_km_h: float | None = None


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold now. `tag`: by whom, empty for the zone as a whole; `value` against `limit`. Who is alone has no
    value yet: how long that may last is asked of the clock (`hold_ms`).
    """

    kind: RuleKind
    tag: str
    value: float
    limit: float


def broken_rules(rules: Iterable[ZoneRule], inside: Iterable[Inside], now_ms: int) -> list[Broken]:
    """Which rules do not hold at a moment, by kind and tag.

    >>> alone = Inside("T1", "staff", False, 0, 0, True)
    >>> [one.kind.value for one in broken_rules([ZoneRule(RuleKind.STILL, 10)], [alone], 11 * MINUTE_MS)]
    ['still']
    >>> broken_rules([ZoneRule(RuleKind.MOST_PERSONS, 1)], [alone], 0)
    []
    """
    everyone = list(inside)
    found = [one for rule in rules for one in _broken(rule, everyone, now_ms)]
    return sorted(found, key=lambda one: (one.kind, one.tag))


def _broken(rule: ZoneRule, inside: list[Inside], now_ms: int) -> Iterable[Broken]:
    people = [one for one in inside if not one.vehicle]
    match rule.kind:
        case RuleKind.MOST_PERSONS if len(people) > rule.limit:
            yield Broken(rule.kind, "", len(people), rule.limit)
        case RuleKind.LEAST_PERSONS if (heard := sum(one.heard for one in people)) < rule.limit:
            yield Broken(rule.kind, "", heard, rule.limit)
        case RuleKind.ONLY_KINDS:
            yield from (Broken(rule.kind, one.tag, 0, 0) for one in people if one.kind not in rule.kinds)
        case RuleKind.LONE_WORKER if len(people) == 1:
            yield Broken(rule.kind, people[0].tag, 0, rule.limit)
        case RuleKind.STILL:
            still = ((one, (now_ms - max(one.since_ms, one.still_ms)) / MINUTE_MS) for one in people)
            yield from (Broken(rule.kind, one.tag, minutes, rule.limit) for one, minutes in still if minutes >= rule.limit)
        case RuleKind.NO_VEHICLES:
            yield from (Broken(rule.kind, one.tag, 0, 0) for one in inside if one.vehicle)
        case RuleKind.MOST_SPEED:
            fast = ((one, one.speed_km_h) for one in inside if one.speed_km_h is not None and one.heard)
            yield from (Broken(rule.kind, one.tag, speed, rule.limit) for one, speed in fast if speed > rule.limit)


def hold_ms(kind: RuleKind, limit: float, usual_ms: int) -> int:
    """How long a rule has to be broken before that is a breach: of who is alone the minutes of the rule, else the usual time.

    >>> hold_ms(RuleKind.LONE_WORKER, 10, 15_000), hold_ms(RuleKind.STILL, 10, 15_000), hold_ms(RuleKind.MOST_SPEED, 10, 15_000)
    (600000, 0, 15000)
    """
    if kind is RuleKind.LONE_WORKER:
        return round(limit * MINUTE_MS)
    return 0 if kind is RuleKind.STILL else usual_ms


@dataclass(frozen=True)
class Clock:
    """How a condition has stood: since when it is broken, since when it holds again, and whether its breach is raised."""

    broken_ms: int | None = None
    calm_ms: int | None = None
    raised: bool = False


class Edge(Enum):
    """What a moment did to a breach."""

    NONE = auto()
    RAISED = auto()
    CLEARED = auto()


def advance(clock: Clock, broken: bool, now_ms: int, *, hold_ms: int, calm_ms: int) -> tuple[Clock, Edge]:
    """The clock after one more moment, and whether the breach began or ended with it.

    >>> clock, edge = advance(Clock(), True, 0, hold_ms=10, calm_ms=20)
    >>> clock, edge = advance(clock, True, 10, hold_ms=10, calm_ms=20)
    >>> edge.name, advance(clock, False, 15, hold_ms=10, calm_ms=20)[1].name
    ('RAISED', 'NONE')
    """
    if broken:
        since = now_ms if clock.broken_ms is None else clock.broken_ms
        raised = clock.raised or now_ms - since >= hold_ms
        return Clock(since, None, raised), Edge.RAISED if raised and not clock.raised else Edge.NONE
    if not clock.raised:
        return Clock(), Edge.NONE
    since = now_ms if clock.calm_ms is None else clock.calm_ms
    if now_ms - since >= calm_ms:
        return Clock(), Edge.CLEARED
    return Clock(clock.broken_ms, since, raised=True), Edge.NONE
