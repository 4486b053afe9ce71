"""Whether the people of a firm are on post: every planned shift weighed by what its signs say, as a live system would.

A shift has a handful of possible courses (`courses.py`). Each kind of sign weighs them (`kinds.py`); kinds are taken as
independent of each other, their records are not. A source is believed dead where it is silent for everybody (`readers.py`), a
person's own device where it is silent from shift to shift. Verdicts use records up to the end of the shift and the time for
which late ones are awaited, and what was learnt from earlier shifts.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.duty.courses import STATES, Conduct, CourseTable, course_table
from tocsin.engine.duty.figures import HALF_HOUR_MS, DutyFigures
from tocsin.engine.duty.fitness import Fitness, fitness_on
from tocsin.engine.duty.kinds import Seen, weigh_kinds
from tocsin.engine.duty.readers import WATCHED, Readers
from tocsin.engine.duty.shift import Certificate, DutyState, PlannedShift, Sign, Signs, Verdict
from tocsin.engine.duty.twins import companion, stand_in

_LOCAL = timedelta(hours=8)
_NONE = Signs(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.float64))
_CODES = {sign: code for code, sign in enumerate(Sign)}
COMPANY = "company"  # a vote beside those of signs: the card travels with a colleague's
STAND_IN = "stand_in"  # a vote: a colleague who is off duty does the work
_AROUND_MS = 4_500_000
_MOST = 6.0


def judge_firm(
    required: Mapping[str, str],
    shifts: Sequence[PlannedShift],
    signs: Mapping[str, Signs],
    certificates: Mapping[str, Sequence[Certificate]],
    figures: DutyFigures,
    now_ms: int | None = None,
) -> list[Verdict]:
    """The verdict on every planned shift without leave, in the order of `shifts`.

    `required`: the certificate each person's post requires, empty for none. `signs` and `certificates` by person. With `now_ms`
    nothing later is looked at: shifts that have not begun have no verdict, those that run are judged by what has passed of them.
    """
    firm = _Firm(shifts, signs, figures)
    order = sorted((shift.end_ms, index) for index, shift in enumerate(shifts) if not shift.leave)
    found = {}
    for _, index in order:
        shift = shifts[index]
        if now_ms is not None and shift.start_ms >= now_ms:
            continue
        day = (datetime.fromtimestamp(shift.start_ms / 1000.0, UTC) + _LOCAL).date()
        fitness = fitness_on(day, required.get(shift.person, ""), certificates.get(shift.person, ()))
        found[index] = firm.judge(shift, fitness, now_ms)
    return [found[index] for index in sorted(found)]


class _Firm:
    """What is learnt of one firm while its shifts are judged one after the other."""

    def __init__(self, shifts: Sequence[PlannedShift], signs: Mapping[str, Signs], figures: DutyFigures) -> None:
        self._figures, self._signs = figures, signs
        self._shifts = [shift for shift in shifts if not shift.leave]
        self._planned = tuple(shifts)
        self._readers = Readers(shifts, signs, figures)
        fresh = figures.readers.own_device_share
        self._broken = {shift.person: np.full(len(WATCHED), fresh) for shift in shifts}

    def judge(self, shift: PlannedShift, fitness: Fitness, now_ms: int | None) -> Verdict:
        figures = self._figures
        now = shift.end_ms + round(figures.awaited_min * 60_000.0)
        now = now if now_ms is None else min(now, now_ms)
        seen, table, kinds = self._weigh(shift, now)
        weighed = {sign.value: weights / figures.temper for sign, weights in kinds.items()}
        weighed[COMPANY] = self._company(shift, table, now)
        if stand_in(shift, self._planned, self._signs, figures, now):
            weighed[STAND_IN] = np.where(
                (table.first == Conduct.AWAY) & (table.then == Conduct.AWAY), figures.stand_in.log_odds, 0.0
            )
        log_odds = table.log_prior + np.sum(list(weighed.values()), axis=0)
        log_odds = log_odds - np.logaddexp.reduce(log_odds)
        chance = np.array([np.exp(log_odds[table.state == state]).sum() for state in range(len(STATES))])
        present = float(np.clip(chance[0], 0.0, 1.0))
        best = int(np.argmax(chance))
        votes = _votes(table, weighed, log_odds, best)
        state = self._state(seen, chance, votes, fitness)
        if now >= shift.end_ms:
            self._learn(seen, present)
        return Verdict(shift.person, shift.start_ms, state, present, votes)

    def _weigh(self, shift: PlannedShift, now: int) -> tuple[Seen, CourseTable, dict[Sign, NDArray[np.float64]]]:
        until = min(shift.end_ms, now)
        half_hours = max(1, -(-until // HALF_HOUR_MS) - shift.start_ms // HALF_HOUR_MS)
        table = course_table(int(half_hours), self._figures.courses)
        signs = self._signs.get(shift.person, _NONE)
        own = slice(
            int(np.searchsorted(signs.ts, shift.start_ms - _AROUND_MS)),
            int(np.searchsorted(signs.ts, min(shift.end_ms + _AROUND_MS, now + 1))),
        )
        near = Signs(signs.source[own], signs.ts[own], signs.value[own])
        alive = self._readers.alive(shift.person, shift.start_ms, int(half_hours), now)
        # Doubt that hangs over the whole shift is one doubt, not a new one each half hour.
        silent = np.minimum(1.0 - (1.0 - self._broken[shift.person]) * alive.max(axis=1), 1.0 - 1e-9)
        seen = Seen(shift, near, alive, silent, now)
        return seen, table, weigh_kinds(seen, table, self._figures)

    def _company(self, shift: PlannedShift, table: CourseTable, now: int) -> NDArray[np.float64]:
        """Added to the courses when the card travels with another one: one of the two is carried, whose is the question."""
        added = np.zeros(len(table.first))
        other = companion(shift, self._signs, self._figures, now)
        if other is None:
            return added
        against = 0.0
        for planned in self._shifts:
            if planned.person == other and planned.start_ms < shift.end_ms and planned.end_ms > shift.start_ms:
                _, of_other, weighed = self._weigh(planned, now)
                against = _carried_against_here(of_other, weighed)
                break
        carried = table.first == Conduct.CARRIED
        whole = (table.first == Conduct.HERE) & (table.then == Conduct.HERE)
        added[carried] = table.log_prior[whole][0] - table.log_prior[carried][0]
        added[~carried] = np.clip(against, -_MOST, _MOST)
        return added

    def _state(
        self, seen: Seen, chance: NDArray[np.float64], votes: tuple[tuple[str, float], ...], fitness: Fitness
    ) -> DutyState:
        figures = self._figures
        best = int(np.argmax(chance))
        dead = not len(seen.signs.ts) and _expected(seen, figures) < figures.least_expected
        if dead or max(chance[0], 1.0 - chance[0]) < figures.least_sure:
            return DutyState.UNKNOWN
        state = STATES[best]
        if state == DutyState.ON_POST:
            return state if fitness == Fitness.FIT else DutyState.NOT_FIT
        if state == DutyState.ABSENT and sum(vote <= -figures.kind_weight for _, vote in votes) < figures.kinds_against:
            unreachable = float(chance[STATES.index(DutyState.NOT_REACHABLE)])
            return DutyState.NOT_REACHABLE if unreachable > figures.least_unreachable else DutyState.UNKNOWN
        return state

    def _learn(self, seen: Seen, present: float) -> None:
        """Own devices: silent although the person is there and the source alive speaks for a broken one."""
        readers = self._figures.readers
        share = readers.own_device_share
        broken = self._broken[seen.shift.person]
        broken = broken * (1.0 - readers.own_device_mends) + (1.0 - broken) * share
        expected = _expected_by_kind(seen, self._figures)
        for kind, sign in enumerate(WATCHED):
            if (seen.signs.source == _CODES[sign]).any():
                broken[kind] = share
            elif present > 0.9 and expected[kind] > 1.0:
                silent = np.exp(-min(expected[kind], 4.0))
                broken[kind] = broken[kind] / (broken[kind] + (1.0 - broken[kind]) * silent)
        self._broken[seen.shift.person] = np.clip(broken, share, 0.9)


def _votes(
    table: CourseTable, weighed: Mapping[str, NDArray[np.float64]], log_odds: NDArray[np.float64], best: int
) -> tuple[tuple[str, float], ...]:
    """For each kind, how much it speaks for presence.

    Where presence is likelier, its likeliest course stands against the likeliest other one; else presence from begin to end
    stands against the likeliest course of the verdict.
    """
    present = table.state == 0
    without = (table.state == best) if best else ~present
    wanted = (table.first == Conduct.HERE) & (table.then == Conduct.HERE) if best else present
    one = int(np.argmax(np.where(wanted, log_odds, -np.inf)))
    other = int(np.argmax(np.where(without, log_odds, -np.inf)))
    votes = [(kind, round(float(weights[one] - weights[other]), 3)) for kind, weights in weighed.items()]
    return tuple(sorted((vote for vote in votes if vote[1]), key=lambda vote: -abs(vote[1])))


def _expected_by_kind(seen: Seen, figures: DutyFigures) -> NDArray[np.float64]:
    """Signs of each of `WATCHED` that somebody on post would have left."""
    passed = seen.alive.shape[1] / seen.planned_half_hours
    begun = float(seen.now_ms >= seen.shift.start_ms + _AROUND_MS)
    ended = float(seen.now_ms >= seen.shift.end_ms)
    terminal = float(seen.shift.role in figures.boundaries.terminal_roles)
    bounds = figures.boundaries
    full = np.array(
        [
            figures.whereabouts.seen_share.here * seen.alive.shape[1],
            figures.phone.per_shift.here * passed,
            figures.camera.per_shift.here * passed,
            bounds.gate_in.here * begun + bounds.gate_out.here * ended,
            (bounds.login.here * begun + bounds.logout.here * ended) * terminal,
        ]
    )
    expected: NDArray[np.float64] = full * seen.alive.mean(axis=1)
    return expected


def _expected(seen: Seen, figures: DutyFigures) -> float:
    return float(_expected_by_kind(seen, figures).sum())


def _carried_against_here(table: CourseTable, kinds: Mapping[Sign, NDArray[np.float64]]) -> float:
    """How much the signs of a person, apart from the card, speak for a carried card against presence."""
    total = np.zeros(len(table.first))
    for sign, weights in kinds.items():
        if sign != Sign.POSITIONING:
            total = total + weights
    carried = total[table.first == Conduct.CARRIED][0]
    here = total[(table.first == Conduct.HERE) & (table.then == Conduct.HERE)][0]
    return float(carried - here)
