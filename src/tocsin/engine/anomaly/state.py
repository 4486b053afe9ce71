"""How far the last readings are from normal, between 0 and 1: held while it lasts, where the event score tells beginnings."""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly import machine as machines
from tocsin.engine.anomaly.course import (
    ANCHOR,
    COURSE_WIDTH,
    HEIGHT,
    SHARE,
    SLOTS,
    WEIGHT,
    less_hour,
    less_wandering,
    less_week,
    log_change,
    move,
)
from tocsin.engine.anomaly.laws import LAW_WIDTH, READINGS_A_TERM, allow, breach, enough, govern, widen
from tocsin.engine.anomaly.leaders import least_again, least_height, leave_behind, rise
from tocsin.engine.anomaly.machine import ENDS, MACHINE_WIDTH, Turn, measure, turn
from tocsin.engine.anomaly.relations import REFRESH, relate, renew, take_in
from tocsin.engine.anomaly.streams import LATELY, MEMORY, STREAM_WIDTH, WIDE, follow, learn, settle, size, take_over
from tocsin.engine.kernel import aside, kernel

Floats = NDArray[np.float64]


class Stream(IntEnum):
    """What is followed of each channel. Behind the channels stands one more row, whose LEVEL is the distance of all."""

    LEVEL = 0  # the value
    HOUR = 1  # less what this hour showed on earlier days
    CHANGE = 2  # how much it moves from one reading to the next, on a logarithmic scale: wilder, calmer, still
    RELATION = 3  # what the other channels do not explain
    MISFIT = 4  # how much that is, on a logarithmic scale
    WEEK = 5  # less what this hour of the week showed in earlier weeks


STREAMS = len(Stream)
CLOCK_TERMS = 4  # sine and cosine of the day and of the half day, beside the channels
CLOCK_DAYS = 4.0  # from which on the hour counts as known
STEADY = 0.5  # share of wandering from which on a channel is not compared with the others
RENEWED = 150.0  # readings that the relations are worth after a new level was taken over
LOG_LEAST, DISTANCE_LEAST = 0.3, 0.05  # deviations of logarithms that are always allowed


class Memory:
    """All that the state of a series remembers; the arrays are changed in place by `hold_state`."""

    def __init__(self, channels: int) -> None:
        size = 2 * channels + CLOCK_TERMS
        self.streams: Floats = np.zeros((channels + 1, STREAMS, STREAM_WIDTH))
        self.courses: Floats = np.zeros((channels, COURSE_WIDTH))
        self.laws: Floats = np.zeros((channels, LAW_WIDTH))
        self.machine: Floats = np.zeros(MACHINE_WIDTH)
        self.joined: Floats = np.zeros(size)
        self.relation: tuple[Floats, Floats, Floats] = (np.zeros(size), np.zeros((size, size)), np.zeros((size, size)))

    def hold(self, values: Floats, clock: Floats, normal_after: Floats) -> tuple[Floats, NDArray[np.int8], Floats]:
        """State, turns and departures of the next readings; see `hold_state`."""
        state, turns, departures = np.zeros(len(values)), np.zeros(len(values), np.int8), np.zeros(values.shape)
        memory = (self.streams, self.courses, self.laws, self.machine, self.joined)
        hold_state(values, clock, normal_after, memory, self.relation, state, turns, departures)
        return state, turns, departures


