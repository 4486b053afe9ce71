"""The score of many objects at once.

S = 100 * sum(weight * part) - deductions, each line rounded to a hundredth of a point and the score the sum of its lines.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.points.colours import Colour, band_of
from tocsin.engine.points.figures import MOST, Figures, Part

type Floats = NDArray[np.float64]
type Points = NDArray[np.int32]


class Count(IntEnum):
    """Columns of what is counted of an object up to the end of a day."""

    TASKS_ON_TIME = 0  # weights of tasks due in the window
    TASKS_LATE = 1
    TASKS_DUE = 2
    OVERDUE_ORDINARY = 3  # hidden dangers that are overdue today
    OVERDUE_MAJOR = 4
    CHECKS = 5  # own checks done and inspections held in the window, and hidden dangers that are known
    SENSORS = 6  # that ought to report
    SENSORS_ONLINE = 7
    ALARMS = 8  # in the window, with a time to be handled in
    ALARMS_IN_TIME = 9
    CERTIFICATES = 10  # people who need one
    CERTIFICATES_VALID = 11
    SHIFTS = 12  # of leading persons, with a verdict, in the window
    SHIFTS_KEPT = 13
    TRAININGS = 14  # weights of training tasks due in the window
    TRAININGS_KEPT = 15
    COMMITMENTS = 16  # days with a commitment due, in the window
    COMMITMENTS_KEPT = 17
    TODAY_ON_TIME = 18  # weights of tasks that were due today
    TODAY_LATE = 19
    TODAY_MISSED = 20
    AGE_DAYS = 21  # since the object entered the register


PARTS_OF_EVIDENCE: dict[Part, tuple[Count, ...]] = {
    Part.TASKS: (Count.TASKS_ON_TIME, Count.TASKS_LATE, Count.TASKS_DUE),
    Part.HAZARDS: (Count.OVERDUE_ORDINARY, Count.OVERDUE_MAJOR, Count.CHECKS),
    Part.MONITORING: (Count.SENSORS, Count.SENSORS_ONLINE, Count.ALARMS, Count.ALARMS_IN_TIME),
    Part.PERSONS: tuple(Count(number) for number in range(Count.CERTIFICATES, Count.COMMITMENTS)),
    Part.COMMITMENTS: (Count.COMMITMENTS, Count.COMMITMENTS_KEPT),
}


@dataclass(frozen=True)
class Facts:
    """Deductions and red lines, one row a fact: `row` int32[m] is the object, `kind` int16[m] indexes `kinds`, `since` int32[m]
    the days since it began, `ended` int32[m] the days since it ended, -1 while it lasts, `void` bool[m] a won appeal against it.
    """

    kinds: tuple[str, ...]
    row: NDArray[np.int32]
    kind: NDArray[np.int16]
    since: NDArray[np.int32]
    ended: NDArray[np.int32]
    void: NDArray[np.bool_]


@dataclass(frozen=True)
class Relief:
    """What won appeals give back of a part, one row an appeal: `row` int32[k], `part` int8[k], `hundredths` int32[k]."""

    row: NDArray[np.int32]
    part: NDArray[np.int8]
    hundredths: Points


@dataclass(frozen=True)
class Scored:
    """`parts` int32[n, 5]; `taken` int32[m] (0 or less) a fact; `red_line` bool[m]: it makes red now; `given_back` int32[k];
    `start` and `limit` int32[n]: the start value's share, and what brings the sum into 0 to 100; `score` int32[n] is the sum of
    all these; `known` float64[n] the share of what is asked that is known; `band` int8[n]; `feedback` int32[n].
    """

    parts: Points
    taken: Points
    red_line: NDArray[np.bool_]
    given_back: Points
    start: Points
    limit: Points
    score: Points
    known: Floats
    band: NDArray[np.int8]
    feedback: Points


def new_counts(objects: int) -> NDArray[np.int32]:
    """Room for the counts of that many objects, int32[n, len(Count)], all 0."""
    return np.zeros((objects, len(Count)), np.int32)


def score(counts: NDArray[np.int32], facts: Facts, relief: Relief, figures: Figures) -> Scored:
    """The points of all objects on one day; `counts` int32[n, len(Count)]. ValueError for another shape."""
    if counts.ndim != 2 or counts.shape[1] != len(Count):
        raise ValueError(f"counts must have {len(Count)} columns, not the shape {counts.shape}")
    values, asked, heard = _parts(counts, figures)
    weights, used = _weights(asked, figures)
    parts = _rounded(MOST * used * values)
    taken, red = _facts(facts, figures)
    # What an appeal gives back of a part can't lift it above its full weight.
    room = np.maximum(_rounded(MOST * used) - parts, 0)
    given = np.minimum(relief.hundredths, room[relief.row, relief.part]).astype(np.int32)
    plain = parts.sum(axis=1)
    fresh = np.clip(1.0 - counts[:, Count.AGE_DAYS] / figures.start_days, 0.0, 1.0)
    start = _rounded(fresh * (figures.start_hundredths - plain))
    total = plain + start
    np.add.at(total, facts.row[~facts.void], taken[~facts.void])
    np.add.at(total, relief.row, given)
    limit = (np.clip(total, 0, MOST) - total).astype(np.int32)
    result = (total + limit).astype(np.int32)
    asked_weight = (weights * asked).sum(axis=1)
    share = (weights * (asked & heard)).sum(axis=1) / np.where(asked_weight > 0, asked_weight, 1.0)
    # The start value stands in for what is not known yet, but not for everything: of whom nothing is known is grey.
    anything = (asked & heard).any(axis=1)
    anything[facts.row] = True
    known = np.where(anything, fresh + (1.0 - fresh) * share, 0.0)
    band = np.where(known + 1e-9 < figures.least_known, Colour.GREY, band_of(result, figures)).astype(np.int8)
    band[facts.row[red]] = Colour.RED
    return Scored(parts, taken, red, given, start, limit, result, known, band, _feedback(counts, figures))


def most_of_parts(counts: NDArray[np.int32], figures: Figures) -> Points:
    """The most that each part can bring an object of which this is counted, in hundredths, int32[n, 5]: a part of which nothing
    is asked may leave its weight to the others.
    """
    _values, asked, _heard = _parts(counts, figures)
    return _rounded(MOST * _weights(asked, figures)[1])


def _weights(asked: NDArray[np.bool_], figures: Figures) -> tuple[Floats, Floats]:
    """The weights of the parts as the policy has them, and as they count for each object, which sum to 1."""
    weights = np.array([one.weight for one in figures.parts])
    spread = np.array([one.not_asked is None for one in figures.parts])
    used = np.where(asked | ~spread, weights, 0.0)
    return weights, used / np.maximum(used.sum(axis=1, keepdims=True), 1e-12)


def _parts(counts: NDArray[np.int32], figures: Figures) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Each part's value 0-1, whether anything of it is asked, and whether anything of it has been heard: [n, 5] each."""
    column = counts.astype(np.float64).T
    n = len(counts)
    values = np.zeros((n, len(Part)))
    asked = np.ones((n, len(Part)), np.bool_)
    heard = np.ones((n, len(Part)), np.bool_)

    due = column[Count.TASKS_DUE]
    asked[:, Part.TASKS] = due > 0
    values[:, Part.TASKS] = _share(column[Count.TASKS_ON_TIME] + figures.late_credit * column[Count.TASKS_LATE], due)

    ordinary, major = column[Count.OVERDUE_ORDINARY], column[Count.OVERDUE_MAJOR]
    overdue = figures.ordinary_overdue * ordinary + figures.major_overdue * major
    heard[:, Part.HAZARDS] = (column[Count.CHECKS] > 0) | (overdue > 0)
    values[:, Part.HAZARDS] = np.where(heard[:, Part.HAZARDS], np.maximum(0.0, 1.0 - overdue), figures.no_check)

    sensors, alarms = column[Count.SENSORS], column[Count.ALARMS]
    asked[:, Part.MONITORING] = sensors > 0
    handled = np.where(alarms > 0, _share(column[Count.ALARMS_IN_TIME], alarms), 1.0)
    online = _share(column[Count.SENSORS_ONLINE], sensors)
    values[:, Part.MONITORING] = figures.online_share * online + (1.0 - figures.online_share) * handled

    asked[:, Part.PERSONS], values[:, Part.PERSONS] = _mean_of_shares(column, (Count.CERTIFICATES, Count.SHIFTS, Count.TRAININGS))
    asked[:, Part.COMMITMENTS], values[:, Part.COMMITMENTS] = _mean_of_shares(column, (Count.COMMITMENTS,))
    for part, one in enumerate(figures.parts):
        values[:, part] = np.where(asked[:, part], values[:, part], 0.0 if one.not_asked is None else one.not_asked)
    return values, asked, heard


