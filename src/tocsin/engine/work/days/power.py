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
    """One way to measure a day's work. By day, float64 (days,): `energy` kWh above rest, gaps filled by a day's usual course,
    NaN where too little is known; `known` share of the work that falls into known hours; `usual` kWh of a normal day as the load
    has it. `process`: by the meters of the lines, else by what is left of the grid connection.
    """

    process: bool
    energy: Floats
    known: Floats
    usual: Floats


def power_rows(load: Load, figures: PowerFigures) -> tuple[PowerRow, ...]:
    """The lines together, where all of them tell, and the connection."""
    rows: list[PowerRow] = []
    if load.lines:
        told = [_row(line, figures) for line in load.lines]
        rows.append(
            PowerRow(
                True,
                np.sum([row.energy for row in told], axis=0),
                np.asarray(np.min([row.known for row in told], axis=0), np.float64),
                np.sum([row.usual for row in told], axis=0),
            )
        )
    if load.whole is not None:
        rows.append(_row(load.whole, figures))
    return tuple(rows)


def _row(line: Line, figures: PowerFigures) -> PowerRow:
    days = len(line.normal_kwh)
    quarters = np.isfinite(line.kw.reshape(days, HOURS, QUARTERS_OF_A_DAY // HOURS)).mean(axis=2)
    course = np.nan_to_num(line.expected.astype(np.float64)) + 0.05
    known = np.asarray((quarters * course).sum(axis=1) / course.sum(axis=1), np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        energy = np.where(known >= figures.least_known, line.energy_kwh / known, np.nan)
    return PowerRow(line.meter != "whole", energy, known, line.normal_kwh.astype(np.float64))


def weigh_power(row: PowerRow, day: int, normal: Normal, figures: PowerFigures) -> Floats:
    """Log-likelihood of a day's energy over the scale, float64 (points,), 0 everywhere where nothing is known."""
    level = power_level(row, day, normal, figures)
    if not np.isfinite(row.energy[day]) or not level > 0.0:
        return np.zeros(len(SCALE))
    rest, run = (figures.process_rest, figures.process_run) if row.process else (figures.total_rest, figures.total_run)
    gap = (1.0 - min(row.known[day], 1.0)) * figures.gap_spread
    wander = float(np.median(np.abs(normal.resting))) / level if normal.resting else 0.0
    spread = np.hypot(rest + gap + wander, run * SCALE.draw)
    share = float(row.energy[day]) / level
    fit = np.exp(-0.5 * ((share - SCALE.draw) / spread) ** 2) / spread
    astray = figures.process_astray if row.process else figures.total_astray
    odds = np.log(fit + astray * fit.max() + 1e-300)
    odds = (odds - odds.max()) * (figures.process_weight if row.process else figures.total_weight)
    return np.asarray(np.maximum(odds, -figures.most))


def power_level(row: PowerRow, day: int, normal: Normal, figures: PowerFigures) -> float:
    """kWh of a normal day: learnt from days at full work, at first as the load guesses it."""
    own = len(normal.running)
    guess = float(row.usual[day])
    if own == 0:
        return guess
    weight = own / (own + (figures.guess_days if guess > 0.0 else 0.0))
    return weight * normal.level() + (1.0 - weight) * (guess if guess > 0.0 else 0.0)
