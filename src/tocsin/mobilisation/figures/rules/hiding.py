"""Which cells of a table of counts are hidden, so that no hidden one can be worked out from those that are shown.

Every cell of 1 to `k - 1` is hidden, and further cells with it, noughts among them, until each hidden one has a *witness*: two
tables of counts that agree in every shown cell, in which it differs by `k` or more. Who knows all that is shown, and that counts
are not negative, can't tell the two apart, so nothing narrower can be said of the cell. It follows for whatever sum or difference
of shown cells somebody forms: where it is a group of leaves of which any is hidden, that group has `k` members or more, since a
hidden leaf in it could take up at most the group's number. So what has a group as its base (a sum of money, a median) may be
shown wherever the base is.

Which further cells: those that cost least, by the integer program of Kelly, Golden and Assad (1992): of all tables in which the
cell differs enough, the one that changes least of what is shown; what it changes is hidden. What a solver answers is proved by
adding up, never believed.

To load the solver takes longer than to start a page: who hides cells loads this file when it is time.
"""

from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, diags_array, hstack, kron, vstack

from tocsin.mobilisation.figures.rules.tables import Axis, Counts, Marks, add_up

type Bound = npt.NDArray[np.float64] | Counts

_DEAR: Final = 10.0
"""So much dearer is a sum than what it holds, on each axis: sums are what most people look for."""
_FAR: Final = 4
"""No leaf of a witness is further above the real one than so many times `k`."""
_IDLE: Final = 3
"""So often in a row many cells are tried together in vain before each is by itself."""
_NODES: Final = 1000
_WHOLE: Final = 1e-6


def hide(leaves: Counts, axes: tuple[Axis, ...], k: int, *, old: Marks | None = None, hidden: Marks | None = None) -> Marks:
    """Which cells of the table are hidden. `old`: cells that were published before, as `hidden` says, and stay as they are;
    of the others `hidden` names those that are hidden in any case.

    >>> hide(np.array([3, 4, 50, 60]), (Axis((-1, 0, 0, 0, 0)),), 5).tolist()
    [False, True, True, False, False]
    >>> hide(np.array([3, 0, 50, 60]), (Axis((-1, 0, 0, 0, 0)),), 5).tolist()
    [False, True, False, True, False]
    """
    return _Table(leaves, axes, k, old, hidden).settle()


