"""Which sensors are near one: by the air, or along pipes, drains, ducts and trenches."""

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.network import Network, Way

ALONG = frozenset(
    (
        Way.DOWNSTREAM,
        Way.UPSTREAM,
        Way.DUCT,
        Way.HEAT_TRENCH,
        Way.CABLE_TRENCH,
        Way.PIPE_BED,
        Way.DRAINS_TO,
        Way.BACKS_UP,
    )
)


@dataclass(frozen=True, eq=False)
class Places:
    """Where sensors are: `x_m`, `y_m` float64[n] in metres on one plane, `asset` int32[n] their assets, -1 where they have none.

    A sensor is its place in these columns.
    """

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    asset: NDArray[np.int32]

    def by_air(self, sensor: int, others: Collection[int], within_m: float) -> dict[int, float]:
        """Those of `others` at most `within_m` metres from the sensor, with their metres."""
        where = np.fromiter(others, np.int64)
        metres = np.hypot(self.x_m[where] - self.x_m[sensor], self.y_m[where] - self.y_m[sensor])
        return {int(one): float(away) for one, away in zip(where, metres, strict=True) if away <= within_m}

    def along(self, network: Network, sensor: int, others: Collection[int], within_m: float) -> Mapping[int, float]:
        """Those of `others` to whose asset a way of at most `within_m` metres leads along lines; itself at 0 m."""
        begin = int(self.asset[sensor])
        reached = _metres_along(network, begin, within_m) if begin >= 0 else {}
        found = {one: reached[int(self.asset[one])] for one in others if int(self.asset[one]) in reached}
        return found | ({sensor: 0.0} if sensor in others else {})


def _metres_along(network: Network, begin: int, within_m: float) -> dict[int, float]:
    """By asset the shortest way to it along lines, in metres."""
    ways = network.ways_out(ALONG)
    done: dict[int, float] = {}
    heap = [(0.0, begin)]
    while heap:
        metres, asset = heapq.heappop(heap)
        if asset in done:
            continue
        done[asset] = metres
        for target, length_m, _kind in zip(*ways.into(asset), strict=True):
            if metres + length_m <= within_m and target not in done:
                heapq.heappush(heap, (metres + length_m, target))
    return done
