"""Readings that come and are wrong: reversed, stuck, multiplied or shunted. Each judged by the meter's own habit."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel
from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.spans import Span, Trouble, runs_of
from tocsin.engine.work.devices.unread import QUARTERS_OF_AN_HOUR
from tocsin.engine.work.firm import FEEDING, QUARTERS_OF_A_DAY, Firm, PointQuality, Role

SMALLEST_STEP = 1e-6
BORNE_OUT = 0.6  # of what the connection shows
LEVEL_APART = 1.35  # the low and the high level jump by the same factor, give or take


def measured(firm: Firm) -> NDArray[np.float64]:
    """kW, float64 (meters, quarters), NaN wherever it was not measured."""
    return np.where(firm.quality == PointQuality.MEASURED, firm.kw, np.nan).astype(np.float64)


def find_reversed(firm: Firm, kw: NDArray[np.float64], figures: MeterFigures) -> list[Span]:
    """Power below zero where none can flow back: of a load at any time, of the grid connection in the dark."""
    dark = np.repeat(~(firm.irradiance_w_m2 > figures.dark_w_m2), QUARTERS_OF_AN_HOUR)[: kw.shape[1]]
    own = firm.solar_kwp > 0 or any(meter.role in FEEDING for meter in firm.meters)
    stores = any(meter.role == Role.STORAGE for meter in firm.meters)
    spans: list[Span] = []
    least = round(figures.negative_h * QUARTERS_OF_AN_HOUR)
    for index, meter in enumerate(firm.meters):
        if meter.role in FEEDING or (stores and meter.role == Role.TOTAL):
            continue
        asked = dark if meter.role == Role.TOTAL and own else np.ones_like(dark)
        where = np.flatnonzero(asked & np.isfinite(kw[index]))
        values = kw[index][where]
        if len(values) == 0:
            continue
        noise = figures.negative_share * np.maximum.accumulate(np.abs(values))
        for a, b in runs_of(values < -noise):
            if b - a >= least:
                told, level = int(where[a + least - 1]), float(np.median(values[a:b]))
                end = int(where[b - 1]) + 1
                spans.append(Span(index, int(where[a]), told, end, Trouble.REVERSED, figures.probability, level))
    return spans


def find_stuck(firm: Firm, kw: NDArray[np.float64], figures: MeterFigures) -> list[Span]:
    """One and the same value for longer than a load that moves at that level could stand still."""
    spans: list[Span] = []
    least, look_back = round(figures.stuck_h * QUARTERS_OF_AN_HOUR), round(figures.history_d * QUARTERS_OF_A_DAY)
    for index, meter in enumerate(firm.meters):
        if meter.role == Role.STORAGE:
            continue
        where = np.flatnonzero(np.isfinite(kw[index]))
        values = kw[index][where]
        if len(values) < 2:
            continue
        same = np.concatenate(([False], values[1:] == values[:-1]))
        for a, b in runs_of(same):
            if b - a + 1 < least or abs(values[a]) <= figures.stuck_steps * step_of(values[max(0, a - look_back) : a]):
                continue
            need = _unbelievable(values, a - 1, figures)
            if need is not None and b - a + 1 >= max(need, least):
                first, told, end = int(where[a - 1]), int(where[a + max(need, least) - 2]), int(where[b - 1]) + 1
                hours = (end - first) / QUARTERS_OF_AN_HOUR
                spans.append(Span(index, first, told, end, Trouble.STUCK, figures.probability, hours))
    return spans


def step_of(values: NDArray[np.float64]) -> float:
    """The least step of a display in kW: the smallest difference between two neighbours that differ."""
    steps = np.abs(np.diff(values))
    steps = steps[steps > SMALLEST_STEP]
    return float(np.percentile(steps, 1)) if len(steps) else 0.0


def _unbelievable(values: NDArray[np.float64], start: int, figures: MeterFigures) -> int | None:
    """So many equal readings in a row are not to be believed at the level of `values[start]`; None where there is no habit."""
    before = values[max(0, start - round(figures.history_d * QUARTERS_OF_A_DAY)) : start]
    level = values[start]
    near = np.abs(before - level) <= 0.35 * abs(level)
    pairs = near[1:] & near[:-1]
    if pairs.sum() < figures.stuck_pairs:
        return None
    equal = pairs & (before[1:] == before[:-1])
    moving = 1.0 - (equal.sum() + 1.0) / (pairs.sum() + 2.0)
    longest = max((b - a for a, b in runs_of(equal)), default=0) + 1
    return max(int(np.ceil(figures.stuck_odds / np.log1p(-moving))), round(figures.stuck_times * longest))


def find_multiplied(firm: Firm, kw: NDArray[np.float64], figures: MeterFigures) -> list[Span]:
    """Readings that no load of this meter reaches, and levels that jump as one when a new multiplier was booked."""
    spans: list[Span] = []
    for index, meter in enumerate(firm.meters):
        if meter.role in FEEDING:
            continue
        spans += [span for span in _over(firm, index, kw[index], figures) if not _borne_out(firm, kw, span)]
        for changed_ms in meter.changed_ms:
            spans += _booked(index, kw[index], firm.days.quarter(changed_ms), figures)
    return spans


@kernel
def highest_before(
    kw: NDArray[np.float64], over: float, used: float, rated: float, usual: int, width: int, limit: NDArray[np.float64]
) -> None:
    """Fills `limit` float64[t]: `over` times the highest that `kw` float64[t] (NaN unknown) kept up for `width` believed
    readings before, at least `over` times `rated`; left as it is until `usual` readings were seen and `used` of `rated` was
    reached. What lies beyond the limit makes no habit.
    """
    recent = np.full(width, -np.inf)
    highest, count, place = 0.0, 0, 0
    for t in range(len(kw)):
        if count >= usual and highest >= used * rated:
            limit[t] = over * max(highest, rated)
        if np.isnan(kw[t]):
            continue
        count += 1
        if kw[t] <= limit[t]:
            recent[place % width] = kw[t]
            place += 1
            highest = max(highest, recent.min())


def _over(firm: Firm, index: int, kw: NDArray[np.float64], figures: MeterFigures) -> list[Span]:
    """Stretches above what the meter has ever shown and above what its load is rated for."""
    rated = firm.meters[index].rated_kw
    usual = round(figures.usual_h * QUARTERS_OF_AN_HOUR)
    if rated is None:
        return []
    limit = np.full(len(kw), np.inf)
    highest_before(kw, figures.over, figures.used, rated, usual, figures.over_quarters, limit)
    above = np.flatnonzero(kw > limit)
    spans: list[Span] = []
    rest = round(figures.over_rest_h * QUARTERS_OF_AN_HOUR)
    for group in np.split(above, np.flatnonzero(np.diff(above) > rest) + 1):
        told = _dense(group, figures.over_quarters, 2 * QUARTERS_OF_AN_HOUR)
        if told is not None:
            start, end = int(group[0]), int(group[-1]) + 1
            figure = float(np.median(kw[group]) / limit[start] * figures.over)
            spans.append(Span(index, start, told, end, Trouble.MULTIPLIED, figures.probability, figure))
    return spans


def _borne_out(firm: Firm, kw: NDArray[np.float64], span: Span) -> bool:
    """Whether the meters behind a connection show most of what it shows: then it is its rated power that is wrong."""
    if firm.meters[span.meter].role != Role.TOTAL:
        return False
    behind = [index for index, meter in enumerate(firm.meters) if meter.role != Role.TOTAL and meter.role not in FEEDING]
    feeders = [index for index, meter in enumerate(firm.meters) if meter.role == Role.TOTAL]
    when = slice(span.start, span.known + 1)
    shown, inflow = np.nansum(kw[behind, when], axis=0), np.nansum(kw[feeders, when], axis=0)
    return bool(np.median(shown - BORNE_OUT * inflow) > 0)


def _dense(where: NDArray[np.int64], count: int, width: int) -> int | None:
    """The first of rising positions that has `count` of them within `width` up to itself."""
    for k in range(count - 1, len(where)):
        if where[k] - where[k - count + 1] < width:
            return int(where[k])
    return None


def _booked(index: int, kw: NDArray[np.float64], change: int, figures: MeterFigures) -> list[Span]:
    """A booked change after which the low and the high level jump by about the same factor."""
    if not QUARTERS_OF_A_DAY <= change < len(kw):
        return []
    before = _finite(kw[max(0, change - round(figures.history_d / 2 * QUARTERS_OF_A_DAY)) : change])
    if len(before) < figures.usual_h * QUARTERS_OF_AN_HOUR:
        return []
    low, high = np.percentile(before, (2, 98))
    if low <= 4 * step_of(before):
        return []
    known, end, factor = None, change, 1.0
    for stop in range(change + QUARTERS_OF_A_DAY, len(kw) + 1, QUARTERS_OF_AN_HOUR):
        day = _finite(kw[stop - QUARTERS_OF_A_DAY : stop])
        if len(day) < QUARTERS_OF_A_DAY // 2:
            continue
        factor = float(np.percentile(day, 2) / low)
        off = factor > figures.level or factor < 1.0 / figures.level
        peak = float(np.percentile(day, 98) / high)
        if not off or factor == 0 or not (1.0 / LEVEL_APART < peak / factor < LEVEL_APART or known is not None):
            break
        known, end = known if known is not None else stop - 1, stop
    if known is None:
        return []
    trouble = Trouble.MULTIPLIED if factor > 1.0 else Trouble.SHUNTED
    return [Span(index, change, known, end, trouble, figures.probability, factor)]


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[np.isfinite(values)]
