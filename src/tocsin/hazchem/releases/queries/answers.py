"""What a case is answered with: every figure with its unit and its range over the weathers around the given one."""

import math
from collections.abc import Iterable, Iterator

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.reach import Verdict
from tocsin.engine.consequences.scenario.chain import Variant, run, run_around
from tocsin.engine.consequences.scenario.outcome import Distance, Outcome
from tocsin.engine.consequences.shapes import SECTOR, Kind, Outline, fan, ring_on_the_map
from tocsin.engine.consequences.weather import is_calm
from tocsin.hazchem.releases.policy.harm import HarmPolicy
from tocsin.hazchem.releases.queries.cases import Case

SIGNIFICANT = 6
_RANK = {Verdict.NOWHERE: 0, Verdict.NEARER: 1, Verdict.AT: 2, Verdict.BEYOND: 3}


class RangedFigure(msgspec.Struct, frozen=True):
    """A figure with the least and the most of it."""

    name: str
    value: float
    low: float
    high: float
    unit: str


class RangedDistance(msgspec.Struct, frozen=True):
    """A distance with the least and the most of it; a verdict says whether each is exact or a bound."""

    threshold: str
    level: float
    level_unit: str
    verdict: str
    distance_m: float
    low_verdict: str
    low_m: float
    high_verdict: str
    high_m: float


class RangedPoint(msgspec.Struct, frozen=True):
    """What a point gets; null, with the limit that is passed, where the model does not hold there."""

    point: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    outside: str


class Area(msgspec.Struct, frozen=True):
    """An area of a threshold: `cloud` above it, `circle` around what burns or explodes, `fan` where the cloud may go when the
    wind turns, as far as in the worst of the weathers. `ring`: corners [lon, lat], where the case names place and direction.
    """

    threshold: str
    kind: str
    area_m2: float
    ring: list[list[float]] | None


class StepAnswer(msgspec.Struct, frozen=True):
    """One step."""

    model: str
    source: str
    valid: tuple[str, ...]
    notes: tuple[str, ...]
    figures: tuple[RangedFigure, ...]
    distances: tuple[RangedDistance, ...]
    points: tuple[RangedPoint, ...]
    areas: tuple[Area, ...]


class WeatherAnswer(msgspec.Struct, frozen=True):
    """The air that was given, and what the range went over; `left_out` are weathers that the scenario is refused in, and why."""

    wind_m_s: float
    stability: str
    temperature_c: float
    terrain: str
    winds_m_s: tuple[float, ...]
    stabilities: tuple[str, ...]
    left_out: tuple[str, ...]


class CaseAnswer(msgspec.Struct, frozen=True):
    """One case."""

    case: str
    title: str
    substance: str
    cas: str
    exposure_minutes: float
    weather: WeatherAnswer
    steps: tuple[StepAnswer, ...]


def answer_of(case: Case, policy: HarmPolicy) -> CaseAnswer:
    """The answer; InvalidInput says which step can't be worked out under the given weather, and why."""
    nominal = run(case.scenario, case.context)
    variants = run_around(case.scenario, case.context, wind_share=policy.ranges.wind_share.value)
    worked = [one.outcomes for one in variants if not one.refused]
    calm = is_calm(case.context.weather.wind_m_s)
    half_degrees = SECTOR.high if calm else policy.ranges.sector_half_degrees.value
    steps = tuple(_step(case, one, [variant[at] for variant in worked], half_degrees) for at, one in enumerate(nominal))
    substance = case.context.substance
    weather = _weather(case, variants)
    return CaseAnswer(case.name, case.title, substance.name, substance.cas, case.context.exposure_s / 60, weather, steps)


def _weather(case: Case, variants: Iterable[Variant]) -> WeatherAnswer:
    given = case.context.weather
    worked = [given, *(one.weather for one in variants if not one.refused)]
    return WeatherAnswer(
        given.wind_m_s,
        given.stability.value,
        round(given.temperature_k - 273.15, 6),
        given.terrain.value,
        tuple(sorted({_plain(one.wind_m_s) for one in worked})),
        tuple(sorted({one.stability.value for one in worked})),
        tuple(one.refused for one in variants if one.refused),
    )


