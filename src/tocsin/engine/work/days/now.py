"""The evidence of the last hours: what each source said last, and how much of it still holds."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import SCALE, STOPPED
from tocsin.engine.work.days.figures import DayFigures, DecisionFigures
from tocsin.engine.work.days.judge import POWER, TELLING
from tocsin.engine.work.days.memory import Memory
from tocsin.engine.work.days.normals import Normal
from tocsin.engine.work.days.power import QUARTER_H, PowerNormal, PowerRow, weigh_power
from tocsin.engine.work.days.records import COUNT_HOURS, STATEMENTS, WINDOWS, WINDOWS_OF_A_DAY, Channel
from tocsin.engine.work.days.weighing import step_at_work, weigh, weigh_permits
from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, Source
from tocsin.engine.work.load.model import Line, Load

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
FIRM_ORIGIN = "firm"  # the firm's own word, however often and by whichever platform
POWER_LEVEL = "grid"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """Where the last word of a source comes from. `level`: index into the firm's levels, None for curves; `weight` 0 to 1."""

    level: int | None
    ts_ms: int
    weight: float
    origin: str
    copies: int


@dataclass(eq=False)
class Now:
    """The evidence at a moment: log-likelihoods over the scale by source, statements, and where each comes from."""

    machines: dict[str, Floats] = field(default_factory=dict)
    statements: dict[str, float] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    power_level: str = POWER_LEVEL


def look_now(memory: Memory, load: Load, at_ms: int, today: int) -> Now:
    """The last word of each source, weighed by age; what speaks of other hours than the last counts less."""
    now = Now()
    _look_at_power(now, memory, load, at_ms, today)
    lasts: dict[Source, tuple[int, int, int]] = {}  # source -> end of what it speaks of, channel, day
    for index, channel in enumerate(memory.channels):
        days = np.flatnonzero((channel.ts[: today + 1] != 0) & channel.trusted[: today + 1])
        if len(days):
            end = memory.firm.days.first_ms + _end_ms(channel, int(days[-1]))
            lasts[channel.source] = max(lasts.get(channel.source, (0, 0, 0)), (min(end, at_ms), index, int(days[-1])))
    for source, (end, index, day) in lasts.items():
        _look_at_channel(now, memory, source, memory.channels[index], memory.normals[index], day, at_ms - end)
    _look_at_happenings(now, memory, at_ms)
    now.missing = _missing(now, memory, lasts, at_ms)
    return now


def now_prior(memory: Memory, load: Load, at_ms: int, today: int) -> Floats:
    """Prior of the last hours, float64 (3, points): as of the day, but a plant that keeps its hours rests outside of them; who
    works against an order may do so at any hour.
    """
    parts = memory.prior(today).copy()
    line = load.whole if load.whole is not None else (load.lines[0] if load.lines else None)
    if line is None or memory.ordered(today):
        return parts
    course = np.nan_to_num(line.expected[today].astype(np.float64))
    if course.max() <= 0.0:
        return parts
    window = round(memory.figures.decision.window_h)
    last = (at_ms - memory.firm.days.first_ms) // HOUR_MS
    share = min(1.0, course[np.arange(last - window, last) % 24].max() / course.max())
    moved = parts[0][SCALE.working].sum() * (1.0 - share)
    parts[0][SCALE.working] *= share
    parts[0][SCALE.state == STOPPED] += moved / (SCALE.state == STOPPED).sum()
    return parts


def blind_now(now: Now) -> bool:
    """True where no curve and at most one other source that tells work from rest still speaks."""
    alive = sum(1 for name in now.machines if name in TELLING)
    return POWER not in now.machines and alive < 2


