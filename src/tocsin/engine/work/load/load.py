"""The load that stands for production, from all meters of a firm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm, Role
from tocsin.engine.work.load.cleaning import believable, fill_small
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.guards import guard_of
from tocsin.engine.work.load.model import Grounds, Line, Load, Shares
from tocsin.engine.work.load.orders import stops_of
from tocsin.engine.work.load.track import DRIVERS, HOURS, Tracking, new_tracks, rules_of
from tocsin.engine.work.load.tracking import CANNOT_TELL, LOW, NO, YES, track_rows

SUDDEN = (Role.CHARGING, Role.LESSEE, Role.STORAGE)  # on the same connection, never production, and different every day
WHOLE_NAME, UNMETERED_NAME = "whole", "unmetered"
NIGHT_H, DAY_H = (22, 6), (8, 18)


def production_load(firm: Firm, figures: LoadFigures, untrusted: NDArray[np.bool_] | None = None) -> Load:
    """What of the firm's load stands for production, quarter by quarter, and whether it produces.

    Levels are learnt from days without a stop order only; under one they stay as they were. `untrusted` bool[meters, quarters]:
    readings not to be used, each by what was known of its meter when it came. Raises ValueError for a firm whose
    curves do not fit its days and meters.
    """
    if firm.kw.shape != (len(firm.meters), firm.days.quarters) or firm.quality.shape != firm.kw.shape:
        raise ValueError(f"curves of {firm.kw.shape} do not fit {len(firm.meters)} meters over {len(firm.days)} days")
    kw = believable(firm, figures)
    if untrusted is not None:
        kw[untrusted] = np.nan
    rows = _rows(firm, kw, figures)
    lines = _follow(firm, rows, figures)
    process = tuple(lines[row.name] for row in rows if row.name not in (WHOLE_NAME, UNMETERED_NAME))
    return _sum_up(firm, process, lines.get(WHOLE_NAME), lines.get(UNMETERED_NAME))


@dataclass(frozen=True, eq=False)
class _Row:
    """One curve to be followed. `scope`: stops of this scope, besides those of the whole firm, keep it from learning."""

    name: str
    kw: Shares
    rest_kw: float
    span_kw: float
    guard: Shares


def _rows(firm: Firm, kw: Shares, figures: LoadFigures) -> list[_Row]:
    """Process meters in their order, then the whole, then what has no meter."""
    nothing = np.full(firm.days.quarters, np.nan, np.float32)
    rows = []
    process = [row for row, meter in enumerate(firm.meters) if meter.role is Role.PROCESS]
    learn = learning_days(firm, [firm.meters[row].id for row in process])
    for number, row in enumerate(process):
        meter = firm.meters[row]
        rated = meter.rated_kw if meter.rated_kw else 1.0
        rows.append(_Row(meter.id, kw[row], 0.0, figures.rated_running * rated, guard_of(firm, kw, row, figures, learn[number])))
    feeders = [row for row, meter in enumerate(firm.meters) if meter.role is Role.TOTAL]
    if not feeders:
        return rows
    whole = kw[feeders].sum(axis=0)
    for row, meter in enumerate(firm.meters):
        if meter.role is Role.SOLAR:
            whole = whole + fill_small(kw[row])
        elif meter.role in SUDDEN:
            whole = whole - kw[row]  # a gap can't be filled: what hung on it then is not known
        elif meter.role is Role.OFFICE or (meter.role is Role.PROTECTIVE and meter.protects is None):
            whole = whole - fill_small(kw[row])
    if firm.solar_kwp and not any(meter.role is Role.SOLAR for meter in firm.meters):
        sun = np.nan_to_num(np.repeat(firm.irradiance_w_m2, 4)) / 1000.0
        whole = whole + np.float32(firm.solar_kwp * figures.solar_yield) * sun
    rated = max((firm.meters[row].rated_kw or 1.0) for row in feeders)
    rows.append(_Row(WHOLE_NAME, whole.astype(np.float32), figures.total_rest * rated, figures.total_running * rated, nothing))
    if process:
        metered = [row for row, meter in enumerate(firm.meters) if meter.role is Role.PROTECTIVE and meter.protects]
        left = whole - kw[process].sum(axis=0) - sum(fill_small(kw[row]) for row in metered)
        spare = max(0.05 * rated, figures.total_running * rated - sum(row.span_kw for row in rows[: len(process)]))
        rows.append(_Row(UNMETERED_NAME, left.astype(np.float32), figures.total_rest * rated, spare, nothing))
    return rows


def _follow(firm: Firm, rows: list[_Row], figures: LoadFigures) -> dict[str, Line]:
    """All rows through the pass."""
    count = len(rows)
    if not count:
        return {}
    kw = np.stack([row.kw for row in rows])
    mixed = np.array([row.name in (WHOLE_NAME, UNMETERED_NAME) for row in rows])
    tracks = new_tracks(np.array([row.rest_kw for row in rows]), np.array([row.span_kw for row in rows]), mixed)
    told = Tracking.empty(count, len(firm.days))
    learn = learning_days(firm, [row.name for row in rows])
    track_rows(kw, drivers_of(firm, figures), firm.days.kind, learn, rules_of(figures), tracks, *told.rows(slice(None)))
    return {row.name: _line(row, told.days[n], told.curves[n], told.share[n], told.state[n]) for n, row in enumerate(rows)}


def _line(row: _Row, shares: Shares, curve: Shares, share: Shares, state: NDArray[np.uint8]) -> Line:
    rest, span, normal, energy, known, moved = shares.T
    return Line(row.name, row.kw, share, state, rest, span, normal, energy, known.astype(np.uint8), moved, curve, row.guard)


def learning_days(firm: Firm, names: list[str]) -> NDArray[np.uint8]:
    """1 where a day may become part of what is normal, uint8[rows, days]: not under a stop of the whole or of the row itself; the
    sums do not learn under a stop of any part.
    """
    learn = np.ones((len(names), len(firm.days)), np.uint8)
    for stop in stops_of(firm, serve_days=0, slow_serve_days=0):
        days = slice(stop.begin // QUARTERS_OF_A_DAY, stop.end // QUARTERS_OF_A_DAY)
        for row, name in enumerate(names):
            if stop.scope not in firm_lines(firm) or name in (stop.scope, WHOLE_NAME, UNMETERED_NAME):
                learn[row, days] = 0
    return learn


def firm_lines(firm: Firm) -> frozenset[str]:
    """Ids of the process meters."""
    return frozenset(meter.id for meter in firm.meters if meter.role is Role.PROCESS)


def drivers_of(firm: Firm, figures: LoadFigures) -> NDArray[np.float64]:
    """What rest may follow, float64[hours, DRIVERS]: constant, office hours, cold and warmth (in 10 K), sun (kW/m2)."""
    hour = np.arange(len(firm.days) * HOURS) % HOURS
    working = np.repeat(np.isin(firm.days.kind, (0, 3)), HOURS)
    drivers = np.zeros((len(hour), DRIVERS))
    drivers[:, 0] = 1.0
    drivers[:, 1] = (hour >= DAY_H[0]) & (hour < DAY_H[1]) & working
    drivers[:, 2] = np.maximum(0.0, figures.heated_below_c - firm.temperature_c) / 10.0
    drivers[:, 3] = np.maximum(0.0, firm.temperature_c - figures.cooled_above_c) / 10.0
    drivers[:, 4] = firm.irradiance_w_m2 / 1000.0
    return np.nan_to_num(drivers)


def _sum_up(firm: Firm, process: tuple[Line, ...], whole: Line | None, unmetered: Line | None) -> Load:
    """The firm's load from its lines: from the process meters where they all tell, else from the whole."""
    quarters, days = firm.days.quarters, len(firm.days)
    kw, share = np.full((2, quarters), np.nan, np.float32)
    state = np.full(quarters, CANNOT_TELL, np.uint8)
    grounds = np.full(quarters, Grounds.NOTHING, np.uint8)
    day_share, known = np.full((2, days), np.nan, np.float32)
    rest, normal = np.full((2, days), np.nan, np.float32)
    for lines, ground in (((whole,) if whole else (), Grounds.TOTAL), (process, Grounds.PROCESS)):
        if not lines:
            continue
        above = np.stack([line.share * np.repeat(line.span_kw, QUARTERS_OF_A_DAY) for line in lines])
        spans = np.sum([line.span_kw for line in lines], axis=0)
        states = np.stack([line.state for line in lines])
        told = (states != CANNOT_TELL).all(axis=0) | ((states == YES).any(axis=0) & (ground is Grounds.PROCESS))
        kw[told] = np.nansum(above, axis=0)[told]
        share[told] = kw[told] / np.repeat(spans, QUARTERS_OF_A_DAY)[told]
        state[told] = np.where((states == YES).any(axis=0), YES, np.where((states == LOW).any(axis=0), LOW, NO))[told]
        grounds[told] = ground
        normal_kwh = np.stack([line.normal_kwh for line in lines])
        seen = np.min([line.known for line in lines], axis=0).astype(np.float32) / QUARTERS_OF_A_DAY
        of_day = np.sum([line.day_share() for line in lines] * normal_kwh, axis=0) / normal_kwh.sum(axis=0)
        better = ~(seen < 0.5) | ~np.isfinite(day_share)
        day_share, known = np.where(better, of_day, day_share), np.where(better, seen, known)
        rest, normal = np.sum([line.rest_kw for line in lines], axis=0), spans
    hours = np.where(state == YES, 0.25, 0.0).reshape(days, -1).sum(axis=1)
    ratio, usual = _night_ratios(kw.reshape(days, -1), hours)
    used = [line.meter for line in process] or [meter.id for meter in firm.meters if meter.role is Role.TOTAL]
    return Load(
        process, whole, unmetered, kw, share, state, grounds, np.asarray(day_share, np.float32), np.asarray(known, np.float32),
        hours.astype(np.float32), ratio, usual, rest.astype(np.float32), normal.astype(np.float32), tuple(used),
    )  # fmt: skip


def _night_ratios(kw: Shares, running_h: NDArray[np.float64]) -> tuple[Shares, Shares]:
    """Of each day, and the median of up to 28 producing days before it; NaN where unknown."""
    hour = np.arange(QUARTERS_OF_A_DAY) // 4
    night, day = (hour >= NIGHT_H[0]) | (hour < NIGHT_H[1]), (hour >= DAY_H[0]) & (hour < DAY_H[1])
    sums = [
        np.where(np.isfinite(kw[:, part]).sum(axis=1) >= 12, np.nansum(np.maximum(kw[:, part], 0), axis=1), np.nan)
        for part in (night, day)
    ]
    counts = [np.maximum(1, np.isfinite(kw[:, part]).sum(axis=1)) for part in (night, day)]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (sums[0] / counts[0]) / (sums[1] / counts[1])
    usual = np.full(len(kw), np.nan, np.float32)
    past: list[float] = []
    for number in range(len(kw)):
        if past:
            usual[number] = np.median(past[-28:])
        if running_h[number] >= 2 and np.isfinite(ratio[number]):
            past.append(float(ratio[number]))
    return ratio.astype(np.float32), usual
