"""What the curves of a day say of its output: energy above rest against that of a normal day at work."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import PowerFigures
from tocsin.engine.work.days.normals import Normal
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY
from tocsin.engine.work.load import Line, Load

Floats = NDArray[np.float64]
HOURS = 24


@dataclass(frozen=True, eq=False)
class PowerRow:
    """One way to measure a day's work. By day, float64 (days,): `run` and `low` kWh above rest in quarters that plainly run and
    in the others, gaps filled by a day's usual course, NaN where too little is known; `known` share of the usual work that falls
    into known hours; `usual` kWh of a normal day as the load has it. `process`: by the meters of the lines, else by what is left
    of the grid connection.
    """

    process: bool
    run: Floats
    low: Floats
    known: Floats
    usual: Floats


def power_rows(load: Load, figures: PowerFigures) -> tuple[PowerRow, ...]:
    """The lines together, where all of them tell, and the connection."""
    rows: list[PowerRow] = []
    if load.lines:
        told = [_row(line, figures) for line in load.lines]
        run, low, usual = (np.sum([getattr(row, name) for row in told], axis=0) for name in ("run", "low", "usual"))
        rows.append(PowerRow(True, run, low, np.asarray(np.min([row.known for row in told], axis=0)), usual))
    if load.whole is not None:
        rows.append(_row(load.whole, figures))
    return tuple(rows)


def _row(line: Line, figures: PowerFigures) -> PowerRow:
    days = len(line.normal_kwh)
    by_hour = np.isfinite(line.share.reshape(days, HOURS, QUARTERS_OF_A_DAY // HOURS)).mean(axis=2)
    course = np.nan_to_num(line.expected.astype(np.float64)) + 0.05
    known = np.asarray((by_hour * course).sum(axis=1) / course.sum(axis=1), np.float64)
    share = np.nan_to_num(line.share.reshape(days, QUARTERS_OF_A_DAY).astype(np.float64))
    running = share >= figures.run_share
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(known >= figures.least_known, line.span_kw / 4.0 / known, np.nan)
    run = (share * running).sum(axis=1) * scale
    low = (share * ~running).sum(axis=1) * scale
    return PowerRow(line.meter != "whole", run, low, known, line.normal_kwh.astype(np.float64))


def weigh_power(row: PowerRow, day: int, normal: Normal, ordered: bool, figures: PowerFigures) -> Floats:
    """Log-likelihood of a day's energy over the scale, float64 (points,), 0 everywhere where nothing is known.

    A plant that stands ready draws a little in all hours without output; one that works at a low rate looks alike, and is
    likelier under an order. So low quarters count as output or not, each as likely as the figures have it.
    """
    level = power_level(row, day, normal, figures)
    if not np.isfinite(row.run[day]) or not level > 0.0:
        return np.zeros(len(SCALE))
    run, low = float(row.run[day]) / level, float(row.low[day]) / level
    rest, relative = (figures.process_rest, figures.process_run) if row.process else (figures.total_rest, figures.total_run)
    rest += (1.0 - min(row.known[day], 1.0)) * figures.gap_spread
    noise = rest + (float(np.median(np.abs(normal.resting))) / level if normal.resting else 0.0)
    learnt = len(normal.running)
    relative = np.hypot(relative, figures.unlearnt_spread / (1.0 + learnt) ** 2)
    spread = np.hypot(rest, relative * SCALE.output)
    ready = _bell(low, SCALE.draw - SCALE.output, noise) * _bell(run, SCALE.output, spread)
    aside = 0.7 * _bell(low, 0.0, noise) + 0.3 * _even(low)
    plain = aside * _bell(run, SCALE.output, spread)
    together = _even(low) * _bell(run + low, SCALE.output, np.hypot(spread, noise))
    slow = figures.slow_ordered if ordered else figures.slow
    fit = np.where(SCALE.working, (1.0 - slow) * plain + slow * together, ready)
    astray = figures.process_astray if row.process else figures.total_astray
    odds = np.log(fit + astray * fit.max() + 1e-300)
    odds = (odds - odds.max()) * (figures.process_weight if row.process else figures.total_weight)
    return np.asarray(np.maximum(odds, -figures.most))


def _bell(value: float, middle: Floats | float, spread: Floats | float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((value - middle) / spread) ** 2) / spread)


def _even(low: float) -> float:
    """Density of the energy of low quarters where anything up to a fifth of a day's may be."""
    return 5.0 * float(np.exp(-max(low - 0.2, 0.0) / 0.05)) * 2.5


def power_level(row: PowerRow, day: int, normal: Normal, figures: PowerFigures) -> float:
    """kWh of a normal day: learnt from days at full work, at first as the load guesses it."""
    own = len(normal.running)
    guess = float(row.usual[day])
    if own == 0 or not guess > 0.0:
        return normal.level() if own else guess
    weight = own / (own + figures.guess_days)
    return weight * normal.level() + (1.0 - weight) * guess
