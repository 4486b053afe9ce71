"""What can reach an asset, by which way and how soon: a search backwards along the ways of a network, for one
travelling medium.

Heat does not conduct 200 m through soil (that would take centuries); it travels with water and moist air along ducts
and trenches. So each medium has a speed for each kind of way, and none where it can't go: sewage runs downstream
only, gas passes a few metres of soil.
"""

import heapq
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

    def seconds(self, way: int, length_m: float) -> float:
        """Travel time along that way; infinity where it is closed. Two touching assets still count as one metre
        apart.
        """
        speed = self.speed_m_s.get(Way(way), 0.0)
        return max(length_m, 1.0) / speed if speed > 0 else float("inf")


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
    def into(cls, network: Network, asset: int, medium: Medium, within_s: float) -> "Reach":
        """What can reach that asset within so many seconds."""
        return cls(asset, *_search(network.ways, asset, medium, within_s), backwards=True)

    @classmethod
    def out_of(cls, network: Network, asset: int, medium: Medium, within_s: float) -> "Reach":
        """What can be reached from that asset within so many seconds."""
        return cls(asset, *_search(network.ways_out, asset, medium, within_s), backwards=False)


def _search(ways: Ways, start: int, medium: Medium, within_s: float) -> tuple[dict[int, float], dict[int, int]]:
    """Dijkstra's algorithm from one asset, ended by time, so that only the neighbourhood is visited however large the
    network is.
    """
    speeds = np.array([medium.speed_m_s.get(way, 0.0) for way in Way])
    found = np.full((2, len(ways.start) - 1), np.inf)
    seen = _spread(ways.start, ways.source, ways.length_m, ways.way, speeds, start, within_s, found)
    steps = seen[1:]
    return (
        dict(zip(seen.tolist(), found[0, seen].tolist(), strict=True)),
        dict(zip(steps.tolist(), found[1, steps].astype(np.int64).tolist(), strict=True)),
    )


@kernel
def _spread(
    first: NDArray[np.int64],
    source: NDArray[np.int32],
    length_m: NDArray[np.float64],
    way: NDArray[np.uint8],
    speeds: NDArray[np.float64],
    start: int,
    within_s: float,
    found: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Fills `found` float64[2, n]: seconds, and the next asset on the way to the start; infinity where not in reach.

    `first` int64[n + 1], `source`, `length_m`, `way` [m] as in `Ways`, `speeds` float64[ways]. Returns the assets in reach in
    the order in which they were first seen, the start before all.
    """
    seen = [np.int64(start)]
    found[0, start] = 0.0
    heap = [(0.0, np.int64(start))]
    while len(heap) > 0:
        at_s, asset = heapq.heappop(heap)
        if at_s > found[0, asset]:
            continue
        for k in range(first[asset], first[asset + 1]):
            speed = speeds[way[k]]
            if speed <= 0.0:
                continue
            other = np.int64(source[k])
            arrives_s = at_s + max(length_m[k], 1.0) / speed
            if arrives_s <= within_s and arrives_s < found[0, other]:
                if np.isinf(found[0, other]):
                    seen.append(other)
                found[0, other] = arrives_s
                found[1, other] = asset
                heapq.heappush(heap, (arrives_s, other))
    return np.array(seen)
