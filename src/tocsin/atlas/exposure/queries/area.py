"""Who and what lies in an area at a time: one question, one answer, whoever asks."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
from django.utils import timezone

from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.register import ORIGINS, Register, TilesMeeting, register
from tocsin.atlas.exposure.rules import Origin, People, Slot, slot_at
from tocsin.engine.exposure.areas import distances_m
from tocsin.engine.exposure.counting import Counted, count_people
from tocsin.engine.exposure.grid import Floats
from tocsin.jurisdiction.face import is_working_day

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

EVERYWHERE: Final = ("",)
LONGEST: Final = timedelta(days=8)  # a week has days, nights and days off: beyond it all of them are meant


@dataclass(frozen=True)
class BodyInArea:
    """One body there: how far its place is from where it is asked, straight, and who is in it."""

    id: UUID
    kind: str
    distance_m: float
    people: People
    origin: Origin
    figures_on: date


@dataclass(frozen=True)
class KindInArea:
    """All bodies of a kind there."""

    kind: str
    count: int
    people: People
    nearest_m: float


@dataclass(frozen=True)
class Exposure:
    """Who and what lies in an area.

    `people`: by day, by night, on a day off; of them `from_bodies` are known one by one, `from_grid` from `cells` of the
    population grid. `slot`: the time of day that counts. `origins`: how many bodies by where their number comes from. `kinds` in
    the policy's order, `bodies` the nearest first, dwellings left out. `oldest`, `newest`: days of the figures used. `known`:
    False where nothing is registered there or close by, so that nobody knows.
    """

    people: People
    from_bodies: People
    from_grid: People
    cells: int
    slot: Slot
    origins: dict[Origin, int]
    kinds: tuple[KindInArea, ...]
    bodies: tuple[BodyInArea, ...]
    oldest: date | None
    newest: date | None
    known: bool

    @property
    def count(self) -> int:
        """People at the time that counts, rounded up: one who is perhaps there is there."""
        return int(np.ceil(self.people[self.slot] - 1e-9))


def exposed_in(
    shape: "BaseGeometry",
    *,
    at: datetime,
    until: datetime | None = None,
    place: tuple[float, float] | None = None,
    prefixes: tuple[str, ...] = EVERYWHERE,
) -> Exposure:
    """Who and what lies in a shape (degrees, longitude first) at a time or, where `until` is given, at the fullest between the
    two.

    `place`: from where distances are measured, else the middle. `prefixes`: only what regions whose code begins so have
    registered.
    """
    known = register()
    if prefixes != EVERYWHERE:
        known = known.within(prefixes)
    tiles = TilesMeeting(shape, prefixes)
    found = count_people(shape, known.bodies, tiles)
    people = _three(found.people)
    slot = max(slots_between(at, until), key=lambda one: people[one])
    lon, lat = place or (shape.centroid.x, shape.centroid.y)
    metres = distances_m(lon, lat, known.bodies.lon[found.bodies], known.bodies.lat[found.bodies])
    days = known.day[found.bodies]
    used = [date.fromordinal(int(one)) for one in (days.min(), days.max())] if len(days) else []
    used += sorted(tiles.days) if found.cells else []
    origins = Counter(ORIGINS[one] for one in known.origin[found.bodies].tolist())
    return Exposure(
        people=people,
        from_bodies=_three(found.from_bodies),
        from_grid=_three(found.from_grid),
        cells=found.cells,
        slot=slot,
        origins=dict(origins),
        kinds=_kinds(known, found, metres),
        bodies=_bodies(known, found, metres),
        oldest=min(used, default=None),
        newest=max(used, default=None),
        known=found.known,
    )


def slots_between(at: datetime, until: datetime | None) -> set[Slot]:
    """The times of day that a span touches; that of one moment."""
    policy = exposure_policy()
    if until is not None and until - at > LONGEST:
        return set(Slot)
    moments = [at]
    while until is not None and moments[-1] < until:
        moments.append(min(until, moments[-1] + timedelta(minutes=30)))
    found = set[Slot]()
    for moment in moments:
        local = timezone.localtime(moment)
        hour = local.hour + local.minute / 60
        working = is_working_day(local.date())
        found.add(slot_at(hour, working=working, day_from_h=policy.day_from_h, day_until_h=policy.day_until_h))
    return found


def _three(values: Floats) -> People:
    day, night, day_off = values.tolist()
    return day, night, day_off


def _kinds(known: Register, found: Counted, metres: Floats) -> tuple[KindInArea, ...]:
    kind, people = known.kind[found.bodies], known.bodies.people[found.bodies]
    rows = []
    for one in np.unique(kind).tolist():
        mine = kind == one
        rows.append(KindInArea(known.kinds[one], int(mine.sum()), _three(people[mine].sum(axis=0)), float(metres[mine].min())))
    return tuple(rows)


def _bodies(known: Register, found: Counted, metres: Floats) -> tuple[BodyInArea, ...]:
    listed = np.flatnonzero(~known.bodies.covers[found.bodies])
    listed = listed[np.argsort(metres[listed], kind="stable")]
    bodies = found.bodies[listed]
    columns = (known.kind[bodies], metres[listed], known.bodies.people[bodies], known.origin[bodies], known.day[bodies])
    return tuple(
        BodyInArea(
            known.ids[body], known.kinds[kind], metre, (people[0], people[1], people[2]), ORIGINS[origin], date.fromordinal(day)
        )
        for body, kind, metre, people, origin, day in zip(bodies.tolist(), *(one.tolist() for one in columns), strict=True)
    )
