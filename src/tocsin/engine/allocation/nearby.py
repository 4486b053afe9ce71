"""A known allocation made better by parts: all but some neighbouring needs or stores stay as they are, those are solved anew.

Large neighbourhoods (Shaw 1998) with HiGHS for the parts: each is solved within a moment, whatever the size of the whole.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tocsin.engine.allocation.question import Question

FEWEST, MOST = 60, 4_000  # arcs that are free at once
QUICK_S: Final = 0.25  # for one part: what takes less lets parts grow
SLOW_S: Final = 1.0
CLOSE: Final = 1e-4  # share of the whole value within which a part is good enough

type Numbers = NDArray[np.float64]


def improve_nearby(
    question: Question,
    ask: Callable[[NDArray[np.int64]], Question],
    price: Callable[[Question], Numbers],
    given: Numbers,
    *,
    dues: Numbers,
    value: Callable[[Numbers], float],
    left: Callable[[], float],
    bound: float,
) -> Numbers:
    """Units along every arc, no worse by `value` than `given`. `question`: of the arcs that may be used; `ask`: one of fewer.
    `dues`: how far each need is above its price: those are looked at first.
    Ends when no part can be made better, `left()` is 0 or the bound is reached.
    """
    best, size = value(given), 2 * FEWEST
    while True:
        before = best
        for free in _parts(question, dues, size):
            if left() <= 0 or best - bound <= 1e-4 * max(best, 1e-9):
                return given
            began = left()
            chosen = question.chosen[free | (given[question.chosen] > 0)]
            part = ask(chosen)
            moved = np.isin(chosen, question.chosen[free], assume_unique=True)
            solved = part.solve(price(part), seconds=min(SLOW_S, began), hint=given, free=moved, gap=CLOSE)
            found = part.given(solved)
            if found is not None and question.case.whole:
                whole = np.rint(found)
                found = whole if np.abs(whole - found).max(initial=0.0) < 1e-6 else None
            if found is not None and value(found) < best - 1e-9 * max(1.0, best):
                given, best = found, value(found)
            spent = began - left()
            size = min(int(size * 1.15), MOST) if spent < QUICK_S else size
            size = max(int(size * 0.7), FEWEST) if spent > 2 * QUICK_S else size
        if best > before * (1 - 1e-4):
            if size >= min(MOST, len(question.chosen)):
                return given
            size *= 2


def _parts(question: Question, dues: Numbers, size: int) -> Iterator[NDArray[np.bool_]]:
    """Neighbourhoods of about so many arcs: needs that could use the same stores, and stores that could serve the same needs, in
    turns; until each need was in one of them.
    """
    arcs = question.arcs
    needs, stores = len(question.case.needs.quantity), len(question.case.stores.opening)
    pairs = sparse.csr_array((np.ones(len(arcs)), (arcs.need, arcs.store)), shape=(needs, stores))
    pairs.data[:] = 1.0
    turned = pairs.T.tocsr()
    by_need, by_store = (np.bincount(of, minlength=count) for of, count in ((arcs.need, needs), (arcs.store, stores)))
    seen = np.zeros(needs, bool)
    seen[by_need == 0] = True
    for number, need in enumerate(np.argsort(-dues, kind="stable")):
        if seen[need]:
            continue
        if number % 2 == 0 or needs == 1:
            alike = pairs @ pairs[[need]].toarray().ravel()
            chosen = _nearest(alike, by_need, size)
            seen[chosen] = True
            yield np.isin(arcs.need, chosen)
        own = arcs.store[arcs.need == need]
        alike = turned @ (pairs @ np.bincount(own[:1], minlength=stores).astype(np.float64))
        yield np.isin(arcs.store, _nearest(alike, by_store, size))
        seen[need] = True


def _nearest(alike: Numbers, arcs: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The likest, as many as have so many arcs together."""
    order = np.argsort(-alike, kind="stable")
    order = order[alike[order] > 0]
    return order[: max(1, int(np.searchsorted(np.cumsum(arcs[order]), size)))]