def _step(case: Case, nominal: Outcome, variants: list[Outcome], half_degrees: float) -> StepAnswer:
    figures = []
    for at, one in enumerate(nominal.figures):
        values = [one.value, *(variant.figures[at].value for variant in variants if len(variant.figures) > at)]
        figures.append(RangedFigure(one.name, _plain(one.value), _plain(min(values)), _plain(max(values)), one.unit.value))
    distances = [
        _distance(one, [variant.distances[at] for variant in variants if len(variant.distances) > at])
        for at, one in enumerate(nominal.distances)
    ]
    points = []
    for answer in nominal.points:
        same = [
            other.value
            for variant in (nominal, *variants)
            for other in variant.points
            if (other.point, other.name, other.unit) == (answer.point, answer.name, answer.unit) and other.value is not None
        ]
        value = None if answer.value is None else _plain(answer.value)
        low, high = (_plain(min(same)), _plain(max(same))) if same else (None, None)
        points.append(RangedPoint(answer.point, answer.name, value, low, high, answer.unit.value, answer.outside))
    return StepAnswer(
        nominal.model,
        nominal.source,
        nominal.valid,
        nominal.notes,
        tuple(figures),
        tuple(distances),
        tuple(points),
        tuple(_areas(case, nominal, distances, half_degrees)),
    )


def _areas(case: Case, nominal: Outcome, distances: list[RangedDistance], half_degrees: float) -> Iterator[Area]:
    """Each outline, and for each cloud the fan of the farthest that its threshold reaches."""
    farthest = {one.threshold: one.high_m for one in distances}
    for outline in nominal.outlines:
        yield _area(case, outline)
        if outline.kind is Kind.CLOUD:
            ring = fan(farthest[outline.threshold], float(outline.y_m.max()), half_degrees)
            yield _area(case, Outline(outline.threshold, Kind.FAN, *ring))


def _area(case: Case, outline: Outline) -> Area:
    ring = None
    if case.place is not None and case.wind_from_degrees is not None:
        ring = ring_on_the_map(outline, case.place, case.wind_from_degrees)
    return Area(outline.threshold, outline.kind.value, _plain(outline.area_m2), ring)


def features_of(answer: CaseAnswer) -> dict[str, object]:
    """The areas of an answer as GeoJSON; InvalidInput where the case names no place or no direction of the wind."""
    areas = [(step.model, area) for step in answer.steps for area in step.areas]
    if any(area.ring is None for _model, area in areas):
        raise InvalidInput(f"{answer.case}: areas on a map need [place] and weather.wind_from_degrees")
    features = [
        {
            "type": "Feature",
            "properties": {"model": model, "threshold": area.threshold, "kind": area.kind, "area_m2": area.area_m2},
            "geometry": {"type": "Polygon", "coordinates": [area.ring]},
        }
        for model, area in areas
    ]
    return {"type": "FeatureCollection", "features": features}


def _distance(nominal: Distance, variants: list[Distance]) -> RangedDistance:
    ordered = sorted((nominal, *variants), key=lambda one: (one.distance_m, _RANK[one.verdict]))
    low, high = ordered[0], ordered[-1]
    return RangedDistance(
        nominal.threshold,
        _plain(nominal.level),
        nominal.unit,
        nominal.verdict.value,
        _plain(nominal.distance_m),
        low.verdict.value,
        _plain(low.distance_m),
        high.verdict.value,
        _plain(high.distance_m),
    )


def _plain(number: float) -> float:
    """Six significant digits; no answer is infinite or not a number."""
    if not math.isfinite(number):
        raise ArithmeticError(f"a model answered {number}")
    return float(f"{number:.{SIGNIFICANT}g}")
