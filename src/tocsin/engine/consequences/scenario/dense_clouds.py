"""Steps by which a cloud that is heavier than air is carried away."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences import dense
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.clouds import deaths, distances, outlines, points, standing
from tocsin.engine.consequences.scenario.outcome import Context, Figure, Outcome, Point, State, Unit

Floats = NDArray[np.float64]
WORKBOOK = "Britter & McQuaid (1988) by CCPS (1999), tables 2.16 and 2.17"
KELVIN = 273.15


def _source(given_c: float | None, context: Context, state: State) -> dense.DenseSource:
    """What leaves: as warm as the steps before say, but no colder than it boils."""
    weather, substance = context.weather, context.substance
    temperature = state.temperature_k if given_c is None else given_c + KELVIN
    if temperature is None:
        temperature = weather.temperature_k
    if given_c is None and substance.boiling_k is not None:
        temperature = min(temperature, weather.temperature_k) if temperature >= substance.boiling_k else substance.boiling_k
    density = weather.gas_density_kg_m3(substance.molar_mass_kg_mol, temperature)
    return dense.DenseSource(density, temperature, weather.air_density_kg_m3, weather.temperature_k, weather.wind_at(10.0))


def _curve(context: Context, cloud: dense.DensePlume | dense.DensePuff, x: Floats) -> Floats:
    """kg/m3 of air's temperature at distances."""
    weather = context.weather
    return cloud.share(x) * context.substance.kg_m3(1.0, weather.temperature_k, weather.pressure_pa)


def dense_plume(step: steps.DensePlume, context: Context, state: State) -> tuple[Outcome, State]:
    """A steady heavy cloud; across the wind it has the same concentration to its edge, and nothing beyond."""
    rate = state.airborne("rate_kg_s", "dense_plume") if step.rate_kg_s is None else step.rate_kg_s
    source = _source(step.temperature_c, context, state)
    plume = dense.DensePlume(source, rate / source.density_kg_m3)
    exposed_s = context.exposure_s if state.duration_s is None else min(context.exposure_s, state.duration_s)

    def curve(x: Floats) -> Floats:
        return _curve(context, plume, x)

    def at(point: Point) -> float:
        x = np.array([point.downwind_m])
        return float(curve(x)[0]) if abs(point.crosswind_m) <= plume.half_width(x)[0] else 0.0

    limit = plume.limit
    found = (
        *distances(context, curve, limit),
        *deaths(context, curve, lambda x: np.full_like(x, exposed_s / 60), limit),
    )
    figures = (
        Figure("rate", rate, Unit.KG_S),
        Figure("source_density", source.density_kg_m3, Unit.KG_M3),
        Figure("source_temperature", source.temperature_k, Unit.K),
        Figure("source_length", plume.length_m, Unit.M),
    )
    outcome = Outcome(
        "dense_plume",
        WORKBOOK,
        (str(limit), str(dense.PARAMETER)),
        figures,
        found,
        points(context, at, limit, lambda _x: exposed_s / 60),
        standing(found, source.wind_m_s, state),
        outlines(context, found, lambda x, level: np.where(curve(x) >= level, plume.half_width(x), 0.0)),
    )
    return outcome, state


def dense_puff(step: steps.DensePuff, context: Context, state: State) -> tuple[Outcome, State]:
    """A heavy cloud of one moment; a place gets the highest concentration of its distance, wherever it lies in the cloud."""
    mass = state.airborne("mass_kg", "dense_puff") if step.mass_kg is None else step.mass_kg
    source = _source(step.temperature_c, context, state)
    puff = dense.DensePuff(source, mass / source.density_kg_m3)

    def curve(x: Floats) -> Floats:
        return _curve(context, puff, x)

    def minutes(x: float) -> float:
        """While the cloud, as wide as it is by then, drifts past with 0.4 of the wind."""
        return 2 * _radius_m(puff, puff.arrival_s(x)) / (0.4 * source.wind_m_s) / 60

    def at(point: Point) -> float:
        radius = _radius_m(puff, puff.arrival_s(point.downwind_m))
        return float(curve(np.array([point.downwind_m]))[0]) if abs(point.crosswind_m) <= radius else 0.0

    def half_width(x: Floats, level: float) -> Floats:
        wide = np.array([_radius_m(puff, puff.arrival_s(float(one))) for one in x])
        return np.where(curve(x) >= level, wide, 0.0)

    limit = puff.limit
    found = (
        *distances(context, curve, limit),
        *deaths(context, curve, lambda x: np.array([minutes(float(one)) for one in x]), limit),
    )
    figures = (
        Figure("mass", mass, Unit.KG),
        Figure("source_density", source.density_kg_m3, Unit.KG_M3),
        Figure("source_temperature", source.temperature_k, Unit.K),
        Figure("volume", puff.volume_m3, Unit.M3),
    )
    outcome = Outcome(
        "dense_puff",
        WORKBOOK,
        (str(limit), str(dense.PARAMETER)),
        figures,
        found,
        points(context, at, limit, minutes),
        ("peak_against_levels",),
        outlines(context, found, half_width),
    )
    return outcome, state


def _radius_m(puff: dense.DensePuff, t_s: float) -> float:
    """Of the cloud at a time: it slumps, R2 = R0^2 + 1.2 t sqrt(g' V)."""
    start = (3 * puff.volume_m3 / (4 * math.pi)) ** (2 / 3)
    return math.sqrt(start + 1.2 * t_s * math.sqrt(puff.source.buoyancy_m_s2 * puff.volume_m3))
