"""Kept diagnoses read back into the engine's values, weighed anew with what people said, and written as plain JSON again."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from tocsin.engine.course import course_of
from tocsin.engine.diagnosis.answers import Answer, with_answers
from tocsin.engine.diagnosis.deciding import Deciding, PlacedCheck, minutes_of, rank, weigh
from tocsin.engine.diagnosis.judge import bodies_to_call
from tocsin.engine.diagnosis.model import Evidence, Hypothesis
from tocsin.engine.network import Network
from tocsin.warning.causes.policy.checks import Checks
from tocsin.warning.diagnosis import models
from tocsin.warning.diagnosis.rules import KeptCheck, KeptDiagnosis, KeptHypothesis, ShownRanking

type Place = tuple[str, str]  # id of a check, code of an asset


def hypotheses_of(result: KeptDiagnosis) -> tuple[Hypothesis, ...]:
    """The hypotheses of a kept diagnosis, as they stand in it."""
    return tuple(_hypothesis(one) for one in result["hypotheses"])


def reranked(result: KeptDiagnosis, answers: Sequence[models.Answer]) -> KeptDiagnosis:
    """The kept diagnosis with exactly these answers weighed in: order, probabilities, evidence and bodies to call anew."""
    kept = {(one["cause"], one["asset_code"]): one for one in result["hypotheses"]}
    ranked = with_answers(hypotheses_of(result), [answer_of(one) for one in answers if one.outcome])
    symptom = next((body["owner"] for body in result["call"] if body["reason"] == "symptom"), "")
    hypotheses = [
        {
            **kept[one.cause, one.asset_code],
            "probability": one.probability,
            "evidence": [{**dataclasses.asdict(item), "supports": item.supports} for item in one.evidence],
        }
        for one in ranked
    ]
    call = [dataclasses.asdict(body) for body in bodies_to_call(symptom, ranked)]
    changed: KeptDiagnosis = plain({**result, "hypotheses": hypotheses, "call": call})
    return changed


def answer_of(kept: models.Answer) -> Answer:
    """A kept answer as the engine takes it."""
    return Answer(
        check=kept.check_id,
        outcome=kept.outcome,
        given=kept.given,
        of=tuple(kept.of),
        reach_m=kept.reach_m,
        lon=math.nan if kept.lon is None else kept.lon,
        lat=math.nan if kept.lat is None else kept.lat,
        ts_ms=round(kept.at.timestamp() * 1000),
        seen=kept.value,
        figures={"answer": str(kept.pk), "asset": kept.asset_code, "by": kept.said_by, "channel": kept.channel},
    )


def placed_of(result: KeptDiagnosis, checks: Checks) -> dict[Place, PlacedCheck]:
    """Where checks could be made when the diagnosis was made; those that this version no longer has are left out."""
    return {
        (one["check"], one["asset_code"]): PlacedCheck(
            checks.cards[one["check"]].check, one["asset_code"], _number(one["lon"]), _number(one["lat"]), _number(one["metres"])
        )
        for one in result.get("checks", ())
        if one["check"] in checks.cards
    }


def placed_as_json(placed: Sequence[PlacedCheck]) -> list[KeptCheck]:
    """What `placed_of` reads back."""
    found: list[KeptCheck] = plain(
        [
            {"check": one.check.id, "asset_code": one.asset_code, "lon": one.lon, "lat": one.lat, "metres": one.metres}
            for one in placed
        ]
    )
    return found


def deciding(
    result: KeptDiagnosis, answers: Sequence[models.Answer], crews: Sequence[tuple[float, float]], checks: Checks
) -> tuple[Deciding, ...]:
    """The checks still worth making after these answers, the most information for its minutes first."""
    hypotheses = hypotheses_of(result)
    done = {(one.check_id, one.asset_code) for one in answers}
    weighed = [
        weigh(hypotheses, placed, minutes_of(placed, checks.travel, crews))
        for place, placed in placed_of(result, checks).items()
        if place not in done
    ]
    return rank(weighed, least_bits=checks.least_bits)


def shown_ranking(diagnosis: models.Diagnosis | None) -> ShownRanking | None:
    """What of a diagnosis is scored against a finding; None without one."""
    if diagnosis is None:
        return None
    hypotheses = diagnosis.result["hypotheses"]
    first = hypotheses[0]
    return {
        "diagnosis": str(diagnosis.pk),
        "ranking": [[one["cause"], one["probability"], one["owner"]] for one in hypotheses],
        "lon": first["lon"],
        "lat": first["lat"],
    }


def hypothesis_as_json(network: Network, hypothesis: Hypothesis) -> KeptHypothesis:
    """A hypothesis as it is kept: plain JSON, with the kind of its asset and the way as a GeoJSON GeometryCollection."""
    place = network.position.get(hypothesis.asset_code, -1)
    way = [network.position[code] for code in hypothesis.way if code in network.position]
    x_m, y_m = network.plane.to_metres(np.array([hypothesis.lon]), np.array([hypothesis.lat]))
    course = np.array(course_of(network, way, (float(x_m[0]), float(y_m[0]))), object)
    in_degrees = shapely.transform(course, network.plane.to_degrees, interleaved=False)
    kept: KeptHypothesis = plain(
        {
            **dataclasses.asdict(hypothesis),
            "asset_kind": network.kind[place] if place >= 0 else "",
            "evidence": [{**dataclasses.asdict(item), "supports": item.supports} for item in hypothesis.evidence],
            "way_geometry": {"type": "GeometryCollection", "geometries": [mapping(shape) for shape in in_degrees]},
        }
    )
    return kept


def plain(value: Any) -> Any:
    """Plain JSON of nested values: no NaN (null), no tuples, no NumPy numbers."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _hypothesis(kept: Mapping[str, Any]) -> Hypothesis:
    names = {field.name for field in dataclasses.fields(Hypothesis)}
    given = {name: value for name, value in kept.items() if name in names}
    evidence = {field.name for field in dataclasses.fields(Evidence)}
    given["evidence"] = tuple(
        Evidence(**{name: value for name, value in item.items() if name in evidence}) for item in kept["evidence"]
    )
    given["way"] = tuple(kept["way"])
    for name in ("lon", "lat", "travel_time_s", "log_weight"):
        given[name] = _number(given[name])
    return Hypothesis(**given)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