@kernel
def hold_state(
    values: Floats,
    clock: Floats,
    normal_after: Floats,
    memory: tuple[Floats, Floats, Floats, Floats, Floats],
    relation: tuple[Floats, Floats, Floats],
    state: Floats,
    turns: NDArray[np.int8],
    departures: Floats,
) -> None:
    """State float64[n] of the next n readings `values` float64[n, channels] (not finite: nothing was read), what each of them
    changed (`turns`, `Turn`), and how far each channel is from normal (`departures` float64[n, channels], 1 is the
    threshold).

    `clock` float64[n, 2]: minute of the day, day. `normal_after`: readings and days after which a lasting level is normal.
    While an anomaly lasts nothing is learnt: it is compared with what was before it.
    """
    streams, courses, laws, machine, joined = memory
    channels = values.shape[1]
    inputs = np.empty((channels + 1, STREAMS))
    ratios = np.zeros(1 + WIDE)
    governed = np.zeros(channels + 1, np.bool_)
    for row in range(len(values)):
        minute, day = clock[row, 0], clock[row, 1]
        if not np.isfinite(values[row]).any():
            state[row] = machine[machines.LAST]
            continue
        learning = machine[machines.ON] == 0
        if machine[machines.READINGS] == 0:
            machine[machines.FIRST_DAY] = day
        _look(values[row], minute, day, courses, joined, learning, inputs)
        if channels > 1:
            _compare(courses, joined, relation, inputs)
            readings = machine[machines.READINGS]
            believed = enough(readings, day - machine[machines.FIRST_DAY], len(joined))
            ratios[0] = breach(joined, relation, laws, learning, readings, believed, departures[row])
            govern(laws, believed, governed)
        _measure_streams(streams, courses, inputs, not learning, governed, ratios, departures[row])
        measure(machine, ratios)
        far, change = turn(machine, ratios, day * 1440.0 + minute, normal_after[0], normal_after[1])
        turns[row] = change
        if change == Turn.ENDED or change == Turn.TAKEN_OVER:
            _go_on(streams, machine, change)
            if change == Turn.ENDED and not governed[channels]:
                machine[machines.AFTER] = max(machine[machines.AFTER], least_again(courses))
                if channels > 1:
                    leave_behind(courses)
            if change == Turn.TAKEN_OVER:
                _relearn(courses, laws, joined, machine)
        calm = far**3 / (1.0 + far**3)
        state[row] = max(calm, 0.5) if machine[machines.ON] > 0 else min(calm, 0.4999)
        machine[machines.LAST] = state[row]
        if machine[machines.ON] == 0 and far < max(machines.ENDS, machine[machines.AFTER]):
            widen(laws, joined, machine[machines.READINGS] == 0)
            _learn(streams, inputs, joined, relation, machine, day)


@aside
def _look(reading: Floats, minute: float, day: float, courses: Floats, joined: Floats, learning: bool, inputs: Floats) -> None:
    """The streams of each channel alone into `inputs`, and into `joined` what is compared: the steady part of each channel
    now and one reading before, and the clock.
    """
    channels = len(reading)
    slot = min(int(minute * SLOTS / 1440.0), SLOTS - 1)
    inputs[:] = np.nan
    joined[channels : 2 * channels] = joined[:channels]
    for c in range(channels):
        if not np.isfinite(reading[c]):
            continue
        course = courses[c]
        inputs[c, Stream.CHANGE] = log_change(course, reading[c], learning)
        inputs[c, Stream.HOUR] = less_hour(course, reading[c], slot, day, learning)
        inputs[c, Stream.WEEK] = less_week(course, reading[c], slot, day, learning)
        inputs[c, Stream.LEVEL] = less_wandering(course, reading[c], learning)
        steady = max(1.0 - 1.5 * course[SHARE], 0.0)
        joined[c] = course[ANCHOR] + steady * (inputs[c, Stream.LEVEL] - course[ANCHOR])
    angle = 2.0 * math.pi * minute / 1440.0
    for k in range(2):
        joined[2 * channels + 2 * k] = math.sin((k + 1) * angle)
        joined[2 * channels + 2 * k + 1] = math.cos((k + 1) * angle)


@aside
def _compare(courses: Floats, joined: Floats, relation: tuple[Floats, Floats, Floats], inputs: Floats) -> None:
    """What the others do not explain of each channel, and the distance of all together, into `inputs`."""
    channels = len(courses)
    apart = np.empty(channels)
    distance = relate(joined, courses[:, WEIGHT].copy(), relation[0], relation[1], relation[2], apart)
    if distance <= 0:
        return
    inputs[channels, Stream.LEVEL] = math.log(distance)
    for c in range(channels):
        if np.isfinite(inputs[c, Stream.LEVEL]) and courses[c, SHARE] < STEADY:
            inputs[c, Stream.RELATION] = apart[c]
            inputs[c, Stream.MISFIT] = math.log(abs(apart[c]) + 0.1)


