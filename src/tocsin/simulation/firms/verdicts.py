"""The truth of a firm: the state of each day, the episodes, how much was to be known."""

import numpy as np

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, EpisodeKind, OrderKind, PointQuality, Role, WorkState
from tocsin.simulation.firms.course import Course
from tocsin.simulation.firms.dice import Floats
from tocsin.simulation.firms.loads import Loads
from tocsin.simulation.firms.metering import Metered
from tocsin.simulation.firms.schedule import Flags

DAY = QUARTERS_OF_A_DAY
PAUSE = 36 * 4  # quarters that hidden production may rest within one episode
LEAST, IDLE, PARTIAL, FULL = 0.001, 0.05, 0.7, 1.15  # limits of states, of a normal day's output
LOW_RATE = 0.3  # below this, hidden production is partial
RICH, THIN = 4, 2  # live sources from which a day counts as rich (grid among them), or thin (without it; alone it suffices)

type Span = tuple[int, int, str, str]  # first quarter, end, kind, how


def normal_output(course: Course) -> float:
    """Full-load quarters of all lines on a normal working day: the middle one of the days that come near to the plan."""
    weight = np.array([line.kw for line in course.firm.lines]) / course.firm.full_kw
    output = (weight @ course.rate).reshape(-1, DAY).sum(axis=1)
    planned = course.schedule.normal_quarters
    near = output[(output > 0.8 * planned) & (output < 1.12 * planned)]
    return float(np.median(near)) if len(near) else planned


def day_states(course: Course) -> list[str]:
    """One `WorkState` a day."""
    firm = course.firm
    weight = np.array([line.kw for line in firm.lines]) / firm.full_kw
    output = (weight @ course.rate).reshape(-1, DAY).sum(axis=1) / normal_output(course)
    states = []
    for day, share in enumerate(output.tolist()):
        if share < IDLE:
            held = share >= LEAST or course.crew[day]
            states.append(WorkState.IDLE if held else WorkState.STOPPED)
        else:
            states.append(WorkState.PARTIAL if share < PARTIAL else WorkState.FULL if share <= FULL else WorkState.OVER)
    return [state.value for state in states]


def ordered_stops(course: Course) -> list[str]:
    """`none`, `part` or `whole` a day."""
    scope = ["none"] * len(course.days)
    for stop in course.stops:
        if stop.kind is OrderKind.ORDERED_STOP:
            for day in range(stop.first, min(stop.last + 1, len(scope))):
                scope[day] = "whole" if stop.line is None else "part"
    return scope


def evidence_words(metered: Metered, live: Floats) -> list[str]:
    """`rich`, `thin` or `dead` a day. `live`: number of living sources beside the grid, a day."""
    total = [number for number, row in enumerate(metered.rows) if row.role is Role.TOTAL]
    known = (metered.quality[total] <= PointQuality.ESTIMATED).all(axis=0).reshape(-1, DAY).mean(axis=1) >= 0.5
    words = []
    for grid, count in zip(known.tolist(), live.tolist(), strict=True):
        if count + grid >= RICH:
            words.append("rich" if grid else "thin")
        else:
            words.append("thin" if grid or count >= THIN else "dead")
    return words


def episodes(course: Course, loads: Loads, metered: Metered) -> list[Span]:
    """All episodes of a firm by their start."""
    spans = _hidden(course)
    for kind, found in (
        (EpisodeKind.NIGHT_PRODUCTION, course.nights),
        (EpisodeKind.SUDDEN_STOP, course.sudden),
        (EpisodeKind.UNANNOUNCED_RESTART, course.restarts),
        (EpisodeKind.ESSENTIAL_LOAD_LOST, course.lost),
        (EpisodeKind.METER_TROUBLE, [span for span in metered.troubles if span[1] - span[0] >= DAY]),
    ):
        spans += [(first, end, kind.value, how) for first, end, how in found]
    for line, first, end, how in loads.off:
        running = np.flatnonzero(course.rate[line, first:end] > 0.02)
        if len(running) >= 2:
            spans.append((first + int(running[0]), first + int(running[-1]) + 1, EpisodeKind.PROTECTIVE_OFF.value, how))
    return sorted(spans)


def _hidden(course: Course) -> list[Span]:
    weight = np.array([line.kw for line in course.firm.lines])
    spans: list[Span] = []
    for stop in course.stops:
        if stop.kind is not OrderKind.ORDERED_STOP:
            continue
        lines = range(len(weight)) if stop.line is None else [stop.line]
        first, end = stop.first * DAY, min((stop.last + 1) * DAY, course.days.quarters)
        breach = course.hidden[lines, first:end] & (course.rate[lines, first:end] > 0.02)
        rate = (weight[lines] @ (course.rate[lines, first:end] * breach)) / weight[lines].sum()
        for begin, until in runs(breach.any(axis=0), PAUSE):
            at_work = breach[:, begin:until].any(axis=0)
            mean = float(rate[begin:until][at_work].mean())
            kind = EpisodeKind.PARTIAL_HIDDEN_PRODUCTION if mean < LOW_RATE else EpisodeKind.HIDDEN_PRODUCTION
            day = (first + begin) // DAY
            cheat = next((one for one in course.cheats if one.first <= day + 1 and one.last >= day - 1), None)
            spans.append((first + begin, first + until, kind.value, cheat.how if cheat else ""))
    return spans


def runs(marks: Flags, pause: int) -> list[tuple[int, int]]:
    """Spans of marked quarters, joined over pauses that aren't longer.

    >>> runs(np.array([True, False, True, False, False, False, True]), 2)
    [(0, 3), (6, 7)]
    """
    at = np.flatnonzero(marks)
    if not len(at):
        return []
    cuts = np.flatnonzero(np.diff(at) > pause + 1)
    begins = np.concatenate(([at[0]], at[cuts + 1]))
    ends = np.concatenate((at[cuts], [at[-1]])) + 1
    return list(zip(begins.tolist(), ends.tolist(), strict=True))
