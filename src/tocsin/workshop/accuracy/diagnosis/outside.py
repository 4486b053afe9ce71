"""What is answered where the true cause is none that the file of causes knows: each case is judged without its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import UNKNOWN, diagnose
from tocsin.engine.diagnosis.templates import Templates
from tocsin.simulation.worlds import world_of
from tocsin.workshop.files.cases import read_case

MISLEADS = 0.7  # from this share on a wrong cause sends somebody out without a doubt


@dataclass(frozen=True)
class Outside:
    """The answer to one case whose cause was taken out: the cause named first, its share, and that of `unknown`."""

    case: str
    family: str
    truth: str
    first: str
    share: float
    unknown: float

    @property
    def admits(self) -> bool:
        """True where the answer is that no known cause fits."""
        return self.first == UNKNOWN

    @property
    def misleads(self) -> bool:
        """True where another cause is told as good as certain."""
        return not self.admits and self.share >= MISLEADS


def ask_outside(folder: Path, templates: Templates) -> Outside | None:
    """The answer without the template of the case's own cause; None where nothing was wrong."""
    case = read_case(folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if truth["asset_id"] is None:
        return None
    others = replace(templates, causes=tuple(one for one in templates.causes if one.cause != truth["cause"]))
    grid = Grid.build(case.sensors, case.readings, ts_ms=case.ts_ms)
    told = diagnose(case.network, grid, others, sensor=case.asked, ts_ms=case.ts_ms).hypotheses
    unknown = next(one.probability for one in told if one.cause == UNKNOWN)
    family = folder.name.partition("-")[0]
    return Outside(folder.name, family, truth["cause"], told[0].cause, told[0].probability, unknown)


def outside_table(answers: Sequence[Outside]) -> str:
    """By world, the poor families apart, and by cause: how often the answer is `unknown`, and how often it misleads."""
    lines = ["| | cases | `unknown` first | mean share of it | another cause told ≥ 70% |", "| --- | ---: | ---: | ---: | ---: |"]
    groups: dict[str, list[Outside]] = {}
    for one in answers:
        world, own = world_of(one.family)
        groups.setdefault(f"{world} world" + (", poor" if own == "poor" else ""), []).append(one)
    for one in sorted(answers, key=lambda answer: answer.truth):
        groups.setdefault(f"`{one.truth}`", []).append(one)
    for name, chosen in groups.items():
        count = len(chosen)
        shares = (sum(one.admits for one in chosen), sum(one.unknown for one in chosen), sum(one.misleads for one in chosen))
        lines.append(f"| {name} | {count} | " + " | ".join(f"{share / count:.0%}" for share in shares) + " |")
    return "\n".join(lines)
