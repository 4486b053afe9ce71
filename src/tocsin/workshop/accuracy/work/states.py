"""States of days and of shifts compared with the truth: macro-F1 with and without `unknown`, and whether probabilities hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

UNKNOWN = "unknown"
WORKING = ("partial", "full", "over")
PRESENT = ("on_post", "not_fit")
THERE = ("on_post", "not_fit", "not_reachable")  # in the plant, whether at the post or not
BANDS = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)


@dataclass(frozen=True)
class Row:
    """One day or shift. `happened`: whether what `probability` tells of was so; `group`: the trade or the role; `ordered`: the
    scope of an order, empty for shifts.
    """

    true: str
    told: str
    probability: float
    happened: bool
    evidence: str
    group: str
    ordered: str = ""
    case: str = ""


@dataclass(frozen=True)
class Band:
    """Rows whose told probability lies between two limits: how many, the mean told, and how often it was so."""

    low: float
    high: float
    rows: int
    mean: float
    true: float


def f1_by_state(rows: Sequence[Row]) -> dict[str, float]:
    """F1 of each state that occurs in the truth; `unknown` is a miss of the true one."""
    scores = {}
    for state in sorted({row.true for row in rows}):
        right = sum(row.true == row.told == state for row in rows)
        true, told = sum(row.true == state for row in rows), sum(row.told == state for row in rows)
        scores[state] = 2 * right / (true + told)
    return scores


def macro_f1(rows: Sequence[Row]) -> float:
    """The mean of `f1_by_state`; NaN without rows.

    >>> rows = [Row("full", "full", 1.0, True, "rich", ""), Row("stopped", "unknown", 0.5, False, "dead", "")]
    >>> macro_f1(rows), macro_f1(known(rows))
    (0.5, 1.0)
    """
    scores = f1_by_state(rows)
    return sum(scores.values()) / len(scores) if scores else float("nan")


def known(rows: Sequence[Row]) -> list[Row]:
    """The rows that say something."""
    return [row for row in rows if row.told != UNKNOWN]


def share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> float:
    """Of the rows, for how many something holds; NaN without rows."""
    return sum(map(holds, rows)) / len(rows) if rows else float("nan")


def accuracy(rows: Sequence[Row]) -> float:
    """Share of the rows that say something and are right."""
    return share(known(rows), lambda row: row.true == row.told)


def brier(rows: Sequence[Row]) -> float:
    """Mean squared distance of the told probability from what happened (Brier 1950); NaN without rows."""
    return sum((row.probability - row.happened) ** 2 for row in rows) / len(rows) if rows else float("nan")


def reliability(rows: Sequence[Row], limits: Sequence[float] = BANDS) -> list[Band]:
    """The rows by told probability, empty bands left out."""
    bands = []
    for low, high in pairwise(limits):
        chosen = [row for row in rows if low <= row.probability < high or high == row.probability == limits[-1]]
        if chosen:
            mean = sum(row.probability for row in chosen) / len(chosen)
            bands.append(Band(low, high, len(chosen), mean, share(chosen, lambda row: row.happened)))
    return bands


def confusion(rows: Sequence[Row]) -> dict[tuple[str, str], int]:
    """(true, told) -> how many rows."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        counts[row.true, row.told] = counts.get((row.true, row.told), 0) + 1
    return counts
