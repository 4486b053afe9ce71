"""A mixed-integer programme as columns and rows, and HiGHS that solves it. The only place that knows HiGHS.

Highs of Huangfu and Hall (2018), through highspy. One thread: the same question has the same answer every time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

type Held = tuple[NDArray[np.int64], NDArray[np.float64]]
type Mend = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_ROWWISE, _MINIMISE = 2, 1

GUESSED_PARTS: Final = (0.5, 0.25, 0.1, 1e-6)


@dataclass(frozen=True)
class Solved:
    """`values`: of the columns, None where nothing feasible was found. `bound`: no solution is below. `best`: proved."""

    values: NDArray[np.float64] | None
    objective: float
    bound: float
    best: bool


@dataclass
class Programme:
    """Columns first (`column`), then rows over them (`row`, `rows`), then `solve`; `price` sets what is minimised."""

    _lower: list[NDArray[np.float64]] = field(default_factory=list)
    _upper: list[NDArray[np.float64]] = field(default_factory=list)
    _whole: list[NDArray[np.bool_]] = field(default_factory=list)
    _entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = field(default_factory=list)
    _row_lower: list[NDArray[np.float64]] = field(default_factory=list)
    _row_upper: list[NDArray[np.float64]] = field(default_factory=list)
    _gates: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = field(default_factory=list)
    _known_matrix: sparse.csr_array | None = None
    columns_count: int = 0
    rows_count: int = 0

    def columns(self, upper: ArrayLike, *, whole: bool = False) -> NDArray[np.int64]:
        """New columns from 0 to `upper`; returns their numbers."""
        upper = np.atleast_1d(np.asarray(upper, np.float64))
        numbers = np.arange(self.columns_count, self.columns_count + len(upper))
        self._lower.append(np.zeros(len(upper)))
        self._upper.append(upper)
        self._whole.append(np.full(len(upper), whole))
        self.columns_count += len(upper)
        return numbers

    def rows(
        self,
        entries: Sequence[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64] | float]],
        lower: ArrayLike,
        upper: ArrayLike,
        count: int,
    ) -> NDArray[np.int64]:
        """`count` new rows `lower <= sum of value x column <= upper`; an entry's first column numbers rows from 0."""
        for row, column, value in entries:
            values = np.broadcast_to(np.asarray(value, np.float64), row.shape)
            self._entries.append((row + self.rows_count, column, values))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, np.float64), (count,)))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, np.float64), (count,)))
        numbers = np.arange(self.rows_count, self.rows_count + count)
        self.rows_count += count
        self._known_matrix = None
        return numbers

    def gates(self, columns: NDArray[np.int64], opens: NDArray[np.int64], most: NDArray[np.float64]) -> None:
        """No column is above `most` x what opens it. Other rows imply it for whole openings; it makes the bound close. Such rows
        are many and few of them bite: those that do are found while solving.
        """
        self._gates.append((columns, opens, most))

    def solve(
        self,
        price: NDArray[np.float64],
        *,
        seconds: float,
        relaxed: bool = False,
        hint: NDArray[np.float64] | None = None,
        enough: float | None = None,
        mend: Mend | None = None,
        held: Held | None = None,
        gap: float = 1e-6,
    ) -> Solved:
        """Minimises the sum of price x column. `relaxed`: parts of whole columns are allowed. `hint`: a known feasible answer;
        `enough`: a value at which it need not look further; `mend`: makes whole columns of an answer with parts; `held`: columns
        that stay at these values; `gap`: share of the value by which it may be too much.
        """
        whole = np.zeros(self.columns_count, bool) if relaxed else np.concatenate(self._whole)
        highs = self._load(price, seconds, held)
        if whole.any():
            self._close_gates(highs, seconds / 2)
            known = [hint] if hint is not None else []
            known += self._guesses(highs, mend, seconds * 2 / 3) if mend is not None else []
            if known:
                solution = highspy.HighsSolution()
                worth = [float(price @ values) for values in known]
                solution.col_value = list(known[int(np.argmin(worth))])
                highs.setSolution(solution)
            numbers = np.flatnonzero(whole).astype(np.int32)
            highs.changeColsIntegrality(len(numbers), numbers, np.ones(len(numbers), np.uint8))
            if enough is not None:
                highs.setOptionValue("objective_target", enough)
            highs.setOptionValue("mip_rel_gap", gap)
            highs.setOptionValue("time_limit", max(seconds, highs.getRunTime() + 0.01))
        highs.run()
        return _solved(highs, mixed=bool(whole.any()))

    def _load(self, price: NDArray[np.float64], seconds: float, held: Held | None = None) -> highspy.Highs:
        lower, upper = np.concatenate(self._lower), np.concatenate(self._upper)
        if held is not None:
            lower[held[0]] = upper[held[0]] = held[1]
        highs = _QuietHighs()
        for option, value in (("threads", 1), ("time_limit", max(seconds, 0.01))):
            highs.setOptionValue(option, value)
        matrix = self._matrix()
        highs.passModel(
            self.columns_count, self.rows_count, matrix.nnz, _ROWWISE, _MINIMISE, 0.0,
            price.astype(np.float64), lower, upper,
            np.concatenate(self._row_lower), np.concatenate(self._row_upper),
            matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            np.zeros(self.columns_count, np.int32),
        )  # fmt: skip
        return highs

    def _close_gates(self, highs: highspy.Highs, until: float) -> None:
        """Solves with parts of openings, adds the gates that are passed, and again until none is."""
        if not self._gates:
            return
        columns, opens, most = (np.concatenate(part) for part in zip(*self._gates, strict=True))
        while highs.getRunTime() < until:
            highs.run()
            values = np.asarray(highs.getSolution().col_value)
            passed = np.flatnonzero(values[columns] > most * values[opens] + 1e-6 * np.maximum(most, 1.0))
            if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal or not len(passed):
                return
            count = len(passed)
            pairs = np.column_stack([columns[passed], opens[passed]]).astype(np.int32).ravel()
            factors = np.column_stack([np.ones(count), -most[passed]]).ravel()
            highs.addRows(
                count, np.full(count, -np.inf), np.zeros(count), 2 * count, np.arange(count, dtype=np.int32) * 2, pairs, factors
            )

    def _guesses(self, highs: highspy.Highs, mend: Mend, until: float) -> list[NDArray[np.float64]]:
        """Answers with those openings alone that are open by a part: the fewer, the more of a part is asked for."""
        if not self._gates or highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return []
        opens = np.unique(np.concatenate([gate[1] for gate in self._gates])).astype(np.int32)
        parts = np.asarray(highs.getSolution().col_value)[opens]
        found, count = [], len(opens)
        for part in GUESSED_PARTS:
            if highs.getRunTime() > until:
                break
            chosen = (parts >= part).astype(np.float64)
            highs.changeColsBounds(count, opens, chosen, chosen)
            highs.run()
            if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                found.append(mend(np.asarray(highs.getSolution().col_value)))
        highs.changeColsBounds(count, opens, np.zeros(count), np.ones(count))
        return found

    def _matrix(self) -> sparse.csr_array:
        if self._known_matrix is None:
            rows, columns, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
            self._known_matrix = sparse.csr_array((values, (rows, columns)), shape=(self.rows_count, self.columns_count))
        return self._known_matrix


class _QuietHighs(highspy.Highs):
    """Prints nothing. The constructor of `Highs` would print a banner before it can be told not to."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def _solved(highs: highspy.Highs, *, mixed: bool) -> Solved:
    status, info = highs.getModelStatus(), highs.getInfo()
    best = status == highspy.HighsModelStatus.kOptimal
    if status == highspy.HighsModelStatus.kInfeasible or info.primal_solution_status != 2:
        return Solved(None, np.inf, np.inf if status == highspy.HighsModelStatus.kInfeasible else -np.inf, best=False)
    objective = float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if mixed else (objective if best else -np.inf)
    return Solved(np.asarray(highs.getSolution().col_value), objective, min(bound, objective), best)
