"""Case folders gone through as the watch would have lived them, and compared with their truth."""

import json
from pathlib import Path

from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.watch.watch import early_signs
from tocsin.warning.early_signs.policy import shipped_watch_figures
from tocsin.workshop.accuracy.early.scores import DAY_MS, Watched, score_signs
from tocsin.workshop.files.cases import read_case


def watch_case(folder: Path, templates: Templates) -> Watched:
    """The watch over one case with the shipped figures; the truth is read after the last sign."""
    case = read_case(folder)
    signs = list(early_signs(case.network, case.sensors, case.readings, templates, shipped_watch_figures()))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    days = (int(case.readings.ts.max()) - int(case.readings.ts.min())) / DAY_MS if len(case.readings) else 0.0
    return score_signs(folder.name, folder.name.partition("-")[0], truth, case.ts_ms, signs, days)
