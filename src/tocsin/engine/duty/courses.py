"""The courses a shift can take: what the person does from begin to end, and how often that happens before any sign."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.duty.figures import Courses
from tocsin.engine.duty.shift import DutyState


class Conduct(IntEnum):
    """What a person does, as far as signs can tell it apart."""

    HERE = 0
    AWAY = 1
    UNREACHABLE = 2  # in the plant, not at the post
    CARRIED = 3  # away, the card is with a colleague
    RESTS = 4  # away, the card lies in the plant


STATES = (DutyState.ON_POST, DutyState.ABSENT, DutyState.NOT_REACHABLE)


@dataclass(frozen=True, eq=False)
class CourseTable:
    """Courses of a shift of `half_hours`: `first` conduct until half hour `switch`, `then` after it. `log_prior` sums to 1 as
    probabilities; `state` is the index into `STATES` of what the person is over most of the shift.
    """

    half_hours: int
    first: NDArray[np.intp]
    then: NDArray[np.intp]
    switch: NDArray[np.intp]
    log_prior: NDArray[np.float64]
    state: NDArray[np.intp]


@cache
def course_table(half_hours: int, figures: Courses) -> CourseTable:
    """All courses of a shift of that many half hours (at least one)."""
    rows: list[tuple[Conduct, Conduct, int, float]] = []
    inner = range(1, half_hours)
    early, late = [at for at in inner if 2 * at <= half_hours], [at for at in inner if 2 * at > half_hours]
    soon = 0.8 ** np.arange(max(1, round(0.45 * half_hours)))  # who can't be reached mostly never was
    rows += [(Conduct.HERE, Conduct.AWAY, at, figures.leaves / len(early)) for at in early]
    rows += [(Conduct.HERE, Conduct.AWAY, at, figures.leaves_late / len(late)) for at in late]
    rows += [(Conduct.AWAY, Conduct.HERE, at, figures.comes_late / len(inner)) for at in inner]
    rows += [(Conduct.HERE, Conduct.UNREACHABLE, at, figures.unreachable * share / soon.sum()) for at, share in enumerate(soon)]
    rows += [
        (Conduct.AWAY, Conduct.AWAY, 0, figures.away),
        (Conduct.CARRIED, Conduct.CARRIED, 0, figures.card_carried),
        (Conduct.RESTS, Conduct.RESTS, 0, figures.card_rests),
    ]
    rows.append((Conduct.HERE, Conduct.HERE, 0, 1.0 - sum(row[3] for row in rows)))
    first, then, switch, prior = zip(*rows, strict=True)
    return CourseTable(
        half_hours,
        np.array(first, np.intp),
        np.array(then, np.intp),
        np.array(switch, np.intp),
        np.log(np.array(prior)),
        np.array([_state(one, other, at, half_hours) for one, other, at, _ in rows], np.intp),
    )


def _state(first: Conduct, then: Conduct, switch: int, half_hours: int) -> int:
    mostly = first if 2 * switch > half_hours else then
    state = {Conduct.HERE: DutyState.ON_POST, Conduct.UNREACHABLE: DutyState.NOT_REACHABLE}.get(mostly, DutyState.ABSENT)
    return STATES.index(state)
