"""Truth from the course: states of days by output against a normal working day, evidence in a word, scope of orders, episodes."""

import numpy as np

from tocsin.simulation.judging.firms.course import Course, Episode
from tocsin.simulation.judging.firms.metering import Meter, lives
from tocsin.simulation.judging.firms.records import MACHINES, Records
from tocsin.simulation.judging.firms.stops import ORDERED
from tocsin.simulation.judging.firms.trades import Floats

NOTHING, IDLE, PARTIAL, FULL = 0.004, 0.05, 0.70, 1.15  # shares of a normal working day


def share_of_normal(course: Course) -> Floats:
    """Output of each day against an ordinary working day at that time."""
    return np.asarray(course.output() / np.maximum(course.habit.normal, 1e-9))


def day_states(course: Course) -> list[str]:
    """One of five states a day."""
    states = []
    for day, share in enumerate(share_of_normal(course).tolist()):
        if share >= FULL:
            states.append("over")
        elif share >= PARTIAL:
            states.append("full")
        elif share >= IDLE:
            states.append("partial")
        elif share > NOTHING or course.ready[day]:
            states.append("idle")
        else:
            states.append("stopped")
    return states


def evidence_words(course: Course, meters: list[Meter], records: Records) -> list[str]:
    """`rich`: the curve and two machine sources; `dead`: no curve and at most one; else `thin`."""
    curve = lives(meters, course.count)
    number = np.zeros(course.count, dtype=np.int64)
    for source in MACHINES:
        if source in records.live:
            number += records.live[source]
    words = np.where(curve & (number >= 2), "rich", np.where(~curve & (number <= 1), "dead", "thin"))
    return [str(word) for word in words]


def ordered_scopes(course: Course) -> list[str]:
    """`whole`, `part` or `none` by day."""
    scopes = ["none"] * course.count
    for stop in course.stops:
        if stop.kind == ORDERED:
            for day in range(stop.first, stop.last + 1):
                scopes[day] = "whole" if stop.line is None else "part"
    return scopes


def episodes(course: Course) -> list[Episode]:
    """By time; those that a later happening made empty are left out."""
    return sorted(course.episodes, key=lambda episode: (episode.first, episode.kind))
