"""What can reach an asset, by which way and how soon: a search backwards along the ways of a network, for one
travelling medium.

Heat does not conduct 200 m through soil (that would take centuries); it travels with water and moist air along ducts
and trenches. So each medium has a speed for each kind of way, and none where it can't go: sewage runs downstream
only, gas passes a few metres of soil.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.engine.network import Network, Way, Ways


@dataclass(frozen=True)
class Medium:
    """Something that travels: `speed_m_s` for each way it can take; a way that is not named is closed to it."""

    name: str
    speed_m_s: Mapping[Way, float]

    @property
    def open_ways(self) -> frozenset[Way]:
        """The ways it can take."""
        return frozenset(self.speed_m_s)


@dataclass(frozen=True)
class Arrival:
    """One asset from which something can arrive (or at which it can): positions along the way, from the source to the
    end, and seconds.
    """

    asset: int
    travel_time_s: float
    way: tuple[int, ...]


class Reach:
    """All assets within `seconds` of one asset, nearest in time first.

    Backwards (`Reach.into`) it answers "what can reach this chamber?", forwards (`Reach.out_of`) "what can this leak
    reach?".
    """

    def __init__(self, end: int, seconds: dict[int, float], towards: dict[int, int], backwards: bool) -> None:
        self.end = end
        self.seconds = seconds
        self._towards = towards
        self._backwards = backwards

    def __contains__(self, asset: int) -> bool:
        return asset in self.seconds

    def arrival(self, asset: int) -> Arrival:
        """The quickest way between that asset and the end; KeyError where it is not in reach."""
        way = [asset]
        while way[-1] != self.end:
            way.append(self._towards[way[-1]])
        if not self._backwards:
            way.reverse()
        return Arrival(asset, self.seconds[asset], tuple(way))

    def arrivals(self) -> list[Arrival]:
        """All of them but the end itself, soonest first."""
        order = sorted(self.seconds, key=lambda asset: (self.seconds[asset], asset))
        return [self.arrival(asset) for asset in order if asset != self.end]

    @classmethod
    def into(cls, network: Network, asset: int, medium: Medium, within_s: float, within_m: float = math.inf) -> "Reach":
        """What can reach that asset within so many seconds, by ways that stay within `within_m` metres of it."""
        ways = network.ways_into(medium.open_ways)
        return cls(asset, *_search(network, ways, asset, medium, within_s, within_m), backwards=True)

    @classmethod
    def out_of(cls, network: Network, asset: int, medium: Medium, within_s: float, within_m: float = math.inf) -> "Reach":
        """What can be reached from that asset within so many seconds, by ways that stay within `within_m` metres of
        it.
        """
        ways = network.ways_out(medium.open_ways)
        return cls(asset, *_search(network, ways, asset, medium, within_s, within_m), backwards=False)


def _search(
    network: Network, ways: Ways, start: int, medium: Medium, within_s: float, within_m: float
) -> tuple[dict[int, float], dict[int, int]]:
    """Dijkstra's algorithm from one asset, ended by time and distance: only the neighbourhood is visited, however
    large the network is.

    Returns seconds by asset, and by asset the next one towards the start.
    """
    pace = [0.0] * len(Way)  # seconds a metre
    for open_way, speed in medium.speed_m_s.items():
        pace[open_way] = 1.0 / speed
    x_m, y_m = network.x_m, network.y_m
    near_m = within_m * within_m
    seconds = {start: 0.0}
    towards: dict[int, int] = {}
    done: set[int] = set()
    heap = [(0.0, start)]
    while heap:
        at_s, asset = heapq.heappop(heap)
        if asset in done:
            continue
        done.add(asset)
        if (x_m[asset] - x_m[start]) ** 2 + (y_m[asset] - y_m[start]) ** 2 > near_m:
            continue
        others, metres, kinds = ways.into(asset)
        for other, length_m, way in zip(others, metres, kinds, strict=True):
            arrives_s = at_s + max(length_m, 1.0) * pace[way]
            if arrives_s <= within_s and arrives_s < seconds.get(other, math.inf):
                seconds[other] = arrives_s
                towards[other] = asset
                heapq.heappush(heap, (arrives_s, other))
    return seconds, towards
