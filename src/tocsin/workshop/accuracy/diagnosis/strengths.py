"""What the signs of every cause say about a case with known truth: all that a fit of weights needs, computed once."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import consider, spots_of, symptom_of
from tocsin.engine.diagnosis.places import Question
from tocsin.engine.diagnosis.scene import build_scene
from tocsin.engine.diagnosis.templates import Templates
from tocsin.workshop.accuracy.diagnosis.scores import NEAR_M
from tocsin.workshop.files.cases import read_case

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CauseStrengths:
    """One cause in one case.

    `offset`: log weight that no sign changes: of the symptom, and of there being no place. `strengths` float64[p, s] by place and
    sign from -1 to 1, 0 where a sign says nothing; one row of zeros where there is no place. `near` float64[p]: how much of each
    place lies within 100 m of the real one, of the true cause only; NaN where it has no place.
    """

    offset: float
    strengths: Floats
    near: Floats


@dataclass(frozen=True, eq=False)
class CaseStrengths:
    """One case: its true cause, and every cause in the order of the templates."""

    truth: str
    causes: tuple[CauseStrengths, ...]


def read_strengths(folder: Path, templates: Templates) -> CaseStrengths:
    """The strengths of one case folder; the truth is read after them."""
    case = read_case(folder)
    grid = Grid.build(case.sensors, case.readings, ts_ms=case.ts_ms)
    scene = build_scene(case.network, grid, templates, sensor=case.asked, ts_ms=case.ts_ms, as_of_ms=grid.newest_ms)
    questions = [Question(scene, template, templates) for template in templates.causes]
    considered = [consider(question) for question in questions]
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    causes = []
    for question, found in zip(questions, considered, strict=True):
        offset, strengths = symptom_of(question).weight, np.nan_to_num(found.strengths)
        near = np.full(max(len(found.places), 1), np.nan)
        if not found.places:
            offset, strengths = offset + question.figure("no_place"), np.zeros((1, len(question.template.evidence)))
        elif question.template.cause == truth["cause"] and truth["lon"] is not None:
            x_m, y_m = case.network.plane.to_metres(np.array([truth["lon"]]), np.array([truth["lat"]]))
            which, spots = spots_of(question, found.places)
            within = np.hypot(spots[:, 0] - x_m, spots[:, 1] - y_m) <= NEAR_M
            near = np.bincount(which, within.astype(np.float64)) / np.bincount(which)
        causes.append(CauseStrengths(offset, strengths, near))
    return CaseStrengths(truth["cause"], tuple(causes))
