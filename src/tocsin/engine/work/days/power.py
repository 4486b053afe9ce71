"""What the curves of a day say of its output: energy above rest against that of a normal day at work."""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import PowerFigures
from tocsin.engine.work.days.fixed_share import FixedShare
from tocsin.engine.work.days.normals import Normal, quantile
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY
from tocsin.engine.work.load.model import Line, Load

Floats = NDArray[np.float64]
HOURS = 24
QUARTER_H = 0.25
QUARTER_MIN = 15
SQRT_TWO_PI = 2.507
MOST_OUTPUT = float(SCALE.output.max())  # no plant makes more in a day
LEAST = 1e-3  # kWh or kW of a day at work


@dataclass(frozen=True, eq=False)
class PowerRow:
    """One way to measure a day's work. `kw` float64 (days, quarters): power above rest, 0 where unknown; by day, float64 (days,):
    `known` share of a day's usual work that falls into known hours, `usual_kwh` of a normal day and `usual_kw` of running as the
    load has them, `moved_kw` by how much the rest level had been found to lie elsewhere than at first. `process`: by the meters
    of the lines, else by what is left of the grid connection. `registered`: quarters of a day in the registered hours,
    bool[quarters]; `ran_h` float64 (days,): hours in which it ran, lines weighed by their power.
    """

    process: bool
    kw: Floats
    known: Floats
    usual_kwh: Floats
    usual_kw: Floats
    moved_kw: Floats
    registered: NDArray[np.bool_]
    ran_h: Floats

    def told(self, day: int, figures: PowerFigures) -> bool:
        """Whether enough of a day is known."""
        return bool(self.known[day] >= figures.least_known and self.usual_kwh[day] > 0.0)

    def energy(self, day: int, from_kw: float) -> tuple[float, float]:
        """kWh of a day in quarters from a power on, and in those below; gaps filled by the usual course of a day."""
        running = self.kw[day] >= from_kw
        scale = QUARTER_H / float(self.known[day])
        return float(self.kw[day][running].sum()) * scale, float(self.kw[day][~running].sum()) * scale

    def beyond(self, day: int, figures: PowerFigures) -> float:
        """kWh of a day outside the registered hours, gaps filled as in `energy`; 0 where most of it falls there, since then the
        hours in the register aren't the plant's.
        """
        outside = max(float(self.kw[day][~self.registered].sum()), 0.0)
        told = outside <= figures.most_beyond * float(self.kw[day].sum())
        return outside * QUARTER_H / float(self.known[day]) if told else 0.0

    def even(self, day: int, figures: PowerFigures) -> bool:
        """Whether the power of a day is much the same at all hours, as that which keeps furnaces hot."""
        told = self.kw[day][self.kw[day] != 0.0]
        if len(told) < len(self.kw[day]) * figures.least_known:
            return False
        middle = float(np.median(told))
        near = np.abs(told - middle) <= figures.even_within * middle
        return middle > 0.0 and float(near.mean()) >= figures.even

    def like_test(self, day: int, from_kw: float, figures: PowerFigures) -> bool:
        """Whether all that ran could be a test: a short run by day."""
        ran = np.flatnonzero(self.kw[day] >= from_kw) * (HOURS / self.kw.shape[1])
        if len(ran) == 0:
            return False
        by_day = ran[0] >= figures.test_from_h and ran[-1] < figures.test_to_h
        return bool(by_day and len(ran) * QUARTER_H <= figures.test_h)