def _look_at_power(now: Now, memory: Memory, load: Load, at_ms: int, today: int) -> None:
    """The mean rate of the last hours against the running level."""
    figures = memory.figures
    end = min(max((at_ms - memory.firm.days.first_ms) // QUARTER_MS, 0), memory.firm.days.quarters)
    begin = max(0, end - round(figures.decision.window_h * 4))
    total = np.zeros(len(SCALE))
    last = 0
    parts = ((False, (load.whole,) if load.whole is not None else ()), (True, load.lines))
    for process, lines in parts:
        row = _rates(lines, begin, end, process, figures) if lines else None
        if row is None or (process and last and memory.metered_stop(today)):
            continue  # of lines that are all told to stop only the connection speaks of the others
        total = total + weigh_power(row, 0, _rate_normal(row, figures), memory.ordered(today))
        last = max(last, *(_last_known(line, begin, end) for line in lines))
    if total.any():
        now.machines[POWER] = np.maximum(total - total.max(), -figures.power.most)
        now.told[POWER] = Told(None, memory.firm.days.ms(last), 1.0, POWER, 0)


def _rates(lines: tuple[Line, ...], begin: int, end: int, process: bool, figures: DayFigures) -> PowerRow | None:
    """Rates of the window as a row of one day, of which a normal one is 1; None where too little is known."""
    share = np.stack([line.share[begin:end].astype(np.float64) for line in lines])
    known = float(np.isfinite(share).mean()) if share.size else 0.0
    if known < figures.power.least_known:
        return None
    span = np.array([float(line.span_kw[min(end, len(line.share) - 1) // QUARTERS_OF_A_DAY]) for line in lines])
    rate = (np.nan_to_num(share) * (span / span.sum())[:, None]).sum(axis=0)
    one, every = np.ones(1), np.ones(len(rate), np.bool_)
    return PowerRow(process, rate[None, :] / (QUARTER_H * len(rate)), one * known, one, one, 0.0 * one, every, one)


def _rate_normal(row: PowerRow, figures: DayFigures) -> PowerNormal:
    """As if many days had shown the running level: the energy of the window at it counts 1."""
    made = PowerNormal(figures.power)
    made.kwh.running.extend([1.0] * figures.habit_window)
    made.kw.running.extend([1.0 / (QUARTER_H * row.kw.shape[1])] * figures.habit_window)
    return made


def _last_known(line: Line, begin: int, end: int) -> int:
    known = np.flatnonzero(np.isfinite(line.share[begin:end]))
    return begin + int(known[-1]) if len(known) else begin


def _end_ms(channel: Channel, day: int) -> int:
    """When the time a reading speaks of ends, ms after the first midnight."""
    if channel.source in WINDOWS:
        return day * DAY_MS + (channel.slot + 1) * DAY_MS // WINDOWS_OF_A_DAY
    if channel.source is Source.GATE_HEADCOUNT:
        return day * DAY_MS + COUNT_HOURS[channel.slot] * HOUR_MS
    return (day + 1) * DAY_MS


def _weight(age_ms: int, figures: DecisionFigures) -> float:
    """1 while it speaks of the last hours; else less, and half with every further day."""
    if age_ms < figures.window_h * HOUR_MS:
        return 1.0
    return float(figures.other_hours * 0.5 ** (age_ms / DAY_MS))


def _look_at_channel(now: Now, memory: Memory, source: Source, channel: Channel, normal: Normal, day: int, age_ms: int) -> None:
    figures, ordered = memory.figures, memory.ordered(day)
    weight = _weight(age_ms, figures.decision)
    if weight < figures.decision.least_weight:
        return
    own = source in STATEMENTS
    told = Told(
        int(channel.level[day]), int(channel.ts[day]), weight, FIRM_ORIGIN if own else source.value, int(channel.copies[day])
    )
    if own:
        now.statements[source.value] = float(channel.value[day, 0])
        now.told[source.value] = told
        return
    if source is Source.PERMITS:
        odds = weigh_permits(float(channel.value[day, 0]), memory.usual_permits, figures)
    else:
        odds = weigh(channel, day, normal, ordered, figures)
    if odds.any():
        now.machines[source.value] = odds * weight
        now.told[source.value] = told


def _look_at_happenings(now: Now, memory: Memory, at_ms: int) -> None:
    """The last visit and the last report."""
    figures = memory.figures
    for one in sorted(memory.happenings, key=lambda happening: happening.ts):
        weight = _weight(at_ms - one.ts, figures.decision)
        seen = figures.visit_seen if one.value > 0.0 else -figures.visit_none
        odds = seen if one.source is Source.INSPECTOR_VISIT else figures.report_seen
        if weight >= figures.decision.least_weight:
            now.machines[one.source.value] = step_at_work(odds * weight)
            now.told[one.source.value] = Told(one.level, one.ts, weight, one.source.value, one.copies)


def _missing(now: Now, memory: Memory, lasts: dict[Source, tuple[int, int, int]], at_ms: int) -> tuple[str, ...]:
    """Sources that once spoke and have been silent for longer than they may, and the curves where they say nothing."""
    silent = memory.figures.decision.silent_h * HOUR_MS
    made = [] if POWER in now.machines else [POWER]
    made += [source.value for source, (end, _index, _day) in lasts.items() if at_ms - end > silent]
    return tuple(made)
