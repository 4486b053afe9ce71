"""Worlds of firms beside each other, each figure with its 95 % interval: Wilson's for precision and recall, by bootstrap over
firms for F1, rates and Brier scores.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tocsin.engine.sightings.precision import wilson
from tocsin.workshop.accuracy.intervals import Floats, bootstrap
from tocsin.workshop.accuracy.work.episodes import EITHER_HIDDEN, KINDS, YEAR_DAYS, KindScore, score_kind
from tocsin.workshop.accuracy.work.folders import Compared

NOTHING = float("nan")


@dataclass(frozen=True)
class Figure:
    """A measured figure with its interval; all NaN where nothing was there to measure."""

    value: float
    low: float
    high: float
    digits: int = 2

    def __str__(self) -> str:
        if math.isnan(self.value):
            return ""
        value, low, high = (f"{figure:.{self.digits}f}" for figure in (self.value, self.low, self.high))
        return f"{value} ({low}–{high})"


def worlds_of(compared: Compared) -> dict[str, Compared]:
    """The part of each world, by its name."""
    names = sorted(set(compared.world.values()), key=lambda name: (name != "own", name))
    return {name: compared.of_firms({firm for firm, its in compared.world.items() if its == name}) for name in names}


def beside(worlds: dict[str, Compared]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a table with a column for each world."""
    columns = [_figures(part) for part in worlds.values()]
    head = ["", *(f"{name}, {len(part.trade)} firms" for name, part in worlds.items())]
    return head, [[name, *(str(column[name]) for column in columns)] for name in columns[0]]


def _figures(part: Compared) -> dict[str, Figure]:
    figures = _of_days(part)
    for kind in (EITHER_HIDDEN, *KINDS):
        score = score_kind(kind, part.true, part.named, part.firm_days)
        name = kind if kind == EITHER_HIDDEN else f"`{kind}`"
        found = sum(one.found for one in score.true)
        figures[f"{name}: precision"] = _share(score.right, len(score.named))
        figures[f"{name}: recall"] = _share(found, len(score.true))
        figures[f"{name}: F1"] = _of_firms(_counts(part, score), _f1)
        figures[f"{name}: false a firm and year"] = _of_firms(_counts(part, score), _false_rate)
    return figures


def _share(hits: int, count: int) -> Figure:
    return Figure(hits / count, *wilson(hits, count)) if count else Figure(NOTHING, NOTHING, NOTHING)


def _of_firms(counts: Sequence[Sequence[float]], score: Callable[[Floats], float], digits: int = 2) -> Figure:
    return Figure(score(np.asarray(counts, dtype=np.float64).sum(0)), *bootstrap(counts, score), digits)


def _counts(part: Compared, score: KindScore) -> list[tuple[float, ...]]:
    """By firm: named, right, true, found, days."""
    by_firm: dict[str, list[float]] = {firm: [0.0, 0.0, 0.0, 0.0, part.firm_days / len(part.trade)] for firm in part.trade}
    for span, right in score.named:
        by_firm[span.firm][0] += 1
        by_firm[span.firm][1] += right
    for one in score.true:
        by_firm[one.span.firm][2] += 1
        by_firm[one.span.firm][3] += one.found
    return [tuple(row) for row in by_firm.values()]


def _f1(sums: Floats) -> float:
    named, right, true, found, _ = sums.tolist()
    if not named and not true:
        return NOTHING
    precision, recall = (right / named if named else 0.0), (found / true if true else 0.0)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _false_rate(sums: Floats) -> float:
    named, right, _, _, days = sums.tolist()
    return (named - right) / days * YEAR_DAYS if days else NOTHING


def _of_days(part: Compared) -> dict[str, Figure]:
    """Macro-F1 of days (`unknown` is a miss), F1 by state, Brier score."""
    states = sorted({row.true for row in part.days})
    width = 3 * len(states)
    rows: dict[str, Floats] = defaultdict(lambda: np.zeros(width + 2))
    for row in part.days:
        counts = rows[row.case]
        counts[3 * states.index(row.true)] += 1
        if row.told in states:
            counts[3 * states.index(row.told) + 1] += 1
        counts[3 * states.index(row.true) + 2] += row.true == row.told
        counts[width] += (row.probability - row.happened) ** 2
        counts[width + 1] += 1
    table = [counts.tolist() for counts in rows.values()]

    def macro(sums: Floats) -> float:
        return float(np.mean([score for place in range(len(states)) if not math.isnan(score := _state_f1(sums, place))]))

    figures = {"days: macro-F1": _of_firms(table, macro)}
    for place, state in enumerate(states):
        figures[f"days: F1 of {state}"] = _of_firms(table, partial(_state_f1, place=place))
    figures["days: Brier score"] = _of_firms(table, lambda sums: float(sums[width] / sums[width + 1]), digits=4)
    return figures


def _state_f1(sums: Floats, place: int) -> float:
    """Of a state: true, told and right lie at three times its place; NaN in draws in which it does not occur."""
    true, told, right = sums[3 * place : 3 * place + 3].tolist()
    return 2 * right / (true + told) if true else NOTHING