class PowerNormal:
    """What a row shows on days at full work: energy of the day (`kwh` in the registered hours, `beyond` outside them), power
    while it runs (`kw`), share of the energy in low quarters (`held`: heat kept between shifts); and its energy on days at rest.
    """

    def __init__(self, figures: PowerFigures) -> None:
        self.figures = figures
        self.kwh = Normal(0.0, figures.normal_quantile, window=figures.normal_window)
        self.kw = Normal(0.0, window=figures.normal_window)
        self.held = Normal(0.0, window=figures.normal_window)
        self.held.guess = 0.0
        self.beyond = Normal(0.0, window=figures.normal_window)
        self.lately: deque[tuple[float, float, float]] = deque(maxlen=figures.outgrown_days)
        self.counted_h: deque[float] = deque(maxlen=figures.normal_window)  # hours that `kwh` of those days counts
        self.moved_kw = 0.0
        self.fixed = FixedShare(figures)

    def _follow_rest(self, row: PowerRow, day: int) -> None:
        """Brings past days to the rest level as it is known now: a plant that was never at rest is first found to rest lower when
        it does, and then all its days made more above rest than was thought.
        """
        step = float(row.moved_kw[day]) - self.moved_kw
        if step == 0.0:
            return
        self.moved_kw += step
        for place, counted_h in enumerate(self.counted_h):
            self.kwh.running[place] = max(self.kwh.running[place] - step * counted_h, LEAST)
            self.kw.running[place] = max(self.kw.running[place] - step, LEAST)
        for place, kwh in enumerate(self.kwh.resting):
            self.kwh.resting[place] = kwh - step * HOURS
        for place, (kwh, kw, counted_h) in enumerate(self.lately):
            self.lately[place] = (max(kwh - step * counted_h, LEAST), max(kw - step, LEAST), counted_h)

    def level(self, row: PowerRow, day: int) -> tuple[float, float]:
        """kWh of a normal day and kW of running: learnt from days at full work, at first as the load guesses them."""
        self._follow_rest(row, day)
        own = len(self.kwh.running)
        if own == 0:
            return float(row.usual_kwh[day]), float(row.usual_kw[day])
        return self._usual_kwh(), self.kw.level()

    def _usual_kwh(self) -> float:
        """The middle of the days that come near to a good one: energy in registered hours, and beyond them only what is usual."""
        good = self.figures.near_good * self.kwh.level()
        within = quantile((kwh for kwh in self.kwh.running if kwh >= good), self.figures.normal_middle)
        return within + quantile([*self.beyond.running, *[0.0] * self.figures.beyond_prior], 0.5)

    def learn(
        self, row: PowerRow, day: int, full: float, stopped: float, working: float, output: float, *, alone: bool = True
    ) -> None:
        """Only days at full work tell what normal is, but for the first few, of which nobody knows yet how full they are; only
        days on which the plant was shut tell its rest: what keeps furnaces hot is no noise of it.
        """
        if not row.told(day, self.figures) or row.known[day] < self.figures.known_to_learn:
            return
        self._follow_rest(row, day)
        energy, running_kw = sum(row.energy(day, 0.0)), quantile(row.kw[day].tolist(), 0.9)
        low = row.energy(day, self.figures.run_share * running_kw)[1]
        beyond = row.beyond(day, self.figures)
        if working < 0.1 and stopped > 0.5:
            self.kwh.resting.append(energy)
        elif working > 0.6 and output > 0.5 and energy > self.figures.first_share * float(row.usual_kwh[day]):
            counted_h = float(row.registered.sum()) * QUARTER_H if beyond > 0.0 else float(HOURS)
            self.lately.append((energy - beyond, running_kw, counted_h))
            young = alone and self.young
            if full > 0.6 or young:
                self.kwh.running.append(energy - beyond)
                self.beyond.running.append(beyond)
                self.kw.running.append(running_kw)
                self.counted_h.append(counted_h)
                self.held.running.append(max(low, 0.0) / energy)
                self.fixed.ran_h.running.append(float(row.ran_h[day]))
            elif len(self.kwh.running) <= self.figures.outgrown_until and self._outgrown():
                self.kwh.running.extend(kwh for kwh, _kw, _h in self.lately)
                self.kw.running.extend(kw for _kwh, kw, _h in self.lately)
                self.counted_h.extend(counted_h for _kwh, _kw, counted_h in self.lately)

    def learn_fixed(self, row: PowerRow, day: int, flows: Floats) -> None:
        """How power follows output, by a day at work of which `flows` float64 (points,) tell the rate."""
        if row.told(day, self.figures) and not self.young:
            run = shown(row, day, self).run
            if run <= MOST_OUTPUT:
                self.fixed.learn(run, self.fixed.ran(float(row.ran_h[day])), *spreads_of(row, day, self), flows)

    @property
    def young(self) -> bool:
        """Whether the normal was learnt from few days."""
        return len(self.kwh.running) < self.figures.young_days

    def _outgrown(self) -> bool:
        """Whether a young normal was learnt from days at less: the plant has for long run far above it."""
        if len(self.lately) < self.figures.outgrown_days:
            return False
        outgrown = quantile((kwh for kwh, _kw, _h in self.lately), 0.1) > self.figures.outgrown * self.kwh.level()
        if outgrown:
            for kept in (self.kwh.running, self.kw.running, self.counted_h):
                kept.clear()
        return outgrown