def _mean_of_shares(column: Floats, pairs: tuple[Count, ...]) -> tuple[NDArray[np.bool_], Floats]:
    """The mean of kept over asked of those pairs (kept stands behind asked) of which anything is asked."""
    total = np.zeros(column.shape[1])
    number = np.zeros(column.shape[1])
    for first in pairs:
        there = column[first] > 0
        total += np.where(there, _share(column[first + 1], column[first]), 0.0)
        number += there
    return number > 0, _share(total, number)


def _facts(facts: Facts, figures: Figures) -> tuple[Points, NDArray[np.bool_]]:
    """What each fact takes today, 0 or less, and whether it makes red; a fact whose appeal was won takes and makes nothing."""
    known = [figures.deductions.get(kind) for kind in facts.kinds]
    full = np.array([one.hundredths if one else 0 for one in known] or [0], np.float64)[facts.kind]
    decay = np.array([one.decay_days if one else 1 for one in known] or [1], np.float64)[facts.kind]
    whole = np.array([bool(one and one.whole_while_open) for one in known] or [False])[facts.kind]
    from_end = np.where(facts.ended < 0, 0, facts.ended)
    days = np.where(whole, from_end, facts.since)
    taken = -_rounded(full * np.clip(1.0 - days / decay, 0.0, 1.0))
    line = np.array([kind in figures.red_lines for kind in facts.kinds] or [False])[facts.kind]
    return taken, line & (facts.ended < 0) & ~facts.void


def _feedback(counts: NDArray[np.int32], figures: Figures) -> Points:
    """The day's own points: what the firm hears at once, no part of the score."""
    per = np.array([figures.feedback_on_time, figures.feedback_late, figures.feedback_missed], np.int32)
    return (counts[:, Count.TODAY_ON_TIME : Count.TODAY_MISSED + 1] @ per).astype(np.int32)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.minimum(part / np.where(whole > 0, whole, 1.0), 1.0)


def _rounded(values: Floats) -> Points:
    """Halves away from zero; what is within a millionth of a half counts as one, so that sums in another order agree."""
    return (np.sign(values) * np.floor(np.abs(values) + 0.5 + 1e-6)).astype(np.int32)
