"""Case folders diagnosed and compared with their truth."""

import json
from pathlib import Path

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.templates import Templates
from tocsin.workshop.accuracy.diagnosis.scores import Score, score
from tocsin.workshop.files.cases import read_case


def score_case(folder: Path, templates: Templates) -> Score:
    """The score of one case; its family is the part of the folder's name before a hyphen. The truth is read after the answer."""
    case = read_case(folder)
    grid = Grid.build(case.sensors, case.readings, ts_ms=case.ts_ms)
    diagnosis = diagnose(case.network, grid, templates, sensor=case.asked, ts_ms=case.ts_ms)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return score(folder.name, folder.name.partition("-")[0], truth, diagnosis)
