"""Which alarms a planned work or a silence covers, when, and what it does to them. Values in, verdicts out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.geometry import distance_m
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.rights.rules import Permission

PERMISSION_ENTER: Final[Permission] = "works.enter"
PLANNED_WORK: Final = "planned_work"  # the purpose of notices
KEEPS_NETWORK: Final = "keeps_network"  # as what the owner of an object is told
WATCHES: Final = "watches"  # as what the desk of the area is told


class CoverKind(StrEnum):
    """What was announced. A silence is no work: somebody wants quiet, and says why."""

    SILENCE = "silence"
    DIGGING = "digging"
    MAINTENANCE = "maintenance"
    CALIBRATION = "calibration"
    TEST_GAS = "test_gas"
    OUTAGE = "outage"


class Effect(IntEnum):
    """What becomes of an alarm that is covered, the stronger the higher: its reading is shown in any case."""

    NONE = 0
    MARK = 1  # it rings as always, and says what goes on there
    LOWER = 2  # it has at most the level of the policy
    SILENCE = 3  # suppressed until the cover ends


@dataclass(frozen=True)
class Spot:
    """Where an alarm arises and what rings there. `devices`: the sensor's device and what carries it."""

    region_code: str
    rule: str
    quantity: str = ""
    sensor_id: UUID | None = None
    devices: frozenset[UUID] = frozenset()
    asset_id: UUID | None = None
    street: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Scope:
    """What is covered: all that is named here must fit; what is empty asks nothing."""

    region_code: str
    assets: frozenset[UUID] = frozenset()
    street: str = ""
    circle: tuple[float, float, float] | None = None  # longitude, latitude, metres
    device_id: UUID | None = None
    sensor_id: UUID | None = None
    rule: str = ""
    quantities: frozenset[str] = frozenset()

    @property
    def names_a_place(self) -> bool:
        """Whether it is narrower than its whole area."""
        return bool(self.assets or self.street or self.circle or self.device_id or self.sensor_id)

    def covers(self, spot: Spot) -> bool:
        """Does it hold for an alarm that arises there?"""
        return (
            spot.region_code.startswith(governing_prefix(self.region_code))
            and (not self.assets or spot.asset_id in self.assets)
            and (not self.street or self.street == spot.street)
            and (self.circle is None or _within(self.circle, spot))
            and (self.device_id is None or self.device_id in spot.devices)
            and (self.sensor_id is None or self.sensor_id == spot.sensor_id)
            and (not self.rule or self.rule == spot.rule)
            and (not self.quantities or spot.quantity in self.quantities)
        )


def _within(circle: tuple[float, float, float], spot: Spot) -> bool:
    if spot.lon is None or spot.lat is None:
        return False
    lon, lat, radius_m = circle
    return distance_m(lon, lat, spot.lon, spot.lat) <= radius_m


@dataclass(frozen=True)
class Hours:
    """From when until when; `weekdays` (Monday is 1) and the hours of the day make it recur. A night belongs to the day on which
    it begins.

    >>> from datetime import UTC
    >>> nights = Hours(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), frozenset({1}), time(22), time(4))
    >>> nights.end_of_turn(datetime(2026, 1, 6, 3, tzinfo=UTC))
    datetime.datetime(2026, 1, 6, 4, 0, tzinfo=datetime.timezone.utc)
    """

    begins_at: datetime
    ends_at: datetime
    weekdays: frozenset[int] = frozenset()
    from_time: time | None = None
    until_time: time | None = None

    @property
    def recurs(self) -> bool:
        """Whether it holds only at some hours or on some days."""
        return bool(self.weekdays) or self.from_time is not None

    def end_of_turn(self, local: datetime) -> datetime | None:
        """When the turn ends that holds at this local moment; None where none holds."""
        if not self.begins_at <= local < self.ends_at:
            return None
        if not self.recurs:
            return self.ends_at
        begin, end = self.from_time or time(0), self.until_time or time(0)
        for day in (local.date(), local.date() - timedelta(days=1)):
            if self.weekdays and day.isoweekday() not in self.weekdays:
                continue
            start = datetime.combine(day, begin, local.tzinfo)
            stop = datetime.combine(day if end > begin else day + timedelta(days=1), end, local.tzinfo)
            if start <= local < stop:
                return min(stop, self.ends_at)
        return None

    def turns(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Its turns between two moments, cut to them, ascending.

        >>> from datetime import UTC
        >>> nights = Hours(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), frozenset({1}), time(22), time(4))
        >>> [str(end) for _begin, end in nights.turns(datetime(2026, 1, 6, 3, tzinfo=UTC), datetime(2026, 1, 13, tzinfo=UTC))]
        ['2026-01-06 04:00:00+00:00', '2026-01-13 00:00:00+00:00']
        """
        first, last = max(first, self.begins_at), min(last, self.ends_at)
        if not self.recurs:
            whole = [(self.begins_at, self.ends_at)]
        else:
            zone, begin, end = self.begins_at.tzinfo, self.from_time or time(0), self.until_time or time(0)
            day, over = first.astimezone(zone).date() - timedelta(days=1), last.astimezone(zone).date()
            days = [day + timedelta(days=number) for number in range((over - day).days + 1)]
            whole = [
                (
                    datetime.combine(one, begin, zone),
                    datetime.combine(one if end > begin else one + timedelta(days=1), end, zone),
                )
                for one in days
                if not self.weekdays or one.isoweekday() in self.weekdays
            ]
        for begins, ends in whole:
            if max(begins, first) < min(ends, last):
                yield max(begins, first), min(ends, last)


def effect_on(effect: Effect, *, level: AlarmLevel, gas: bool, trusted: bool, second: bool, second_for_red_gas: bool) -> Effect:
    """What a cover does to an alarm of that level.

    `trusted`: who announced it handles alarms there; what others announce only marks, until the desk confirms it. `second`:
    another person has confirmed it. Red gas is never quiet on one person's word where the policy asks for two.
    """
    if not trusted and not second:
        return min(effect, Effect.MARK)
    if gas and level is AlarmLevel.RED and second_for_red_gas and not second:
        return min(effect, Effect.MARK)
    return effect


def strongest[T](effects: Iterable[tuple[Effect, T]]) -> tuple[Effect, T | None]:
    """The strongest of several, the first of them where they are alike."""
    found: tuple[Effect, T | None] = (Effect.NONE, None)
    for effect, cover in effects:
        if effect > found[0]:
            found = effect, cover
    return found


def weekdays_of(text: str) -> frozenset[int]:
    """Weekdays from a text of their numbers; ValueError for another character.

    >>> sorted(weekdays_of("67"))
    [6, 7]
    """
    days = frozenset(int(one) for one in text)
    if not days <= frozenset(range(1, 8)):
        raise ValueError(text)
    return days


def as_text(weekdays: Collection[int]) -> str:
    """The numbers of weekdays as they are kept."""
    return "".join(str(one) for one in sorted(weekdays))
