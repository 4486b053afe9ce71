"""Colleagues who help an absence along: cards that travel together, and somebody off duty who does the work.

Two people's positions, moment for moment the same, are one walk with two cards.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.duty.figures import DutyFigures
from tocsin.engine.duty.shift import PlannedShift, Sign, Signs

_POSITIONING = tuple(Sign).index(Sign.POSITIONING)
_PHONE = tuple(Sign).index(Sign.PHONE_LOCATION)


def companion(shift: PlannedShift, signs: Mapping[str, Signs], figures: DutyFigures, now_ms: int) -> str | None:
    """The person whose card goes where this person's card goes during the shift, as known at `now_ms`; None without one.

    Distances are compared at moments `together_s` apart at most, `together_least` of them at least, and they must vary: two
    cards that lie still say nothing of a walk.
    """
    where = figures.whereabouts
    until = min(shift.end_ms, now_ms)
    own = signs.get(shift.person)
    if own is None:
        return None
    ts, metres = _walk(own, shift.start_ms, until)
    if len(ts) < where.together_least:
        return None
    nearest, found = where.together_m, None
    for person in sorted(signs):
        if person == shift.person:
            continue
        others, distances = _walk(signs[person], shift.start_ms, until)
        if len(others) < where.together_least:
            continue
        index = np.clip(np.searchsorted(others, ts), 1, len(others) - 1)
        index = np.where(ts - others[index - 1] <= others[index] - ts, index - 1, index)
        close = np.abs(others[index] - ts) <= where.together_s * 1000.0
        if close.sum() < where.together_least or np.ptp(metres[close]) < 4.0 * where.still_m:
            continue
        apart = float(np.median(np.abs(metres[close] - distances[index][close])))
        if apart < nearest:
            nearest, found = apart, person
    return found


def stand_in(
    shift: PlannedShift, planned: Iterable[PlannedShift], signs: Mapping[str, Signs], figures: DutyFigures, now_ms: int
) -> str | None:
    """Somebody of the same post who is not planned during the shift and yet leaves signs through most of it; None without one.

    Phones say nothing here: who lives nearby is near.
    """
    rule = figures.stand_in
    until = min(shift.end_ms, now_ms)
    posts: dict[str, str] = {}
    busy: set[str] = set()
    for other in planned:
        posts.setdefault(other.person, other.post)
        if not other.leave and other.start_ms < shift.end_ms and other.end_ms > shift.start_ms:
            busy.add(other.person)
    for person, post in posts.items():
        if person == shift.person or person in busy or post != shift.post or person not in signs:
            continue
        own = signs[person]
        low, high = np.searchsorted(own.ts, (shift.start_ms, until))
        ts = own.ts[low:high][own.source[low:high] != _PHONE]
        if len(ts) >= rule.least_signs and np.ptp(ts) >= rule.least_share * (shift.end_ms - shift.start_ms):
            return person
    return None


def _walk(signs: Signs, start_ms: int, until_ms: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    low, high = np.searchsorted(signs.ts, (start_ms, until_ms))
    own = signs.source[low:high] == _POSITIONING
    return signs.ts[low:high][own], signs.value[low:high][own]
