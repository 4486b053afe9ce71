"""What each kind of sign says of each course of a shift: logarithms of likelihoods, one a course.

A kind counts once: its records are added up within the shift, and a broken device of the person explains any silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.duty.courses import Conduct, CourseTable
from tocsin.engine.duty.figures import HALF_HOUR_MS, ByConduct, DutyFigures
from tocsin.engine.duty.readers import WATCHED
from tocsin.engine.duty.shift import PlannedShift, Sign, Signs

type Row = NDArray[np.float64]

_CODES = {sign: code for code, sign in enumerate(Sign)}
_ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))
_MINUTE_MS = 60_000
_STRAY = 0.02  # share of positions of a resting card that lie anywhere


@dataclass(frozen=True, eq=False)
class Seen:
    """One shift of one person as it is known at `now_ms`.

    `signs` hold the person's records of the shift and three quarters of an hour around it. `alive`: (kinds of `WATCHED`, half
    hours). `silent`: for each of `WATCHED`, how likely nothing could be seen of the person all shift long.
    """

    shift: PlannedShift
    signs: Signs
    alive: NDArray[np.float64]
    silent: Row
    now_ms: int

    @property
    def first_ms(self) -> int:
        """Begin of the first half hour."""
        return self.shift.start_ms // HALF_HOUR_MS * HALF_HOUR_MS

    @property
    def planned_half_hours(self) -> int:
        """Half hours of the whole shift, whatever of it has passed."""
        return int(max(1, -(-self.shift.end_ms // HALF_HOUR_MS) - self.shift.start_ms // HALF_HOUR_MS))

    def of(self, sign: Sign) -> tuple[NDArray[np.intp], NDArray[np.int64], Row]:
        """Half hours, times and values of one kind within the shift."""
        signs = self.signs
        own = (signs.source == _CODES[sign]) & (signs.ts >= self.shift.start_ms) & (signs.ts < self.shift.end_ms)
        ts = signs.ts[own]
        return ((ts - self.first_ms) // HALF_HOUR_MS).astype(np.intp), ts, signs.value[own]

    def about(self, sign: Sign, value: float) -> NDArray[np.int64]:
        """Times of records of one kind and value, the time around the shift included."""
        own = (self.signs.source == _CODES[sign]) & (self.signs.value == value)
        ts: NDArray[np.int64] = self.signs.ts[own]
        return ts


def weigh_kinds(seen: Seen, table: CourseTable, figures: DutyFigures) -> dict[Sign, Row]:
    """For each kind of sign the logarithm of its likelihood under every course of `table`."""
    return {
        Sign.POSITIONING: _positions(seen, table, figures),
        Sign.PHONE_LOCATION: _phone(seen, table, figures),
        Sign.CAMERA_MATCH: _faces(seen, table, figures),
        Sign.ROLL_CALL: _calls(seen, table, figures),
        Sign.GATE: _gate(seen, table, figures),
        Sign.TERMINAL_LOGIN: _terminal(seen, table, figures),
        Sign.PERMIT_SIGNATURE: _permits(seen, table, figures),
    }


def _along(table: CourseTable, weights: NDArray[np.float64]) -> Row:
    """Weights (conducts, half hours) added up along each course."""
    sums = np.concatenate((np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)), axis=1)
    total: Row = sums[table.first, table.switch] + sums[table.then, -1] - sums[table.then, table.switch]
    return total


def _or_broken(working: Row, broken: Row | float, share: float) -> Row:
    mixed: Row = np.logaddexp(np.log1p(-share) + working, np.log(share) + broken)
    return mixed


def _positions(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    where = figures.whereabouts
    at, _, value = seen.of(Sign.POSITIONING)
    half_hours = table.half_hours
    alive = seen.alive[WATCHED.index(Sign.POSITIONING)]
    share = np.array(where.seen_share.row())[:, None]
    met = np.bincount(at, minlength=half_hours)[:half_hours]
    silence = np.log(1.0 - alive * share)
    silence[:, 0] = 0.0  # the first position may come late
    weights = np.where(met > 0, np.log(share), silence)
    anywhere = 1.0 / where.plant_m
    scales = where.near_m * np.array([[0.4], [0.8], [1.4]])  # posts and readers differ
    near = (2.0 * np.exp(-0.5 * (value / scales) ** 2) / (scales * _ROOT_TWO_PI)).mean(axis=0)
    moving = np.log((1.0 - where.walks_share) * near + where.walks_share * anywhere)
    centre = float(np.median(value[len(value) // 2 :])) if len(value) else 0.0
    still = np.exp(-0.5 * ((value - centre) / where.still_m) ** 2) / (where.still_m * _ROOT_TWO_PI)
    # Near the post a lying card looks like somebody who sits there, whatever the deviation of this post's positions.
    resting = np.log((1.0 - _STRAY) * still + _STRAY * anywhere) if centre > where.at_post_m else moving
    of_value = np.empty((len(Conduct), len(value)))
    of_value[[Conduct.HERE, Conduct.AWAY, Conduct.CARRIED]] = moving
    of_value[[Conduct.UNREACHABLE, Conduct.RESTS]] = resting
    for conduct in Conduct:
        np.add.at(weights[conduct], np.minimum(at, half_hours - 1), of_value[conduct])
    total = _along(table, weights)
    if len(value):
        lies = (table.then == Conduct.UNREACHABLE) | (table.then == Conduct.RESTS)
        total = total + np.where(lies, np.log(anywhere), 0.0)  # where it lies is not known before
        weights[:, : at[0]] = 0.0
        weights[:, at[-1] + 1 :] = 0.0
        return _or_broken(total, _along(table, weights) - np.log(half_hours), float(seen.silent[0]))
    return _or_broken(total, 0.0, float(seen.silent[0]))


def _phone(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    """The phone goes with the person, stays at home or stays at the post; one of them for the whole shift."""
    phone = figures.phone
    at, _, value = seen.of(Sign.PHONE_LOCATION)
    value = np.maximum(value, 0.0)  # a distance: whoever sends less than none is at the post
    counts = _counts(seen, table, Sign.PHONE_LOCATION, phone.per_shift)
    near = np.log(2.0 / (phone.near_km * _ROOT_TWO_PI)) - 0.5 * (value / phone.near_km) ** 2
    near = np.logaddexp(near, np.log(0.002))
    home = -np.log(phone.home_km) - value / phone.home_km + np.log1p(-np.exp(-value - 1e-3))
    away = -np.log(phone.away_km) - value / phone.away_km + np.log1p(-np.exp(-value - 1e-3))
    home, away = np.maximum(home, -8.0), np.maximum(away, -8.0)
    goes = np.array([near, away, near, away, away])
    away_share = (table.then != Conduct.HERE) & (table.then != Conduct.UNREACHABLE)
    stays = np.where(away_share, phone.stays_share, 1e-9)
    at_home = np.where(away_share, 1e-9, phone.home_share)
    moves = _along(table, _placed(table, at, goes))
    options = (
        np.log1p(-stays - at_home) + moves,
        np.log(stays) + near.sum(),
        # One distance for the whole shift: what counts is that one draw, not every repetition of it.
        np.log(at_home) + (float(np.median(home)) + (len(home) - 1) * float(np.median(away)) if len(home) else 0.0),
    )
    total = counts + np.logaddexp.reduce(options)
    return total if len(value) else _or_broken(total, 0.0, float(seen.silent[1]))


def _faces(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    camera = figures.camera
    at, _, value = seen.of(Sign.CAMERA_MATCH)
    own = np.exp(-0.5 * ((value - camera.likeness) / camera.spread) ** 2) + 0.01
    other = np.exp(-0.5 * ((value - camera.stranger) / camera.spread) ** 2) + 0.01
    one, mixed = np.log(own), np.log(0.5 * own + 0.5 * other)
    likeness = np.array([one, mixed, one, mixed, mixed])
    counts = _counts(seen, table, Sign.CAMERA_MATCH, camera.per_shift)
    total = counts + _along(table, _placed(table, at, likeness))
    return total if len(value) else _or_broken(total, 0.0, float(seen.silent[2]))


def _calls(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    call = figures.roll_call
    at, _, value = seen.of(Sign.ROLL_CALL)
    answered = np.array(call.answered.row())[:, None]
    slow = np.array(call.slow_share.row())[:, None]
    weights = np.where(
        value < 0.0,
        np.log(1.0 - answered),
        np.log(answered) + np.where(value > call.slow_s, np.log(slow), np.log(1.0 - slow)),
    )
    return _along(table, _placed(table, at, weights))


def _permits(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    at, _, value = seen.of(Sign.PERMIT_SIGNATURE)
    rate = np.array(figures.permits.row())[:, None] / seen.planned_half_hours
    return _along(table, _placed(table, at, np.broadcast_to(np.log(rate), (len(Conduct), len(value)))))


def _gate(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    alive = seen.alive[WATCHED.index(Sign.GATE)]
    bounds = figures.boundaries
    entries, exits = seen.about(Sign.GATE, 1.0), seen.about(Sign.GATE, 0.0)
    total = _passed(seen, table, entries, bounds.gate_in, alive, begin=True)
    total = total + _passed(seen, table, exits, bounds.gate_out, alive, begin=False)
    exits = _between(seen, exits)
    lone = [ts for ts in exits if not ((entries > ts) & (entries < ts + 90 * _MINUTE_MS)).any()]
    total = total + _strange(seen, table, lone, bounds.strange_exit)
    return _or_broken(total, -3.0 * (len(entries) + len(exits)), float(seen.silent[3]))


def _between(seen: Seen, ts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those that belong to neither bound of the shift."""
    inner: NDArray[np.int64] = ts[(ts > seen.shift.start_ms + 75 * _MINUTE_MS) & (ts < seen.shift.end_ms - 60 * _MINUTE_MS)]
    return inner


