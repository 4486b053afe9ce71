"""The way from each store to a place of need: as somebody entered it, as a travel table knows it, or by the distance; around what
is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tocsin.base.geometry import distance_m
from tocsin.supplies.allocation.policy import allocation_policy
from tocsin.supplies.allocation.rules.question import Road
from tocsin.supplies.roads.queries.closures import Met, met_on_way, roads_in_force
from tocsin.supplies.roads.queries.travel import known_times
from tocsin.supplies.roads.rules.closures import Passage, Spot
from tocsin.supplies.roads.rules.ways import KnownBy
from tocsin.supplies.stock.models import Store


@dataclass
class WaysFound:
    """Roads by store; by what each is known; and stores that are left out, with why."""

    roads: dict[UUID, Road] = field(default_factory=dict)
    known: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, str]] = field(default_factory=list)


def ways_to(stores: QuerySet[Store], lon: float, lat: float, told: Mapping[str, float | None], now: datetime) -> WaysFound:
    """What was entered at the request goes before all; then the tables, then the distance, both around what is closed."""
    policy = allocation_policy().way
    rows = list(stores)
    tables = known_times([one.pk for one in rows], lon, lat, policy.place_m)
    shut = roads_in_force(now)
    found = WaysFound()
    for store in rows:
        assert store.lon is not None and store.lat is not None  # noqa: S101 - only such are read
        road = policy.road(distance_m(lon, lat, store.lon, store.lat) / 1000)
        if road.km / policy.detour > policy.most_km:
            found.closed.append({"store": store.name, "why": "far"})
            continue
        by, place = KnownBy.DISTANCE, ""
        if (known := tables.get(store.pk)) is not None:
            road, by, place = Road(known.minutes, road.km if known.km is None else known.km), KnownBy.TABLE, known.place
        if str(store.pk) in told:
            minutes = told[str(store.pk)]
            if minutes is None:
                found.closed.append({"store": store.name, "why": "closed"})
                continue
            road, by, place = Road(minutes, road.km), KnownBy.ENTERED, ""
            met: list[Met] = []
        else:
            met = met_on_way(shut, (store.lon, store.lat), (lon, lat), policy.beside_m)
        if inside := [one.road.name for one in met if one.passage is Passage.SHUT]:
            found.closed.append({"store": store.name, "why": "shut", "road": inside[0]})
            continue
        further = _further(met)
        road = Road(road.minutes + further.minutes, road.km + further.km)
        found.roads[store.pk] = road
        found.known.append(
            {
                "store": str(store.pk),
                "minutes": road.minutes,
                "by": by.value,
                "place": place,
                "around": [one.road.name for one in met],
                "further_min": further.minutes,
            }
        )
    return found


def ways_met(start: Spot, end: Spot, now: datetime) -> list[Met]:
    """Which closed roads the way between two places meets."""
    return met_on_way(roads_in_force(now), start, end, allocation_policy().way.beside_m)


def _further(met: list[Met]) -> Road:
    """What going around takes: the minutes that somebody knows, else the further kilometres as any others."""
    policy = allocation_policy().way
    minutes = km = 0.0
    for one in met:
        longer = policy.road(one.further_km)
        km += longer.km
        minutes += longer.minutes if one.road.detour_min is None else one.road.detour_min
    return Road(round(minutes, 1), round(km, 1))