@aside
def _measure_streams(
    streams: Floats,
    courses: Floats,
    inputs: Floats,
    lasts: bool,
    governed: NDArray[np.bool_],
    ratios: Floats,
    departures: Floats,
) -> None:
    """The largest of all streams at each scale into `ratios`, the largest of each channel into `departures`. While an anomaly
    `lasts` it is told by those channels alone that have departed far in it, unless laws judge.
    """
    channels = len(courses)
    own, sizes = np.empty(WIDE), np.zeros(channels)
    least = 0.0 if governed[channels] else least_height(courses)
    traces = False
    ratios[1:] = 0.0
    for c in range(channels + 1):
        far = np.zeros(WIDE)
        for kind in range(STREAMS):
            if np.isnan(inputs[c, kind]):
                continue
            logarithmic = kind in (Stream.CHANGE, Stream.MISFIT)
            allowed = LOG_LEAST if logarithmic else DISTANCE_LEAST if c == channels else 0.0
            follow(streams[c, kind], inputs[c, kind], allowed, own)
            if c < channels:
                sizes[c] = max(sizes[c], size(streams[c, kind]))
                if kind not in (Stream.CHANGE, Stream.HOUR, Stream.WEEK):
                    own *= courses[c, WEIGHT]
            if kind == Stream.MISFIT and streams[c, kind, LATELY + 1] < 0:
                continue  # fits better than usual
            if not governed[c]:
                far = np.maximum(far, own)
        if c < channels:
            departures[c] = max(departures[c], far.max())
            if courses[c, HEIGHT] < least:
                traces = traces or far[0] >= ENDS
                continue
        elif traces:
            continue  # the distance of all is theirs, too
        ratios[1:] = np.maximum(ratios[1:], far)
    rise(courses, sizes, lasts)


@aside
def _go_on(streams: Floats, machine: Floats, change: int) -> None:
    """An anomaly is over, or its level is normal from now on."""
    for c in range(len(streams)):
        for kind in range(STREAMS):
            if change == Turn.TAKEN_OVER:
                take_over(streams[c, kind])
            else:
                settle(streams[c, kind], int(machine[machines.CARRIER]) - 1)


@aside
def _relearn(courses: Floats, laws: Floats, joined: Floats, machine: Floats) -> None:
    """The relations adapt soon to what was taken over, and laws that were broken till then allow it."""
    machine[machines.READINGS] = min(machine[machines.READINGS], max(RENEWED, READINGS_A_TERM * len(joined)))
    for course in courses:
        move(course)
    for law in laws:
        allow(law)
    widen(laws, joined, False)


@aside
def _learn(
    streams: Floats, inputs: Floats, joined: Floats, relation: tuple[Floats, Floats, Floats], machine: Floats, day: float
) -> None:
    """Takes an ordinary reading in; every 20 readings the relations are renewed, with the more shrinkage the less is known."""
    channels = len(streams) - 1
    for c in range(channels + 1):
        for kind in range(STREAMS):
            if not np.isnan(inputs[c, kind]):
                learn(streams[c, kind], inputs[c, kind])
    readings = machine[machines.READINGS]
    machine[machines.READINGS] = readings + 1.0
    if channels > 1:
        take_in(joined, relation[0], relation[1], readings, 1.0 / MEMORY)
        if readings >= 2 * REFRESH and int(readings) % REFRESH == 0:
            known = day - machine[machines.FIRST_DAY] >= CLOCK_DAYS
            size = len(joined) if known else 2 * channels
            renew(relation[1], relation[2], 0.02 + 0.2 * len(joined) / (readings + 1.0), size)