def _strange(seen: Seen, table: CourseTable, departures: Sequence[int], share: float) -> Row:
    """Departures within the shift are strange, except of somebody who leaves then."""
    count = np.full(len(table.first), float(len(departures)))
    leaves = (table.first == Conduct.HERE) & (table.then == Conduct.AWAY)
    for ts in departures:
        count -= leaves & _near(seen, table, np.array([ts]))
    strange: Row = np.maximum(count, 0.0) * np.log(share)
    return strange


def _terminal(seen: Seen, table: CourseTable, figures: DutyFigures) -> Row:
    bounds = figures.boundaries
    logins, logouts = seen.about(Sign.TERMINAL_LOGIN, 1.0), seen.about(Sign.TERMINAL_LOGIN, 0.0)
    if seen.shift.role not in bounds.terminal_roles and not len(logins):
        return np.zeros(len(table.first))
    alive = seen.alive[WATCHED.index(Sign.TERMINAL_LOGIN)]
    total = _passed(seen, table, logins, bounds.login, alive, begin=True)
    total = total + _passed(seen, table, logouts, bounds.logout, alive, begin=False)
    total = total + _strange(seen, table, list(_between(seen, logouts)), bounds.strange_logout)
    return _or_broken(total, -3.0 * (len(logins) + len(logouts)), float(seen.silent[4]))


