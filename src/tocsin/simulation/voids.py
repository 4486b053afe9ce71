"""Air under the streets: wells as mixed volumes with a draught of their own, joined by ducts and drains along which air moves.

The balance of a well is V dC/dt = G + Σ q (C_neighbour - C) - λ V C, with λ of 0.1 to 1 volumes an hour for a closed cover.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.effects import STEP_MS, Floats
from tocsin.simulation.weather import HOUR_MS

# Air that moves to and fro in a line of a kind, m3/h: its free cross-section times some cm/s.
EXCHANGE = {
    "telecom_duct": 1.4,
    "sewer": 6.0,
    "storm_drain": 9.0,
    "power_cable": 1.0,
    "heat_main_supply": 1.5,
    "gas_main": 0.0,
    "water_main": 0.0,
}
_SEALED = 0.25  # share of the ducts that are plugged, as they should be
_FLOOR_M2 = 1.0  # of a well
_NOT_WELLS = ("building", "gas_regulator", "pump_station", "heat_station", "substation")


@dataclass(frozen=True)
class Voids:
    """Wells that share air. `loss` m3/h float64[n]: what leaves each well for good; `move` float64[n, n]: exchange, m3/h;
    `volume` m3 float64[n].
    """

    wells: tuple[str, ...]
    volume: Floats
    loss: Floats
    move: Floats

    def carry(self, inflow: Floats) -> Floats:
        """Concentrations float64[n, m] of an inflow float64[n, m] (concentration times m3/h, a column each STEP_MS)."""
        hours = STEP_MS / HOUR_MS
        balance = np.diag(self.volume + hours * (self.loss + self.move.sum(axis=1))) - hours * self.move
        step = np.linalg.inv(balance)
        kept, fed = step * self.volume, hours * (step @ inflow)
        concentration = np.zeros(inflow.shape)
        for column in range(1, inflow.shape[1]):
            concentration[:, column] = kept @ concentration[:, column - 1] + fed[:, column]
        return concentration

    def holding(self) -> Floats:
        """m3/h with which a well must be fed to hold a concentration of 1 against its draught and clean neighbours."""
        return self.loss + self.move.sum(axis=1)


def is_well(city: City, asset: str) -> bool:
    """True for a space under a cover: not for a building, a station or a buried valve."""
    given = city.properties(asset)
    return given["kind"] not in _NOT_WELLS and not given.get("buried")


def voids_near(
    city: City,
    start: Iterable[str],
    limit_m: float,
    *,
    draught_h: float = 0.4,
    openness: float = 1.0,
    exchange: Mapping[str, float] = EXCHANGE,
) -> Voids:
    """The wells within `limit_m` of way from any of `start`, which come first.

    `draught_h`: usual air changes an hour; each well has its own, from a third to three times as much. `openness` multiplies
    the exchange; every line has its own share of it, and some ducts are sealed.
    """
    ways: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for number, line in enumerate(city.lines()):
        usual = exchange.get(line["kind"], 0.0)
        ends = line["from_node"], line["to_node"]
        if usual <= 0.0 or not (is_well(city, ends[0]) and is_well(city, ends[1])):
            continue
        length = math.dist(city.place[ends[0]], city.place[ends[1]])
        draw = noise.uniform(city.seed, 501, number, np.arange(2)).tolist()
        if line["kind"] == "telecom_duct" and line["id"] and draw[0] < _SEALED:
            continue
        flow = openness * usual * math.exp(1.6 * (draw[1] - 0.5)) * math.sqrt(30.0 / (10.0 + length))
        ways[ends[0]].append((ends[1], length, flow))
        ways[ends[1]].append((ends[0], length, flow))
    wells = _within(ways, list(dict.fromkeys(start)), limit_m)
    index = {name: i for i, name in enumerate(wells)}
    move = np.zeros((len(wells), len(wells)))
    for name in wells:
        for other, _, flow in ways[name]:
            if other in index:
                move[index[name], index[other]] += flow
    depth = np.array([float(city.properties(name).get("depth_m", 2.0)) for name in wells])
    volume = _FLOOR_M2 * np.maximum(1.0, depth)
    spread = np.exp(2.2 * (noise.uniform(city.seed, 502, [int(name[1:]) for name in wells]) - 0.5))
    return Voids(tuple(wells), volume, draught_h * spread * volume, move)


def _within(ways: Mapping[str, list[tuple[str, float, float]]], start: list[str], limit_m: float) -> list[str]:
    queue = [(0.0, name) for name in start]
    heapq.heapify(queue)
    metres: dict[str, float] = {}
    while queue:
        run, name = heapq.heappop(queue)
        if name in metres or run > limit_m:
            continue
        metres[name] = run
        for other, length, _ in ways.get(name, ()):
            if other not in metres:
                heapq.heappush(queue, (run + length, other))
    return [*start, *(name for name in metres if name not in set(start))]
