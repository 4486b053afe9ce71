"""Which of many alarms another one can belong to at all, without asking each: those that share something with it or lie near.

`rules.gathering` decides; here it is only seen to that it need not be asked about alarms at the other end of the county.
"""

import math
from collections.abc import Hashable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from tocsin.base.geometry import EARTH_RADIUS_M
from tocsin.command.casebook.rules.alarm_facts import AlarmFacts

if TYPE_CHECKING:
    from tocsin.command.casebook.rules.gathering_figures import Gathering


class Neighbours[T]:
    """Things that stand for alarms, found by what may join them; every one for which `why_together` can hold is found.

    Places are kept in cubes through which the earth's surface runs, as wide as the longest way by which one alarm explains
    another: what is nearer than that lies in the same cube or in one beside it, at every latitude.
    """

    def __init__(self, policy: "Gathering") -> None:
        self._policy = policy
        self._width_m = max(policy.same_place_m, policy.same_cause_m, policy.reach_m)
        self._found: list[T] = []
        self._by_mark: dict[Hashable, list[int]] = {}

    def add(self, one: T, facts: AlarmFacts) -> None:
        """One that others may join."""
        for mark in set(self._marks(facts)):
            self._by_mark.setdefault(mark, []).append(len(self._found))
        self._found.append(one)

    def near(self, new: AlarmFacts) -> list[T]:
        """Those that may explain this alarm, in the order in which they were added."""
        numbers = {number for mark in self._sought(new) for number in self._by_mark.get(mark, ())}
        return [self._found[number] for number in sorted(numbers)]

    def _shared(self, facts: AlarmFacts) -> Iterator[Hashable]:
        shared = (("device", facts.device), ("asset", facts.asset_code), ("lost", facts.lost_with))
        yield from (mark for mark in shared if mark[1])
        if facts.first is not None and facts.first.cause in self._policy.storm_causes:
            yield "storm"

    def _marks(self, lead: AlarmFacts) -> Iterator[Hashable]:
        yield from self._shared(lead)
        places = [(lead.lon, lead.lat)]
        if lead.first is not None:
            if lead.first.asset_code:
                yield "fault", lead.first.asset_code
            places.append((lead.first.lon, lead.first.lat))
        for lon, lat in places:
            if lon is not None and lat is not None:
                yield self._cube(lon, lat)

    def _sought(self, new: AlarmFacts) -> Iterator[Hashable]:
        yield from self._shared(new)
        places = {(new.lon, new.lat)}
        for own in new.hypotheses:
            if own.asset_code:
                yield "fault", own.asset_code
            places.add((own.lon, own.lat))
        for lon, lat in places:
            if lon is not None and lat is not None:
                cube = self._cube(lon, lat)
                yield from (tuple(map(sum, zip(cube, step, strict=True))) for step in product((-1, 0, 1), repeat=3))

    def _cube(self, lon: float, lat: float) -> tuple[int, int, int]:
        east, north = math.radians(lon), math.radians(lat)
        radius = EARTH_RADIUS_M / self._width_m
        flat = radius * math.cos(north)
        return (
            math.floor(flat * math.cos(east)),
            math.floor(flat * math.sin(east)),
            math.floor(radius * math.sin(north)),
        )