class _Table:
    """One table while it is settled, flat: what is hidden so far, and its witnesses, of which the first is the table itself."""

    def __init__(self, leaves: Counts, axes: tuple[Axis, ...], k: int, old: Marks | None, hidden: Marks | None) -> None:
        cells = add_up(leaves, axes)
        self.k, self.shape, self.leaves, self.cells = k, cells.shape, leaves.ravel(), cells.ravel()
        self.sums = csr_array(np.ones((1, 1), np.int64))
        for axis in axes:
            self.sums = csr_array(kron(self.sums, axis.sums))
        self.old = np.zeros(cells.size, bool) if old is None else old.ravel()
        self.hidden = ~self.old & (self.cells > 0) & (self.cells < k)
        if hidden is not None:
            self.hidden |= hidden.ravel()
        self.must = self.hidden | self.old
        self.dear = reduce(np.multiply.outer, [np.where(axis.sums.sum(1) > 1, _DEAR, 1.0) for axis in axes]).ravel()
        self.tables = self.cells[None]

    def settle(self) -> Marks:
        """Hides until every hidden cell has its witness. Where old ones leave no way, everything new is hidden: then each old
        one has the witness that it had when it was published.
        """
        self._try_together()
        while (open_cells := self._open()).size:
            first = int(open_cells[np.lexsort((self.cells[open_cells], -self.dear[open_cells]))[0]])
            if not self._find_witness(first):
                return (self.hidden | ~self.old).reshape(self.shape)
        self._show_again()
        return self.hidden.reshape(self.shape)

    def _open(self) -> Counts:
        return np.flatnonzero(self.hidden & (np.ptp(self.tables, axis=0) < self.k))

    def _try_together(self) -> None:
        """Witnesses that change only what is hidden anyway, for many cells at once, until that helps no more: what can't fall by
        `k` is to rise, the others rise or fall by turns.
        """
        shown = np.flatnonzero(~self.hidden)
        rows, known = self.sums[shown], self.cells[shown]
        idle, turn = 0, 0
        while (open_cells := self._open()).size and idle < _IDLE:
            turn += 1
            by_turns = np.random.default_rng(turn).random((2, open_cells.size))
            ways = np.zeros(self.cells.size)
            ways[open_cells] = np.where((by_turns[0] < 0.5) & (self.cells[open_cells] >= self.k), 1.0, -1.0) * by_turns[1] ** 3
            self._take(self._solve(self.sums.T @ ways, rows, known, known))
            idle = idle + 1 if self._open().size > 0.97 * open_cells.size else 0

    def _find_witness(self, cell: int) -> bool:
        """Finds the table that costs least, and hides what it changes."""
        seen = self.tables[:, cell]
        free, fixed = np.flatnonzero(~self.hidden & ~self.old), np.flatnonzero(~self.hidden & self.old)
        change = diags_array(np.ones(free.size))
        ends = (self.sums[[cell]], self.sums[fixed], self.sums[free])
        empty = [csr_array((one.shape[0], 2 * free.size)) for one in ends[:2]]
        rows = csr_array(vstack([hstack([ends[0], empty[0]]), hstack([ends[1], empty[1]]), hstack([ends[2], -change, change])]))
        price = np.concatenate([np.zeros(self.leaves.size), np.tile((self.cells[free] + 1.0) * self.dear[free], 2)])
        known = np.concatenate([self.cells[fixed], self.cells[free]])
        best: Counts | None = None
        for least, most in ((seen.min() + self.k, np.inf), (-np.inf, seen.max() - self.k)):
            if most >= 0 and (found := self._solve(price, rows, np.append(least, known), np.append(most, known))) is not None:
                best = found if best is None or self._price(found) < self._price(best) else best
        return best is not None and self._take(best) and bool(np.ptp(self.tables[:, cell]) >= self.k)

    def _solve(self, price: Bound, rows: csr_array, least: Bound, most: Bound) -> Counts | None:
        """The leaves of the cheapest table with these bounds of these rows; None where none was found."""
        further = len(price) - self.leaves.size
        highest = np.append(self.leaves + _FAR * self.k, np.full(further, np.inf))
        whole = np.repeat(np.array([1, 0]), [self.leaves.size, further])
        limits = [LinearConstraint(rows, least, most)] if rows.shape[0] else []
        for must_be_whole in (0, 1):  # most answers are whole by themselves
            found = milp(
                price,
                integrality=whole * must_be_whole,
                bounds=Bounds(0, highest),
                constraints=limits,
                options={"node_limit": _NODES},
            )
            if found.x is None:
                return None
            leaves = found.x[: self.leaves.size]
            if must_be_whole or np.abs(leaves - np.rint(leaves)).max() < _WHOLE:
                return np.rint(leaves).astype(np.int64)
        return None

    def _price(self, leaves: Counts) -> float:
        changed = (self.sums @ leaves != self.cells) & ~self.hidden
        return float(((self.cells + 1.0) * self.dear)[changed].sum())

    def _take(self, leaves: Counts | None) -> bool:
        """Keeps a table as a witness, and hides what it changes; False for one that is none."""
        if leaves is None or (leaves < 0).any():
            return False
        cells = self.sums @ leaves
        changed = (cells != self.cells) & ~self.hidden
        if (changed & self.old).any():
            return False
        self.hidden = self.hidden | changed
        self.tables = np.concatenate((self.tables, cells[None]))
        return True

    def _show_again(self) -> None:
        """Shows what was hidden for others and is not needed: the tables without any change in it are witnesses enough."""
        for cell in sorted(np.flatnonzero(self.hidden & ~self.must), key=lambda one: -self.cells[one] * self.dear[one]):
            left = self.tables[self.tables[:, cell] == self.cells[cell]]
            self.hidden[cell] = False
            if (np.ptp(left, axis=0)[self.hidden] >= self.k).all():
                self.tables = left
            else:
                self.hidden[cell] = True
