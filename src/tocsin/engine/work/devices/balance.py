"""The connection against the meters behind it: what flows in must be at least what they show, and moves as they move."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.spans import Span, Trouble, runs_of
from tocsin.engine.work.devices.unread import QUARTERS_OF_AN_HOUR
from tocsin.engine.work.firm import FEEDING, QUARTERS_OF_A_DAY, Firm, Role

LOOK_BACK = 100  # steps that make the habit

Floats = NDArray[np.float64]


def find_unbalanced(firm: Firm, kw: Floats, figures: MeterFigures) -> list[Span]:
    """Meters multiplied or shunted, as far as the meters of one connection contradict each other. `kw` float64 (meters,
    quarters), NaN unknown.
    """
    rows = {role: [index for index, meter in enumerate(firm.meters) if meter.role == role] for role in Role}
    behind = [index for index, meter in enumerate(firm.meters) if meter.role != Role.TOTAL and meter.role not in FEEDING]
    if not rows[Role.TOTAL] or not behind:
        return []
    inflow = kw[rows[Role.TOTAL]].sum(axis=0) + kw[rows[Role.SOLAR]].sum(axis=0) - kw[rows[Role.STORAGE]].sum(axis=0)
    if firm.solar_kwp > 0 and not rows[Role.SOLAR]:
        inflow = np.where(np.repeat(firm.irradiance_w_m2 > figures.dark_w_m2, QUARTERS_OF_AN_HOUR)[: kw.shape[1]], np.nan, inflow)
    spans = _too_little(firm, inflow, kw[behind].sum(axis=0), rows[Role.TOTAL][0], figures)
    lines = rows[Role.PROCESS]
    if lines:
        moved = kw[lines].sum(axis=0)
        spans += _moves(firm, inflow - (kw[behind].sum(axis=0) - moved), moved, rows[Role.TOTAL][0], figures)
    return spans


def _too_little(firm: Firm, inflow: Floats, shown: Floats, total: int, figures: MeterFigures) -> list[Span]:
    """Stretches in which less flows in than the meters behind show. It ends when as much is shown again and the sum is right."""
    known = np.isfinite(inflow) & np.isfinite(shown)
    high = np.maximum.accumulate(np.where(known, shown, 0.0))
    telling = known & (shown > figures.balance_load * high)
    short = telling & (inflow >= 0) & (inflow < figures.balance * shown)  # below zero it is reversed
    where = np.flatnonzero(telling)
    spans: list[Span] = []
    rest = round(figures.over_rest_h * QUARTERS_OF_AN_HOUR) // 4
    if len(where) == 0:
        return spans
    flags = short[where]
    for a, b in _steady(flags, round(figures.balance_h * QUARTERS_OF_AN_HOUR), rest):
        start, end, told = (
            int(where[a]),
            int(where[b - 1]) + 1,
            int(where[a + round(figures.balance_h * QUARTERS_OF_AN_HOUR) - 1]),
        )
        factor = float(np.median(inflow[where[a:b]] / shown[where[a:b]]))
        spans.append(Span(total, start, told, end, Trouble.SHUNTED, figures.probability, factor))
    return spans


def _steady(flags: NDArray[np.bool_], least: int, rest: int) -> list[tuple[int, int]]:
    """Stretches that begin with `least` flags in a row and end before `rest` without one."""
    found: list[tuple[int, int]] = []
    for a, b in runs_of(flags):
        if found and a - found[-1][1] < rest:
            found[-1] = (found[-1][0], b)
        elif b - a >= least:
            found.append((a, b))
    return found


def _moves(firm: Firm, inflow: Floats, moved: Floats, total: int, figures: MeterFigures) -> list[Span]:
    """Stretches in which the connection moves by another factor than the lines behind it. Moves are taken over an hour: clocks
    of meters may be a quarter apart.
    """
    lag = figures.step_quarters
    step, other = moved[lag:] - moved[:-lag], inflow[lag:] - inflow[:-lag]
    known = np.isfinite(step) & np.isfinite(other)
    high = np.maximum.accumulate(np.where(np.isfinite(moved), moved, 0.0))[lag:]
    where = np.flatnonzero(known & (np.abs(step) > figures.step_load * high))[:: lag // 2] + lag
    count, habit = figures.steps, figures.steps * 4
    ratio = other[where - lag] / step[where - lag]
    spans: list[Span] = []
    begun: int | None = None
    told, factor, usual = 0, 1.0, np.nan
    clean: list[float] = []
    for k in range(len(where)):
        recent = ratio[max(0, k - count + 1) : k + 1]
        if begun is None:
            if k % count == 0 and len(clean) >= habit:  # the habit moves slowly
                before = np.array(clean[-LOOK_BACK:])
                usual = float(np.median(before)) if _is_steady(before, 10, 0.3) else np.nan
            apart = (recent < usual / figures.moves) | (recent > usual * figures.moves)
            together = len(recent) == count and 0.8 < usual < 1.3 and where[k] - where[k - count + 1] <= 2 * QUARTERS_OF_A_DAY
            if together and apart.mean() >= 0.75 and _is_steady(recent, 25, 0.2):
                begun, told = int(where[k - count + 1 + int(apart.argmax())]), int(where[k])
                factor = float(np.median(recent)) / usual
            elif k >= count:
                clean.append(float(ratio[k - count]))
        else:
            last = ratio[max(0, k - 5) : k + 1]
            if usual / figures.moves < float(np.median(last)) < usual * figures.moves and where[k - 3] > told:
                spans.append(_moved(total, begun, told, int(where[k - 2]), factor, figures))
                begun = None
                clean.append(float(ratio[k]))
    if begun is not None:
        spans.append(_moved(total, begun, told, len(moved), factor, figures))
    return spans


def _is_steady(ratio: Floats, tail: int, apart: float) -> bool:
    """Whether all but the tails lie near their middle: other loads on the connection that move too would spread them."""
    low, middle, high = np.percentile(ratio, (tail, 50, 100 - tail))
    return bool(low > middle * (1.0 - apart) and high < middle * (1.0 + apart))


def _moved(total: int, start: int, told: int, end: int, factor: float, figures: MeterFigures) -> Span:
    trouble = Trouble.MULTIPLIED if factor > 1.0 else Trouble.SHUNTED
    return Span(total, start, told, max(end, told + 1), trouble, figures.probability, factor)
