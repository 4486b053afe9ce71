"""Steps by which a cloud is carried away: distances to concentrations, and what points get."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences import gaussian
from tocsin.engine.consequences.harm import Quantity
from tocsin.engine.consequences.limits import Limit, OutsideRange
from tocsin.engine.consequences.reach import Verdict, farthest
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.outcome import (
    Context,
    Distance,
    Figure,
    Outcome,
    Point,
    PointAnswer,
    State,
    Unit,
    distance_of,
)
from tocsin.engine.consequences.shapes import Kind, Outline, cloud

Floats = NDArray[np.float64]
BRIGGS = "Briggs (1973) by Crowl & Louvar, Chemical Process Safety, 3rd ed., table 5-2 and eq. 5-49"
DEATH_SHARES = (0.01, 0.5)
HELD_AFTER = 2.5  # a plume stands where the wind has gone this many times as far, CCPS (1999)
SLADE = "Slade (1968) by Crowl & Louvar, Chemical Process Safety, 3rd ed., table 5-3 and eq. 5-38"


def distances(context: Context, curve: Callable[[Floats], Floats], limit: Limit) -> tuple[Distance, ...]:
    """To each threshold of concentration, along the middle of the cloud."""
    asked = [one for one in context.thresholds if one.quantity is Quantity.CONCENTRATION]
    return tuple(distance_of(one, farthest(curve, one.level, limit)) for one in asked)


NEAREST_M = 1.0  # from where on a cloud is drawn; nearer than the model holds it is drawn as its formula goes on
DRAWN = 200


def outlines(context: Context, found: Iterable[Distance], half_width: Callable[[Floats, float], Floats]) -> tuple[Outline, ...]:
    """The cloud above each threshold that reaches somewhere; `half_width` is that of distances and a level in kg/m3."""
    levels = {one.code: one.level for one in context.thresholds if one.quantity is Quantity.CONCENTRATION}
    drawn = []
    for one in found:
        if one.threshold not in levels or one.verdict is Verdict.NOWHERE:
            continue
        x = np.concatenate(([0.0], np.geomspace(min(NEAREST_M, 0.01 * one.distance_m), one.distance_m, DRAWN)))
        widths = np.concatenate(([0.0], half_width(x[1:], levels[one.threshold])))
        if widths.any():
            drawn.append(Outline(one.threshold, Kind.CLOUD, *cloud(x, widths)))
    return tuple(drawn)


def deaths(
    context: Context, curve: Callable[[Floats], Floats], minutes: Callable[[Floats], Floats], limit: Limit
) -> list[Distance]:
    """To where a share of people die by the substance's probit: `curve` in kg/m3 lasts `minutes` as long, C^n t over distance."""
    toxic = context.toxic
    if toxic is None:
        return []
    found = []
    for share in DEATH_SHARES:
        needed = toxic.value_for(share) ** toxic.n

        def load(x: Floats) -> Floats:
            return _parts_per_million(context, curve(x)) ** toxic.n * minutes(x)

        reach = farthest(load, needed, limit)
        found.append(Distance(f"death_{round(100 * share)}_percent", needed, "ppm^n min", reach.verdict, reach.distance_m))
    return found


def _parts_per_million(context: Context, kg_m3: Floats) -> Floats:
    weather = context.weather
    return np.minimum(kg_m3 * context.substance.volume_share(1.0, weather.temperature_k, weather.pressure_pa), 1.0) * 1e6


def points(
    context: Context, concentration: Callable[[Point], float], limit: Limit, minutes: Callable[[float], float]
) -> tuple[PointAnswer, ...]:
    """What each point gets in mg/m3 and ppm, and the share that dies there in `minutes` (of the distance); nothing upwind, and no
    number where the model does not hold.
    """
    answers: list[PointAnswer] = []
    weather = context.weather
    for point in context.points:
        value: float | None = 0.0
        outside = ""
        if point.downwind_m > 0:
            try:
                limit.check(point.downwind_m)
                value = concentration(point)
            except OutsideRange as error:
                value, outside = None, error.in_english
        milligrams = None if value is None else value * 1e6
        answers.append(PointAnswer(point.name, "concentration", milligrams, Unit.MG_M3, outside))
        if value is not None:
            share = context.substance.volume_share(value, weather.temperature_k, weather.pressure_pa)
            answers.append(PointAnswer(point.name, "concentration", min(share, 1.0) * 1e6, Unit.PPM))
            if context.toxic is not None:
                died = context.toxic.share(min(share, 1.0) * 1e6, minutes(max(point.downwind_m, limit.low)))
                answers.append(PointAnswer(point.name, "death_share", died, Unit.SHARE))
    return tuple(answers)


