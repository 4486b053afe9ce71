"""Goal after goal: as much as can be served, then what the case asks for, each without giving up what was reached before."""

from collections.abc import Callable

import numpy as np

from tocsin.engine.allocation.arcs import arcs_of, arrivals, cost_of, missing_of, short_of
from tocsin.engine.allocation.hand import by_hand
from tocsin.engine.allocation.model import Allocation, Case
from tocsin.engine.allocation.search import Search


def allocate(case: Case, *, left: Callable[[], float]) -> Allocation:
    """The best allocation that is found and proved before `left()`, in seconds, is down to 0; the hand rule's at the least."""
    arcs = arcs_of(case)
    hand = by_hand(case, arcs)
    search = Search(case, arcs, left, hand)
    search.serve()
    for goal in case.goals:
        {"arrival": search.hurry, "cost": search.save, "reserve": search.spare}[goal]()
    given = search.given
    used = np.flatnonzero(given > 0)
    return Allocation(
        supply=arcs.supply[used],
        need=arcs.need[used],
        given=given[used],
        minutes=arrivals(case, arcs, given)[used],
        missing=missing_of(case, arcs, given),
        short=short_of(case, arcs, given),
        cost=cost_of(case, arcs, given),
        stages=tuple(search.stages),
        by_hand=given is hand and any(stage.gap > 0 for stage in search.stages),
    )