def power_rows(load: Load, shifts: tuple[tuple[int, int], ...], figures: PowerFigures) -> tuple[PowerRow, ...]:
    """The lines together, where all of them tell, and the connection. `shifts`: registered hours, as of a firm."""
    registered = _registered(shifts)
    rows: list[PowerRow] = []
    if load.lines:
        told = [_row(line, registered, figures) for line in load.lines]
        kw, usual_kwh, usual_kw, moved_kw = (
            np.asarray(np.sum([getattr(row, name) for row in told], axis=0), np.float64)
            for name in ("kw", "usual_kwh", "usual_kw", "moved_kw")
        )
        parts = np.array([row.known * row.usual_kwh for row in told])
        known = np.asarray(parts.sum(axis=0) / np.maximum(usual_kwh, LEAST), np.float64)
        ran_h = np.sum([row.ran_h * row.usual_kw for row in told], axis=0) / np.maximum(usual_kw, LEAST)
        rows.append(PowerRow(True, kw, known, usual_kwh, usual_kw, moved_kw, registered, ran_h))
    if load.whole is not None:
        rows.append(_row(load.whole, registered, figures))
    return tuple(rows)


def _registered(shifts: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    """Quarters of a day that lie in the registered hours or beside them, bool[quarters]; all where none are registered."""
    made = np.zeros(QUARTERS_OF_A_DAY, np.bool_)
    for begin, end in shifts:
        first, last = begin // QUARTER_MIN - 1, -(-end // QUARTER_MIN) + 1
        made[np.arange(first, last) % QUARTERS_OF_A_DAY] = True
    return made if made.any() else ~made


def _row(line: Line, registered: NDArray[np.bool_], figures: PowerFigures) -> PowerRow:
    days = len(line.normal_kwh)
    share = line.share.reshape(days, QUARTERS_OF_A_DAY).astype(np.float64)
    by_hour = np.isfinite(share).reshape(days, HOURS, -1).mean(axis=2)
    course = np.nan_to_num(line.expected.astype(np.float64)) + 0.05
    known = np.asarray((by_hour * course).sum(axis=1) / course.sum(axis=1), np.float64)
    span = line.span_kw.astype(np.float64)
    usual_kwh = line.normal_kwh.astype(np.float64)
    kw, moved_kw = np.nan_to_num(share * span[:, None]), line.moved_kw.astype(np.float64)
    ran_h = (np.nan_to_num(share) >= figures.run_share).sum(axis=1) * QUARTER_H / np.maximum(known, LEAST)
    return PowerRow(line.meter != "whole", kw, known, usual_kwh, span, moved_kw, registered, ran_h)


def weigh_power(
    row: PowerRow, day: int, normal: PowerNormal, ordered: bool, *, alone: bool = True, missing: float = 0.0
) -> Floats:
    """Log-likelihood of a day's energy over the scale, float64 (points,), 0 everywhere where nothing is known.

    A plant that stands ready draws a little in all hours without output; one that works at a low rate looks alike, and is
    likelier under an order. So low quarters count as output or not, each as likely as the figures have it. Before any day at
    work was seen the level is a guess from rated power, and those lists have errors: then it only tells work from rest. `alone`:
    no other row told anything of the day; `missing`: share of a normal day's output that the row does not see.
    """
    figures = normal.figures
    if not row.told(day, figures):
        return np.zeros(len(SCALE))
    run, low, level, running_kw = shown(row, day, normal, missing)
    if not normal.kwh.running:
        return _first(run + low, figures)
    if run > MOST_OUTPUT:  # the normal level is wrong: the plant works, nobody knows at what rate
        return np.where(SCALE.working, 0.0, -figures.most)
    rest, relative = spreads_of(row, day, normal)
    resting = normal.kwh.resting
    noise = rest + (quantile(map(abs, resting), figures.rest_quantile) / level if resting else 0.0)
    low = max(low, -noise)  # below its rest level a curve shows less than nothing, not work
    spread = np.hypot(rest, relative * SCALE.output)
    standing = _bell(low, SCALE.draw - SCALE.output, noise)
    ready = standing * _bell(run, SCALE.output, spread)
    hot = _bell(run + low, SCALE.draw, np.hypot(rest, 0.04)) if row.even(day, figures) else 0.0 * SCALE.draw
    ready = np.where(SCALE.hot, hot / noise, ready)  # by all energy at once: as dense as a low part that fits
    if row.like_test(day, figures.run_share * running_kw, figures):
        ready = (1.0 - figures.tests) * ready + figures.tests * standing * _even(run)
    aside = 0.7 * _bell(low, 0.0, noise) + 0.3 * _even(low)
    plain = aside * normal.fixed.likely(run, normal.fixed.ran(float(row.ran_h[day])), rest, relative)
    together = _even(low) * _bell(run + low, SCALE.output, np.hypot(spread, noise))
    slow = figures.slow_ordered if ordered else figures.slow
    fit = np.where(SCALE.working, (1.0 - slow) * plain + slow * together, ready)
    astray = figures.process_astray if row.process else figures.total_astray
    odds = np.log(fit + astray * _anything(fit.max(), figures) + 1e-300)
    weight = figures.process_weight if row.process else figures.alone_weight if alone else figures.total_weight
    best = odds[SCALE.working].max()
    # a connection with other loads on it is less sure of work than, given work, of its rate
    odds = np.where(SCALE.working, weight * best + (figures.alone_rate if alone else weight) * (odds - best), weight * odds)
    return np.asarray(np.maximum(odds - odds.max(), -figures.most))


class Shown(NamedTuple):
    """Energy of a day while it ran and in low quarters, as shares of a normal day's `kwh` and without heat that is held on any
    day at work; `kw` of running.
    """

    run: float
    low: float
    kwh: float
    kw: float


def shown(row: PowerRow, day: int, normal: PowerNormal, missing: float = 0.0) -> Shown:
    """What a row shows of a day against its normal one."""
    figures = normal.figures
    level, running_kw = normal.level(row, day)
    level /= 1.0 - missing
    run, low = (energy / level for energy in row.energy(day, figures.run_share * running_kw))
    if normal.kwh.running:
        run, low = _without_held(run, low, min(normal.held.level(), figures.held_most), figures)
    return Shown(run, low, level, running_kw)


def spreads_of(row: PowerRow, day: int, normal: PowerNormal) -> tuple[float, float]:
    """Spread of a day's share at rest, and in work by its height."""
    figures = normal.figures
    rest, relative = (figures.process_rest, figures.process_run) if row.process else (figures.total_rest, figures.total_run)
    rest += (1.0 - min(float(row.known[day]), 1.0)) * figures.gap_spread
    return rest, float(np.hypot(relative, figures.unlearnt_spread / (1.0 + len(normal.kwh.running)) ** 2))


def _first(share: float, figures: PowerFigures) -> Floats:
    """Against a level that is only guessed."""
    odds = figures.first_odds if share >= figures.first_share else -figures.first_odds
    return np.asarray(np.where(SCALE.working, min(odds, 0.0), -max(odds, 0.0)))


def _bell(value: float, middle: Floats | float, spread: Floats | float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((value - middle) / spread) ** 2) / spread)


def _without_held(run: float, low: float, held: float, figures: PowerFigures) -> tuple[float, float]:
    """Shares of a normal day's energy at work and in low quarters, without the heat that is held between shifts on any day at
    work: `held` of the energy of a normal day.
    """
    kept = min(max(low, 0.0), held * min(run / figures.plainly_ran, 1.0))
    return run / (1.0 - held), low - kept


def _anything(best: float, figures: PowerFigures) -> float:
    """Density of a reading that means nothing: any energy up to half more than a normal day's; no more than the `best` fit."""
    return min(_even(0.0) * (SQRT_TWO_PI / figures.any_energy), best)


def _even(energy: float) -> float:
    """Density of an energy that may be anything up to a fifth of a day's."""
    return 5.0 * float(np.exp(-max(energy - 0.2, 0.0) / 0.05)) * 2.5
