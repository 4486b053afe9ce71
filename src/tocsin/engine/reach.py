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

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel
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
    """Seconds by asset, and by asset the next one towards the start; only the neighbourhood is visited, however large the
    network is.
    """
    pace = np.zeros(len(Way))  # seconds a metre
    for open_way, speed in medium.speed_m_s.items():
        pace[open_way] = 1.0 / speed
    columns = ways.start, ways.source, ways.length_m, ways.way
    limits = float(within_s), float(within_m * within_m)
    found, arrives_s, towards = _dijkstra(columns, pace, (network.x_m, network.y_m), start, limits)
    assets = found.tolist()
    return dict(zip(assets, arrives_s.tolist(), strict=True)), dict(zip(assets[1:], towards.tolist()[1:], strict=True))


@kernel
def _dijkstra(
    ways: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.uint8]],
    pace: NDArray[np.float64],
    place: tuple[NDArray[np.float64], NDArray[np.float64]],
    start: int,
    limits: tuple[float, float],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Dijkstra's algorithm from one asset, ended by seconds and square metres (`limits`): assets int64[k] in the order in which
    they were found, the start first; seconds float64[k]; the next asset towards the start int64[k].

    `ways`: columns of `Ways`; `pace` float64[way]: seconds a metre; `place`: x and y of all assets in metres.
    """
    first, source, length_m, way = ways
    x_m, y_m = place
    within_s, within_m2 = limits
    slot = np.zeros(len(x_m), np.int32)  # 1 + place in the lists below; 0: not found yet
    found, arrives_s, towards, done = [start], [0.0], [-1], [False]
    slot[start] = 1
    heap: list[tuple[float, int]] = [(0.0, start)]
    while heap:
        at_s, asset = heapq.heappop(heap)
        here = slot[asset] - 1
        if done[here]:
            continue
        done[here] = True
        if (x_m[asset] - x_m[start]) ** 2 + (y_m[asset] - y_m[start]) ** 2 > within_m2:
            continue
        for k in range(first[asset], first[asset + 1]):
            other = int(np.int64(source[k]))
            then_s = at_s + max(length_m[k], 1.0) * pace[way[k]]
            if then_s > within_s:
                continue
            there = slot[other] - 1
            if there < 0:
                slot[other] = len(found) + 1
                found.append(other)
                arrives_s.append(then_s)
                towards.append(asset)
                done.append(False)
            elif then_s < arrives_s[there]:
                arrives_s[there] = then_s
                towards[there] = asset
            else:
                continue
            heapq.heappush(heap, (then_s, other))
    return np.array(found), np.array(arrives_s), np.array(towards)
