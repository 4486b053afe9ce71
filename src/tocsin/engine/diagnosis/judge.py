"""The question "why does this sensor ring?" answered: every cause at every place weighed, and the weights turned into
shares.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.model import Body, Diagnosis, Evidence, Hypothesis
from tocsin.engine.diagnosis.places import NOWHERE, Finding, Place, Question
from tocsin.engine.diagnosis.scene import Scene, build_scene
from tocsin.engine.diagnosis.signs import LOCATORS, SIGNS
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.diagnosis.weighing import log_weights, shares_of, spot_to_name
from tocsin.engine.network import Network

UNKNOWN = "unknown"
ANYWHERE = "anywhere"  # a way to locate: the fault may be anywhere along the line
SPOTS_ALONG = 5
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
    causes = () if scene.quantity in templates.stated else templates.causes
    judged = [judge_cause(Question(scene, template, templates)) for template in causes]
    judged.append(_unknown(scene, templates))
    hypotheses = with_shares(judged, templates.temper)
    owner = network.owner[scene.asset] if scene.asset >= 0 else ""
    asset_code = network.codes[scene.asset] if scene.asset >= 0 else ""
    return Diagnosis(sensor, ts_ms, asset_code, scene.quantity, hypotheses, bodies_to_call(owner, hypotheses))


def judge_cause(question: Question) -> Hypothesis:
    """One cause at the place to name, with its evidence there; its probability is still 0."""
    considered = consider(question)
    if not considered.places:
        nothing = Evidence("no_place.absent", question.figure("no_place"))
        return _hypothesis(question, NOWHERE, [symptom_of(question), nothing])
    named, x_m, y_m = considered.named()
    evidence = [symptom_of(question), *_evidence(question, considered.findings[named])]
    told = _hypothesis(question, replace(considered.places[named], x_m=x_m, y_m=y_m), evidence)
    beside = float(considered.logs.max() - considered.logs[named])  # the likeliest single place may lie beside the named one
    return replace(told, log_weight=told.log_weight + beside)


@dataclass(frozen=True, eq=False)
class Considered:
    """One cause at all its places: `findings` of its signs, by place and in the order of the template's evidence."""

    question: Question
    places: tuple[Place, ...]
    findings: tuple[tuple[Finding | None, ...], ...]

    @cached_property
    def strengths(self) -> NDArray[np.float64]:
        """What the signs say, float64[places, signs]; NaN where nothing."""
        said = [[np.nan if finding is None else finding.strength for finding in row] for row in self.findings]
        return np.array(said, np.float64).reshape(len(self.places), len(self.question.template.evidence))

    @cached_property
    def logs(self) -> NDArray[np.float64]:
        """Log weight of each place."""
        weights = self.question.template.evidence.values()
        present, absent = np.array([w.present for w in weights]), np.array([w.absent for w in weights])
        return log_weights(self.strengths, present, absent)

    def named(self) -> tuple[int, float, float]:
        """The place to name and the spot there: position of the place, x and y in metres."""
        which, spots = spots_of(self.question, self.places)
        shares = shares_of(self.logs, self.question.figure("place_temper"))
        weights = shares[which] / np.bincount(which)[which]
        best = spot_to_name(weights, spots, self.question.figure("place_within_m"))
        return int(which[best]), float(spots[best, 0]), float(spots[best, 1])


def spots_of(question: Question, places: Sequence[Place]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Spots at which the fault may be: which place each belongs to, intp[n], and x, y in metres, float64[n, 2]. One for each
    place, or several along it where it may be anywhere on the line.
    """
    if question.template.locate != ANYWHERE:
        spots = np.array([(place.x_m, place.y_m) for place in places], np.float64)
        return np.arange(len(places)), spots
    shapes = question.scene.network.geometry[[place.asset for place in places]]
    parts = (np.arange(SPOTS_ALONG) + 0.5) / SPOTS_ALONG
    which = np.repeat(np.arange(len(places)), SPOTS_ALONG)
    points = shapely.line_interpolate_point(shapes[which], np.tile(parts, len(places)), normalized=True)
    return which, shapely.get_coordinates(points)


def consider(question: Question) -> Considered:
    """Every place of one cause, looked at by every sign of it."""
    template = question.template
    same: dict[str, Finding | None] = {}
    places, findings = [], []
    for place in question.places:
        if template.locate in LOCATORS:
            place = LOCATORS[template.locate](question, place)
        places.append(place)
        findings.append(_look(question, place, same))
    return Considered(question, tuple(places), tuple(findings))


def symptom_of(question: Question) -> Evidence:
    """Whether this cause shows itself in the quantity that rings, there of all places."""
    scene, symptoms = question.scene, question.template.symptoms
    owner = scene.network.owner[scene.asset] if scene.asset >= 0 else ""
    usual = symptoms.get(scene.quantity, question.template.other_symptom)
    weight = symptoms.get(f"{scene.quantity}@{owner}", usual)
    return Evidence("symptom." + ("present" if weight >= 0 else "absent"), weight, scene.asked)


def _look(question: Question, place: Place, same: dict[str, Finding | None]) -> tuple[Finding | None, ...]:
    """What all signs of the cause find at one place; `same` keeps what holds for every place."""
    found: list[Finding | None] = []
    for code in question.template.evidence:
        sign = SIGNS[code]
        if not sign.everywhere:
            found.append(sign.look(question, place))
            continue
        if code not in same:
            same[code] = sign.look(question, place)
        found.append(same[code])
    return tuple(found)


def _evidence(question: Question, findings: Sequence[Finding | None]) -> list[Evidence]:
    """Findings with their weights."""
    told = []
    for (code, weight), finding in zip(question.template.evidence.items(), findings, strict=True):
        if finding is None or finding.strength == 0:
            continue
        share = finding.strength
        told.append(_told(code, share > 0, weight.present * share if share > 0 else weight.absent * -share, finding))
    return told


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
    shares = shares_of(np.array([hypothesis.log_weight for hypothesis in judged]), temper)
    ranked = sorted(zip(judged, shares.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0].cause))
    return tuple(replace(hypothesis, probability=share) for hypothesis, share in ranked)


def bodies_to_call(symptom: str, hypotheses: Sequence[Hypothesis]) -> tuple[Body, ...]:
    """The body most likely to own the fault first, whatever its cause (probabilities of causes with one owner add up), then
    `symptom`, the owner of the place that rings, then owners of other likely causes; each once.
    """
    shares: dict[str, float] = {}
    likeliest: dict[str, Hypothesis] = {}
    for one in hypotheses:
        if one.owner:
            shares[one.owner] = shares.get(one.owner, 0.0) + one.probability
            likeliest.setdefault(one.owner, one)
    order = sorted(likeliest.values(), key=lambda one: (-shares[one.owner], one.owner))
    called = [Body(one.owner, "cause", one.cause, shares[one.owner]) for one in order if shares[one.owner] >= CALL_SHARE]
    if symptom:
        called.insert(1, Body(symptom, "symptom", "", 1.0))
    seen: dict[str, Body] = {}
    for body in called:
        seen.setdefault(body.owner, body)
    return tuple(seen.values())