def gaussian_plume(step: steps.GaussianPlume, context: Context, state: State) -> tuple[Outcome, State]:
    """A steady cloud."""
    rate = state.airborne("rate_kg_s", "gaussian_plume") if step.rate_kg_s is None else step.rate_kg_s
    height = state.height_m if step.height_m is None else step.height_m
    plume = gaussian.Plume(rate, context.weather, height, step.averaging_s)

    def curve(x: Floats) -> Floats:
        return plume.concentration(x, np.zeros_like(x), np.full_like(x, step.receptor_m))

    def at(point: Point) -> float:
        x, y, z = (np.array([one]) for one in (point.downwind_m, point.crosswind_m, point.height_m))
        return float(plume.concentration(x, y, z)[0])

    def passing(point: Point) -> tuple[PointAnswer, ...]:
        """When the cloud of a release that ends is there, and the share of the steady concentration that it comes to."""
        if state.duration_s is None:
            return ()
        since, until, share = plume.passage_s(point.downwind_m, state.duration_s)
        return (
            PointAnswer(point.name, "cloud_from", since, Unit.S),
            PointAnswer(point.name, "cloud_until", until, Unit.S),
            PointAnswer(point.name, "peak_share", share, Unit.SHARE),
        )

    exposed_s = context.exposure_s if state.duration_s is None else min(context.exposure_s, state.duration_s)
    found = (
        *distances(context, curve, gaussian.DISTANCE),
        *deaths(context, curve, lambda x: np.full_like(x, exposed_s / 60), gaussian.DISTANCE),
    )
    outcome = Outcome(
        "gaussian_plume",
        BRIGGS,
        (str(gaussian.DISTANCE), str(gaussian.AVERAGING), str(gaussian.HEIGHT)),
        (Figure("rate", rate, Unit.KG_S), Figure("wind_at_source", context.weather.wind_at(height), Unit.M_S)),
        found,
        (
            *points(context, at, gaussian.DISTANCE, lambda _x: exposed_s / 60),
            *(
                one
                for point in context.points
                if gaussian.DISTANCE.low <= point.downwind_m <= gaussian.DISTANCE.high
                for one in passing(point)
            ),
        ),
        standing(found, context.weather.wind_at(height), state),
        outlines(context, found, lambda x, level: plume.half_width(x, level, step.receptor_m)),
    )
    return outcome, state


def standing(found: tuple[Distance, ...], wind_m_s: float, state: State) -> tuple[str, ...]:
    """A note where the release ends before its plume stands at the farthest distance that was found."""
    if state.duration_s is None:
        return ()
    farthest_m = max((one.distance_m for one in found if one.verdict in (Verdict.AT, Verdict.BEYOND)), default=0.0)
    return ("short_release",) if wind_m_s * state.duration_s < HELD_AFTER * farthest_m else ()


def gaussian_puff(step: steps.GaussianPuff, context: Context, state: State) -> tuple[Outcome, State]:
    """A cloud of one moment; each place gets its highest concentration, and for the probit the load while it passes."""
    mass = state.airborne("mass_kg", "gaussian_puff") if step.mass_kg is None else step.mass_kg
    height = state.height_m if step.height_m is None else step.height_m
    puff = gaussian.Puff(mass, context.weather, height)
    exponent = 1.0 if context.toxic is None else context.toxic.n

    def curve(x: Floats) -> Floats:
        return puff.peak(x, np.zeros_like(x), np.full_like(x, step.receptor_m))

    def minutes(x: Floats) -> Floats:
        return puff.passage_s(x, exponent) / 60

    def at(point: Point) -> float:
        x, y, z = (np.array([one]) for one in (point.downwind_m, point.crosswind_m, point.height_m))
        return float(puff.peak(x, y, z)[0])

    found = (*distances(context, curve, gaussian.DISTANCE), *deaths(context, curve, minutes, gaussian.DISTANCE))
    outcome = Outcome(
        "gaussian_puff",
        SLADE,
        (str(gaussian.DISTANCE), str(gaussian.HEIGHT)),
        (Figure("mass", mass, Unit.KG), Figure("wind_at_source", puff.wind_m_s, Unit.M_S)),
        found,
        points(context, at, gaussian.DISTANCE, lambda x: float(minutes(np.array([x]))[0])),
        ("peak_against_levels",),
        outlines(context, found, lambda x, level: puff.half_width(x, level, step.receptor_m)),
    )
    return outcome, state