def _passed(seen: Seen, table: CourseTable, ts: NDArray[np.int64], share: ByConduct, alive: Row, *, begin: bool) -> Row:
    """What a passage at the begin or end of being there says: at the shift's bound, or at the switch of a course."""
    shares = np.array(share.row())
    bound = seen.shift.start_ms if begin else seen.shift.end_ms
    low, high = (-45, 75) if begin else (-60, 45)
    met = bool(((ts >= bound + low * _MINUTE_MS) & (ts <= bound + high * _MINUTE_MS)).any())
    due = seen.now_ms >= (bound + high * _MINUTE_MS if begin else bound)  # before that a missing passage says nothing
    works = float(alive[0] if begin else alive[-1]) * due
    conduct = np.where(table.then == Conduct.UNREACHABLE, table.then, table.first) if begin else table.then
    probability = shares[conduct]
    total: Row = np.log(probability) if met else np.log(1.0 - works * probability)
    moves = (table.first == Conduct.AWAY) if begin else (table.first == Conduct.HERE)
    moves = moves & (table.then == (Conduct.HERE if begin else Conduct.AWAY))
    at_switch = _near(seen, table, ts)
    works_then = alive[np.minimum(table.switch, table.half_hours - 1)]
    here = shares[Conduct.HERE]
    switched = np.where(at_switch, np.log(here), np.log(1.0 - works_then * here))
    total[moves] += switched[moves]
    return total


def _near(seen: Seen, table: CourseTable, ts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each course, whether one of the times lies at its switch."""
    switch = seen.first_ms + table.switch * HALF_HOUR_MS
    return (np.abs(ts[None, :] - switch[:, None]) <= HALF_HOUR_MS).any(axis=1)


def _placed(table: CourseTable, at: NDArray[np.intp], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of records (conducts, records) laid into their half hours."""
    laid = np.zeros((len(Conduct), table.half_hours))
    for conduct in Conduct:
        np.add.at(laid[conduct], np.minimum(at, table.half_hours - 1), weights[conduct])
    return laid


def _counts(seen: Seen, table: CourseTable, sign: Sign, per_shift: ByConduct) -> Row:
    """Number of records as events of a steady rate, silence included as far as the source was alive."""
    at, _, _ = seen.of(sign)
    alive = seen.alive[WATCHED.index(sign)]
    rate = np.array(per_shift.row())[:, None] / seen.planned_half_hours
    met = np.bincount(np.minimum(at, table.half_hours - 1), minlength=table.half_hours)
    return _along(table, np.where(met > 0, met * np.log(rate) - rate, np.log1p(-alive * (1.0 - np.exp(-rate)))))
