"""Air in wells, ducts and drains: a network of cells with draught, mixing and leaks to the open, nothing lost on the way."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H, Climate, wander
from tocsin.simulation.judging.districts.district import District, Line
from tocsin.simulation.judging.districts.draws import Draws

CELL_M = 12.0
MOST_CELLS = 220


@dataclass(frozen=True)
class Cells:
    """`volume_m3` float64[cells]; `mixing` float64[cells, cells], symmetric, and `draught` float64[cells, cells] from row to
    column, both m3/h; `leak_per_h` float64[cells] of ducts and drains, zero for wells; `wells`: cell of each well.
    """

    volume_m3: Floats
    mixing: Floats
    draught: Floats
    leak_per_h: Floats
    wells: dict[int, int]


def air_changes(district: District, climate: Climate, well: int) -> Floats:
    """Air changes of a well with the open, 1/h, float64[steps]: holes of the cover, wind across it, and warm air rising.

    Flow through an opening goes with the square root of the pressures that drive it (wind squared, difference of temperature);
    gusts and traffic over the cover stir it within the hour.
    """
    draws, depth = Draws(district.seed, 50, well), district.places[well].depth_m
    calm, holes = district.figures.changes_per_h * draws.spread(0.45, 2.2), draws.between(0.02, 0.16)
    rise = np.maximum(climate.ground_c(depth) - climate.air_c, 0.0) * depth
    gusts = np.exp(draws.between(0.1, 0.4) * wander(draws, climate.axis.steps, 0.8))
    return np.asarray(calm * gusts * np.sqrt(0.25 + holes * climate.wind_ms**2 + 0.03 * rise))


def cells_around(district: District, start: int, hops: int, heat: bool = False, shut: tuple[int, ...] = ()) -> Cells:
    """The cells of all ways that air takes from a well within some wells; with `heat`, trenches of heating pipes too; no air
    passes the lines in `shut`.
    """
    wells = {start: 0}
    volume = [district.places[start].volume_m3]
    mixing: list[tuple[int, int, float]] = []
    draught: list[tuple[int, int, float]] = []
    leak = [0.0]
    wanted, done = [(start, 0)], set(shut)
    while wanted and len(volume) < MOST_CELLS:
        here, hop = wanted.pop(0)
        for number in district.lines_at.get(here, []):
            line = district.lines[number]
            other = line.end if line.start == here else line.start
            if number in done or hop >= hops or not district.places[other].is_well or not _carries(line, heat):
                continue
            done.add(number)
            if other not in wells:
                wells[other] = len(volume)
                volume.append(district.places[other].volume_m3)
                leak.append(0.0)
                wanted.append((other, hop + 1))
            _duct(district, number, wells, volume, leak, mixing, draught)
    size = len(volume)
    cells = Cells(np.array(volume), np.zeros((size, size)), np.zeros((size, size)), np.array(leak), wells)
    for a, b, flow in mixing:
        cells.mixing[a, b] += flow
        cells.mixing[b, a] += flow
    for a, b, flow in draught:
        cells.draught[a, b] += flow
    return cells


def _carries(line: Line, heat: bool) -> bool:
    return line.net in ("duct", "telecom", "sewer", "storm", "power") or (heat and line.net == "heat")


def _duct(
    district: District, number: int, wells: dict[int, int], volume: list[float], leak: list[float],
    mixing: list[tuple[int, int, float]], draught: list[tuple[int, int, float]],
) -> None:  # fmt: skip
    """Adds the cells of one line: section, mixing and draught by its kind."""
    line, draws = district.lines[number], Draws(district.seed, 51, number)
    section, spread_m2_s, speed, open_per_h = _air_of(line, draws)
    length = max(4.0, district.length_m(line))
    count = max(1, round(length / CELL_M))
    chain = [wells[line.start]]
    for _ in range(count):
        chain.append(len(volume))
        volume.append(section * length / count)
        leak.append(open_per_h)
    chain.append(wells[line.end])
    conductance = spread_m2_s * 3600 * section / (length / count)
    if speed < 0:
        chain = chain[::-1]
    for a, b in itertools.pairwise(chain):
        mixing.append((a, b, conductance))
        draught.append((a, b, abs(speed) * section * 3600))


def _air_of(line: Line, draws: Draws) -> tuple[float, float, float, float]:
    """(section m2, mixing m2/s, draught m/s along the line, loss to the ground and the open 1/h)."""
    if line.net in ("sewer", "storm"):
        section = 0.62 * math.pi / 4 * (line.diameter_mm / 1000) ** 2
        return section, draws.spread(0.01, 0.08), draws.spread(0.006, 0.05), draws.spread(0.02, 0.1)
    if line.net == "heat":
        return draws.between(0.12, 0.35), draws.spread(0.02, 0.1), draws.pick((-1.0, 1.0)) * draws.spread(0.001, 0.012), 0.08
    if line.net == "power":
        return draws.between(0.01, 0.05), draws.spread(0.004, 0.03), draws.pick((-1.0, 1.0)) * draws.spread(0.0005, 0.006), 0.06
    tubes = draws.whole(2, 9) if line.net == "telecom" else draws.whole(1, 4)
    section = tubes * math.pi / 4 * (line.diameter_mm / 1000) ** 2
    return section, draws.spread(0.005, 0.06), draws.pick((-1.0, 1.0)) * draws.spread(0.001, 0.02), draws.spread(0.005, 0.04)


def transport(cells: Cells, sources: dict[int, Floats], changes: Floats, keep_per_h: float = 0.0) -> Floats:
    """Shares over time, float64[steps, cells].

    `sources`: m3/h of pure matter into a cell, float64[steps]. `changes` float64[steps, cells]: air changes of wells. Mixing and
    draught by an implicit step that keeps the matter, then losses and sources exactly (splitting of Lie). `keep_per_h`: loss to
    walls on top.
    """
    size, volume = len(cells.volume_m3), cells.volume_m3
    out = cells.mixing.sum(axis=1) + cells.draught.sum(axis=1)
    matrix = np.diag(volume / STEP_H + out) - cells.mixing - cells.draught.T
    onward = np.linalg.inv(matrix) * (volume / STEP_H)[None, :]
    steps = changes.shape[0]
    share = np.zeros((steps, size))
    now = np.zeros(size)
    fed = np.zeros((steps, size))
    for cell, flow in sources.items():
        fed[:, cell] += flow / volume[cell]
    rate = changes + cells.leak_per_h[None, :] + keep_per_h
    decay = np.exp(-rate * STEP_H)
    gain = np.where(rate > 1e-9, (1 - decay) / np.maximum(rate, 1e-9), STEP_H) * fed
    for step in range(steps):
        now = (onward @ now) * decay[step] + gain[step]
        share[step] = now
    return share


def filled(share: Floats) -> Floats:
    """Share of a gas in a well where it drives out the air that it takes the place of: s / (1 + s), below one."""
    return np.asarray(share / (1.0 + share))
