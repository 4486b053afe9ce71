"""The question "why does this sensor ring?" answered: every cause at every place weighed, and the weights turned into
shares.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.model import Body, Diagnosis, Evidence, Hypothesis
from tocsin.engine.diagnosis.places import NOWHERE, Finding, Place, Question
from tocsin.engine.diagnosis.scene import Scene, build_scene
from tocsin.engine.diagnosis.signs import LOCATORS, SIGNS
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.network import Network

UNKNOWN = "unknown"
LEAST_WEIGHT = 0.05  # evidence below it is not told
CALL_SHARE = 0.05  # owners of causes less likely than this are not called


def diagnose(
    network: Network, grid: Grid, templates: Templates, *, sensor: int, ts_ms: int, as_of_ms: int | None = None
) -> Diagnosis:
    """Ranked causes of what `sensor` (its index in readings) shows at `ts_ms`, with evidence, places and the bodies
    to call.

    Only what was known at `as_of_ms` is used; all that the grid holds, readings after `ts_ms` too, where it is not given.
    KeyError for an unknown sensor.
    """
    scene = build_scene(
        network, grid, templates, sensor=sensor, ts_ms=ts_ms, as_of_ms=grid.newest_ms if as_of_ms is None else as_of_ms
    )
    judged = [judge_cause(Question(scene, template, templates)) for template in templates.causes]
    judged.append(_unknown(scene, templates))
    hypotheses = with_shares(judged, templates.temper)
    owner = network.owner[scene.asset] if scene.asset >= 0 else ""
    asset_code = network.codes[scene.asset] if scene.asset >= 0 else ""
    return Diagnosis(sensor, ts_ms, asset_code, scene.quantity, hypotheses, bodies_to_call(owner, hypotheses))


def judge_cause(question: Question) -> Hypothesis:
    """The best place of one cause, with its evidence; its probability is still 0."""
    template = question.template
    same: dict[str, Finding | None] = {}
    common = [_symptom(question)]
    best: Hypothesis | None = None
    for place in question.places():
        if template.locate:
            place = LOCATORS[template.locate](question, place)
        evidence = common + _look(question, place, same)
        hypothesis = _hypothesis(question, place, evidence)
        if best is None or hypothesis.log_weight > best.log_weight:
            best = hypothesis
    if best is None:
        nothing = Evidence("no_place.absent", question.figure("no_place"))
        best = _hypothesis(question, NOWHERE, [*common, nothing])
    return best


def _symptom(question: Question) -> Evidence:
    """Whether this cause shows itself in the quantity that rings, there of all places."""
    scene, symptoms = question.scene, question.template.symptoms
    owner = scene.network.owner[scene.asset] if scene.asset >= 0 else ""
    usual = symptoms.get(scene.quantity, question.template.other_symptom)
    weight = symptoms.get(f"{scene.quantity}@{owner}", usual)
    return Evidence("symptom." + ("present" if weight >= 0 else "absent"), weight, scene.asked)


def _look(question: Question, place: Place, same: dict[str, Finding | None]) -> list[Evidence]:
    """Evidence of all signs of the cause at one place; `same` keeps what holds for every place."""
    found: list[Evidence] = []
    for code, weight in question.template.evidence.items():
        sign = SIGNS[code]
        if not sign.everywhere:
            finding = sign.look(question, place)
        else:
            if code not in same:
                same[code] = sign.look(question, place)
            finding = same[code]
        if finding is None or finding.strength == 0:
            continue
        share = finding.strength
        worth = weight.present * share if share > 0 else weight.absent * -share
        found.append(_told(code, share > 0, worth, finding))
    return found


def _told(code: str, present: bool, weight: float, finding: Finding) -> Evidence:
    return Evidence(
        code=f"{code}.{'present' if present else 'absent'}",
        weight=weight,
        sensor=finding.sensor,
        expected=finding.expected,
        seen=finding.seen,
        unit=finding.unit,
        ts_ms=finding.ts_ms,
        figures=finding.figures,
    )


def _hypothesis(question: Question, place: Place, evidence: Sequence[Evidence]) -> Hypothesis:
    """A hypothesis with sensors named by their index, its evidence heaviest first."""
    scene, template = question.scene, question.template
    network = scene.network
    lon, lat = (math.nan, math.nan) if place.asset < 0 else network.to_degrees(place.x_m, place.y_m)
    owner = template.owner
    if not owner and place.asset >= 0:
        owner = network.owner[place.asset]
    told = [
        Evidence(
            item.code,
            item.weight,
            None if item.sensor is None else int(scene.sensors.index[item.sensor]),
            item.expected,
            item.seen,
            item.unit,
            item.ts_ms,
            item.figures,
        )
        for item in evidence
        if abs(item.weight) >= LEAST_WEIGHT
    ]
    told.sort(key=lambda item: -abs(item.weight))
    begun = [item.ts_ms for item in told if item.supports and item.ts_ms is not None]
    return Hypothesis(
        cause=template.cause,
        asset_code=network.codes[place.asset] if place.asset >= 0 else "",
        lon=lon,
        lat=lat,
        owner=owner,
        probability=0.0,
        log_weight=template.prior + sum(item.weight for item in evidence),
        evidence=tuple(told),
        way=tuple(network.codes[asset] for asset in place.way),
        travel_time_s=place.travel_time_s,
        onset_ms=min(begun, default=None),
    )


def _unknown(scene: Scene, templates: Templates) -> Hypothesis:
    return Hypothesis(UNKNOWN, "", math.nan, math.nan, "", 0.0, templates.unknown, ())


def with_shares(judged: Sequence[Hypothesis], temper: float) -> tuple[Hypothesis, ...]:
    """Probabilities by softmax of the log weights over `temper`, best first; ties by name."""
    weights = np.array([hypothesis.log_weight for hypothesis in judged]) / temper
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    ranked = sorted(zip(judged, shares.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0].cause))
    return tuple(replace(hypothesis, probability=share) for hypothesis, share in ranked)


def bodies_to_call(symptom: str, hypotheses: Sequence[Hypothesis]) -> tuple[Body, ...]:
    """Owner of the likeliest cause first, then `symptom`, the owner of the place that rings, then owners of other likely
    causes; each once.
    """
    called: list[Body] = []
    for rank, hypothesis in enumerate(hypotheses):
        if hypothesis.owner and hypothesis.probability >= CALL_SHARE:
            called.append(Body(hypothesis.owner, "cause", hypothesis.cause, hypothesis.probability))
        if rank == 0 and symptom:
            called.append(Body(symptom, "symptom", "", 1.0))
    seen: dict[str, Body] = {}
    for body in called:
        seen.setdefault(body.owner, body)
    return tuple(seen.values())
