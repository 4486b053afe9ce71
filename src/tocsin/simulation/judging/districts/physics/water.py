"""Water: pipes under pressure, drains by rating curves, runoff by a unit hydrograph."""

import math

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.district import District, Line

_WATER_KG_M3 = 1000.0


def orifice_m3_h(area_cm2: float, pressure_kpa: float, coefficient: float = 0.6) -> float:
    """Flow through a hole under pressure: C A sqrt(2 p / rho)."""
    return float(coefficient * area_cm2 * 1e-4 * math.sqrt(2000.0 * max(pressure_kpa, 0.0) / _WATER_KG_M3) * 3600)


def gas_orifice_m3_h(diameter_mm: float, pressure_kpa: float) -> float:
    """Methane through a hole, m3/h at the open: choked above 85 kPa gauge, else by the difference of pressures (Bernoulli)."""
    area, inside = math.pi / 4 * (diameter_mm / 1000) ** 2, (pressure_kpa + 101.3) * 1000
    if pressure_kpa > 85:  # p0 A sqrt(gamma M / (R T)) (2 / (gamma + 1))^3.78, gamma 1.31, at 288 K
        mass = 0.8 * inside * area * math.sqrt(1.31 * 0.01604 / (8.314 * 288)) * (2 / 2.31) ** 3.726
    else:
        mass = 0.8 * area * math.sqrt(2 * 0.68 * pressure_kpa * 1000)
    return float(mass / 0.68 * 3600)


def drops_kpa(district: District, net: str, at: int, flow_m3_h: float) -> dict[int, float]:
    """Fall of pressure at every place of a network when water or gas is taken at one of them, kPa.

    Heads of Hazen and Williams, made linear around a flow of half a metre a second; the station holds its pressure.
    """
    lines = [district.lines[i] for i in district.of_net(net)]
    nodes = sorted({end for line in lines for end in (line.start, line.end)})
    row = {node: i for i, node in enumerate(nodes)}
    matrix = np.zeros((len(nodes), len(nodes)))
    for line in lines:
        ease = 1.0 / _resistance(line, district.length_m(line))
        a, b = row[line.start], row[line.end]
        matrix[a, a] += ease
        matrix[b, b] += ease
        matrix[a, b] -= ease
        matrix[b, a] -= ease
    fixed = row[district.sources[net]]
    matrix[fixed, fixed] += 1e6
    taken = np.zeros(len(nodes))
    taken[row[at]] = flow_m3_h
    fall = np.linalg.solve(matrix, taken)
    return {node: float(fall[i]) for node, i in row.items()}


def _resistance(line: Line, length_m: float) -> float:
    """kPa per m3/h around the usual flow."""
    diameter = max(line.diameter_mm, 60) / 1000
    usual = 0.5 * math.pi / 4 * diameter**2
    head = 10.67 * max(length_m, 2.0) * usual**1.852 / (110**1.852 * diameter**4.87)
    return float(1.852 * head * 9.81 / (usual * 3600))


def full_flow_m3_h(diameter_mm: float, slope: float, roughness: float = 0.014) -> float:
    """Flow of a drain that runs full: Manning."""
    diameter = diameter_mm / 1000
    return float(math.pi / 4 * diameter**2 / roughness * (diameter / 4) ** (2 / 3) * math.sqrt(max(slope, 1e-4)) * 3600)


def rated_depth_m(flow: Floats, full: Floats | float, diameter_mm: float, slope: float, length_m: float) -> Floats:
    """Depth of water above a drain: by the rating curve while it runs free, by the head that it takes when it is full.

    Free: D 0.97 (Q / Qfull)^0.56, a fit to the partly filled circle; full: D + L S ((Q / Qfull)^2 - 1).
    """
    load = flow / np.maximum(full, 1e-6)
    diameter = diameter_mm / 1000
    free = diameter * 0.97 * np.minimum(load, 1.0) ** 0.56
    return np.asarray(free + np.where(load > 1, length_m * slope * (load**2 - 1), 0.0))


def runoff_m3_h(rain_mm_h: Floats, area_m2: float, share: float, rise_h: float) -> Floats:
    """Runoff of an area: rain, less what wets it, through a triangular unit hydrograph (rise 1, fall 1.67)."""
    steps = max(2, int(2.67 * rise_h / STEP_H))
    peak = rise_h / STEP_H
    ordinates = np.array(
        [k / peak if k <= peak else max(0.0, (2.67 * peak - k) / (1.67 * peak)) for k in np.arange(1, steps + 1) - 0.5]
    )
    ordinates /= ordinates.sum()
    left = 1.2  # mm that wet the surface first
    net = np.empty(len(rain_mm_h))
    for i, rain in enumerate(rain_mm_h):
        kept = min(left, rain * STEP_H)
        left = min(1.2, left - kept + 0.04 * STEP_H)
        net[i] = rain - kept / STEP_H
    return np.asarray(np.convolve(net, ordinates)[: len(rain_mm_h)] * share * area_m2 / 1000)


def delayed(series: Floats, hours: float) -> Floats:
    """The series some time later, its first value before."""
    steps = round(hours / STEP_H)
    return (
        series
        if steps <= 0
        else np.concatenate([np.full(min(steps, len(series)), series[0]), series[: max(0, len(series) - steps)]])
    )
