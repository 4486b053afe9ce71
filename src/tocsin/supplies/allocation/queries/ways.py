"""The way from each store to a place of need: as somebody entered it, as a travel table knows it, on the city's streets, or by
the distance; around what is closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import shapely
from django.db.models import QuerySet

from tocsin.base.geometry import distance_m
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.policy import allocation_policy
from tocsin.supplies.allocation.queries.streets import StreetsTo, streets_to
from tocsin.supplies.allocation.rules.question import Road
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import Met, met_on_way, roads_in_force
from tocsin.supplies.roads.queries.travel import KnownTime, known_times
from tocsin.supplies.roads.rules.closures import Passage, Spot
from tocsin.supplies.roads.rules.ways import KnownBy, WayTold
from tocsin.supplies.stock.models import Store


@dataclass(frozen=True)
class WayKnown:
    """A way: the road, by what it is known, the travel table's place, what is gone around and the minutes that this takes."""

    road: Road
    by: KnownBy
    place: str = ""
    around: tuple[str, ...] = ()
    further_min: float = 0.0


@dataclass(frozen=True)
class NoWay:
    """Why a store is left out, and the closed road that shuts it out."""

    why: str
    road: str = ""


@dataclass
class WaysFound:
    """Roads by store; by what each is known; and stores that are left out, with why."""

    roads: dict[UUID, Road] = field(default_factory=dict)
    known: dict[UUID, WayKnown] = field(default_factory=dict)
    closed: list[dict[str, str]] = field(default_factory=list)
    spots: dict[UUID, Spot] = field(default_factory=dict)
    streets: StreetsTo | None = None

    def told(self, stores: Iterable[UUID]) -> list[WayTold]:
        """The ways of these stores as a plan keeps them, with their course on streets (longitude, latitude)."""
        return [self._told(one, self.known[one]) for one in stores if one in self.known]

    def _told(self, store: UUID, way: WayKnown) -> WayTold:
        course = self.streets.course(self.spots[store]) if way.by is KnownBy.STREETS and self.streets else []
        return {
            "store": str(store),
            "minutes": way.road.minutes,
            "by": way.by.value,
            "place": way.place,
            "km": way.road.km,
            "around": list(way.around),
            "further_min": way.further_min,
            "course": course,
        }


def ways_to(stores: QuerySet[Store], lon: float, lat: float, told: Mapping[str, float | None], now: datetime) -> WaysFound:
    """What was entered at the request goes before all; then the tables, the streets, the distance, each around what is closed."""
    policy = allocation_policy().way
    rows = list(stores)
    tables = known_times([one.pk for one in rows], lon, lat, policy.place_m)
    shut = roads_in_force(now)
    found = WaysFound(streets=streets_to(lon, lat, shut, policy.streets))
    for store in rows:
        assert store.lon is not None and store.lat is not None  # noqa: S101 - only such are read
        found.spots[store.pk] = store.lon, store.lat
        way = _way(store, (lon, lat), told, tables.get(store.pk), shut, found.streets)
        if isinstance(way, NoWay):
            found.closed.append({"store": store.name, "why": way.why} | ({"road": way.road} if way.road else {}))
        else:
            found.roads[store.pk], found.known[store.pk] = way.road, way
    return found


def _way(
    store: Store,
    place: Spot,
    told: Mapping[str, float | None],
    table: KnownTime | None,
    shut: Sequence[ClosedRoad],
    streets: StreetsTo | None,
) -> WayKnown | NoWay:
    policy = allocation_policy().way
    assert store.lon is not None and store.lat is not None  # noqa: S101 - only such are read
    spot = (store.lon, store.lat)
    straight = policy.road(distance_m(*place, *spot) / 1000)
    if straight.km / policy.detour > policy.most_km:
        return NoWay("far")
    if str(store.pk) in told:
        minutes = told[str(store.pk)]
        return NoWay("closed") if minutes is None else WayKnown(Road(minutes, straight.km), KnownBy.ENTERED)
    if table is None and streets is not None and (on_streets := streets.way(spot)) is not None:
        if on_streets.now is None:
            return NoWay("shut", on_streets.met[0].name)
        further = round(on_streets.now.minutes - on_streets.free.minutes, 1)
        road = Road(round(on_streets.now.minutes, 1), round(on_streets.now.km, 1))
        return WayKnown(road, KnownBy.STREETS, around=tuple(one.name for one in on_streets.met), further_min=further)
    met = met_on_way(shut, spot, place, policy.beside_m)
    if inside := [one.road.name for one in met if one.passage is Passage.SHUT]:
        return NoWay("shut", inside[0])
    road = straight if table is None else Road(table.minutes, straight.km if table.km is None else table.km)
    longer = _further(met)
    return WayKnown(
        Road(road.minutes + longer.minutes, road.km + longer.km),
        KnownBy.DISTANCE if table is None else KnownBy.TABLE,
        place="" if table is None else table.place,
        around=tuple(one.road.name for one in met),
        further_min=longer.minutes,
    )


def course_of(plan: Plan | None, store_id: UUID) -> list[Spot]:
    """The course on streets of a store's way in a plan; empty where it was not found on streets."""
    ways = plan.ways if plan is not None else ()
    return next(([(lon, lat) for lon, lat in one.get("course", ())] for one in ways if one["store"] == str(store_id)), [])


def met_under_way(roads: Sequence[ClosedRoad], start: Spot, end: Spot, course: Sequence[Spot]) -> list[Met]:
    """Which of these a way meets: its course on streets, or the straight line where it has none."""
    policy = allocation_policy().way
    if not course:
        return met_on_way(roads, start, end, policy.beside_m)
    line, found = shapely.LineString(course), []
    for one in roads:
        closure = one.closure(policy.beside_m)
        if closure.in_degrees(policy.streets.beside_m).intersects(line):
            found.append(Met(one, Passage.SHUT if closure.holds(start) or closure.holds(end) else Passage.AROUND, 0.0))
    return found


def _further(met: list[Met]) -> Road:
    """What going around takes: the minutes that somebody knows, else the further kilometres as any others."""
    policy = allocation_policy().way
    minutes = km = 0.0
    for one in met:
        longer = policy.road(one.further_km)
        km += longer.km
        minutes += longer.minutes if one.road.detour_min is None else one.road.detour_min
    return Road(round(minutes, 1), round(km, 1))
