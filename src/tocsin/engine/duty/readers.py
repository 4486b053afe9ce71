"""Which sources of a firm were alive when: learnt from the signs of all its people, never from the one who is judged alone."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.duty.figures import HALF_HOUR_MS, DutyFigures
from tocsin.engine.duty.shift import PlannedShift, Sign, Signs

WATCHED = (Sign.POSITIONING, Sign.PHONE_LOCATION, Sign.CAMERA_MATCH, Sign.GATE, Sign.TERMINAL_LOGIN)
_CODES = {sign: code for code, sign in enumerate(Sign)}
_CAUTION = 0.7  # other people may be away too
_HOURS_OF_A_SHIFT = 11.0


class Readers:
    """Counts of signs and of planned people in half hours of one firm."""

    def __init__(self, shifts: Sequence[PlannedShift], signs: Mapping[str, Signs], figures: DutyFigures) -> None:
        self._figures = figures
        starts = [shift.start_ms for shift in shifts] + [int(one.ts[0]) for one in signs.values() if len(one.ts)]
        ends = [shift.end_ms for shift in shifts] + [int(one.ts[-1]) for one in signs.values() if len(one.ts)]
        self.first = min(starts, default=0) // HALF_HOUR_MS - 2
        self._length = max(ends, default=0) // HALF_HOUR_MS + 4 - self.first
        roles = {shift.person: shift.role for shift in shifts}
        people = sorted(set(signs) | set(roles))
        self._rate, self._reach = _rates_and_reach(figures)
        self._seen: dict[str, NDArray[np.float64]] = {}
        self._planned: dict[str, NDArray[np.float64]] = {}
        for person in people:
            self._seen[person] = self._count(signs.get(person))
            self._planned[person] = np.zeros((len(WATCHED), self._length))
        for shift in shifts:
            if not shift.leave:
                first, last = shift.start_ms // HALF_HOUR_MS - self.first, shift.end_ms // HALF_HOUR_MS - self.first
                self._planned[shift.person][:, first:last] = self._rate_of(shift.role)[:, None]
        zeros = np.zeros((len(WATCHED), self._length))
        self._all_seen = sum(self._seen.values(), zeros)
        self._all_planned = sum(self._planned.values(), zeros)
        times = [one.ts for one in signs.values() if len(one.ts)]
        self._times = np.sort(np.concatenate(times)) if times else np.empty(0, np.int64)

    def alive(self, person: str, first_ms: int, half_hours: int, now_ms: int) -> NDArray[np.float64]:
        """Probability that each of `WATCHED` was alive in each half hour from `first_ms`: shape (kinds, half hours).

        Others' signs on both sides of a moment prove it; silence where others should have been seen disproves it. Where all
        kinds are silent at once, all are dead; behind the last record of the firm nothing is known. Nothing after `now_ms`
        is looked at.
        """
        until = int(min(now_ms // HALF_HOUR_MS - self.first, self._length))
        seen = _summed((self._all_seen - self._seen[person])[:, :until])
        planned = _summed((self._all_planned - self._planned[person])[:, :until]) * _CAUTION
        at = np.clip(first_ms // HALF_HOUR_MS - self.first + np.arange(half_hours), 0, until - 1)
        readers = self._figures.readers
        alive = np.zeros((len(WATCHED), half_hours))
        for kind, reach in enumerate(self._reach):
            if self._all_seen[kind, :until].any():  # a source the firm never had says nothing
                alive[kind] = _probability(seen[kind], planned[kind], at, reach, (readers.down_share, readers.boundary_share))
        alive *= self._anything(seen, planned, at)
        own = self._seen[person][:, :until][:, at]
        alive[own > 0] = 1.0
        alive[:, first_ms // HALF_HOUR_MS + np.arange(half_hours) > self._latest(now_ms) // HALF_HOUR_MS] = 0.0
        return alive

    def _latest(self, now_ms: int) -> int:
        """The last moment at `now_ms` up to which anything at all has come."""
        count = int(np.searchsorted(self._times, now_ms, side="right"))
        return int(self._times[count - 1]) if count else now_ms

    def _anything(self, seen: NDArray[np.float64], planned: NDArray[np.float64], at: NDArray[np.intp]) -> NDArray[np.float64]:
        """Probability that anything at all of the firm was alive, by the firm's usual number of signs."""
        readers = self._figures.readers
        seen, planned = seen.sum(axis=0), planned.sum(axis=0)
        usual = min(1.0, seen[-1] / planned[-1]) if planned[-1] > 0.0 else 0.0
        reach = round(2.0 * readers.anything_h)
        return _probability(seen, planned * usual, at, reach, (readers.all_down_share, readers.all_down_share))

    def _count(self, signs: Signs | None) -> NDArray[np.float64]:
        counts = np.zeros((len(WATCHED), self._length))
        if signs is not None and len(signs.ts):
            at = signs.ts // HALF_HOUR_MS - self.first
            for kind, sign in enumerate(WATCHED):
                np.add.at(counts[kind], at[signs.source == _CODES[sign]], 1.0)
        return counts

    def _rate_of(self, role: str) -> NDArray[np.float64]:
        rate = self._rate.copy()
        if role not in self._figures.boundaries.terminal_roles:
            rate[WATCHED.index(Sign.TERMINAL_LOGIN)] = 0.0
        return rate


def _rates_and_reach(figures: DutyFigures) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """Signs a person on post leaves in half an hour, and how many half hours around a moment are looked at."""
    readers, half_hours = figures.readers, 2.0 * _HOURS_OF_A_SHIFT
    rate = np.array(
        [
            figures.whereabouts.seen_share.here,
            figures.phone.per_shift.here / half_hours,
            figures.camera.per_shift.here / half_hours,
            (figures.boundaries.gate_in.here + figures.boundaries.gate_out.here) / half_hours,
            (figures.boundaries.login.here + figures.boundaries.logout.here) / half_hours,
        ]
    )
    hours = (readers.positioning_h, readers.phone_h, readers.camera_h, readers.gate_h, readers.terminal_h)
    return rate, tuple(round(2.0 * reach) for reach in hours)


def _probability(
    seen: NDArray[np.float64], expected: NDArray[np.float64], at: NDArray[np.intp], reach: int, shares: tuple[float, float]
) -> NDArray[np.float64]:
    """Of being alive in half hours `at`, from sums of signs seen and expected, `reach` half hours around. `shares`: of being
    dead, and of dying or coming back just there.
    """
    down, edge = shares
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(seen) - 1)
    before, after = seen[at + 1] > seen[low], seen[high] > seen[at]
    silent_before, silent_after = np.exp(expected[low] - expected[at + 1]), np.exp(expected[at] - expected[high])
    one_sided = np.where(before, silent_after, silent_before)
    both_silent = silent_before * silent_after * (1.0 - down)
    probability = np.where(before | after, one_sided / (one_sided + edge), both_silent / (both_silent + down))
    return np.where(before & after, 1.0 - 0.1 * edge, probability)


def _summed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    summed: NDArray[np.float64] = np.concatenate((np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)), axis=1)
    return summed
