"""The slow twin of the pass over curves: plain Python and NumPy, written from the text of `track_rows`."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.tracking import CANNOT_TELL, LOW, NO, YES

Floats = NDArray[np.float64]


@dataclass(eq=False)
class Slow:
    """What is known of one row."""

    figures: LoadFigures
    rest_kw: float
    span: float
    mixed: bool
    theta: Floats = field(init=False)
    gain: Floats = field(init=False)
    levels: list[float] = field(default_factory=list)
    energies: list[float] = field(default_factory=list)
    settled: bool = False
    on: bool = False
    days: int = 0
    deep: int = 0

    def __post_init__(self) -> None:
        self.theta = np.array([self.rest_kw, 0.0, 0.0, 0.0, 0.0])
        self.gain = np.diag([100.0, 1.0, 1.0, 1.0, 1.0])
        self.noise = 0.02 * self.span
        self.energy = 12.0 * self.span

    def rest(self, driver: Floats) -> float:
        return float(self.theta @ driver) if self.mixed else float(self.theta[0])

    def day(self, kw: NDArray[np.float32], drivers: Floats, learn: bool) -> tuple[list[float], list[int], float]:
        """Shares and states of the quarters of a day, and its span as it began."""
        figures, begun = self.figures, self.span
        running = max(
            figures.mixed_running_share if self.mixed else figures.running_share, figures.noise_times * self.noise / self.span
        )
        still = running * figures.still_running_share / figures.running_share
        shares, states, worked = [], [], 0.0
        for hour in range(24):
            rest, span, idle = self.rest(drivers[hour]), self.span, []
            for value in kw[hour * 4 : hour * 4 + 4]:
                share = (float(value) - rest) / span
                shares.append(share)
                if not np.isfinite(share):
                    states.append(CANNOT_TELL)
                    continue
                self.on = share >= (still if self.on else running)
                state = YES if self.on else LOW if share >= figures.low_share else NO
                states.append(state)
                if state == YES or (state == LOW and not self.mixed):
                    worked += share
                if state == NO or (state == LOW and self.mixed and learn):
                    idle.append(float(value))
            if len(idle) == 4:
                self.follow(drivers[hour], float(np.mean(idle)))
        self.finish(kw, np.array(shares), np.array(states), worked, begun, learn)
        return shares, states, begun

    def follow(self, driver: Floats, level: float) -> None:
        miss = level - self.rest(driver)
        if self.mixed and miss < -0.15 * self.span:
            self.deep += 1
            if self.deep < 12:
                return
            step = 0.5 * miss
            self.theta[0] += step
            self.span -= step
            self.levels = [kept - step for kept in self.levels]
            return
        if self.mixed:
            self.deep = 0
        usual = max(self.noise, 0.01 * self.span)
        self.noise += 0.02 * (min(abs(miss), 4.0 * usual) * 1.25 - self.noise)
        miss = float(np.clip(miss, -3.0 * usual, 3.0 * usual))
        if not self.mixed:
            self.theta[0] += 0.05 * miss
            return
        keep = np.exp(-1.0 / self.figures.memory_h)
        told = self.gain @ driver
        size = keep + driver @ told
        self.theta += told / size * miss
        self.gain = (self.gain - np.outer(told, told) / size) / keep
        self.theta[1:4] = np.maximum(self.theta[1:4], 0.0)
        for one in range(5):
            if self.gain[one, one] > 1.0:
                self.gain[one, :] *= 0.5
                self.gain[:, one] *= 0.5

    def finish(
        self, kw: NDArray[np.float32], shares: Floats, states: NDArray[np.int64], worked: float, begun: float, learn: bool
    ) -> None:
        self.days += 1
        if not learn:
            return
        if not self.settled and self.days <= self.figures.prior_days:
            self.begin(kw[np.isfinite(kw)].astype(np.float64))
        ran = states == YES
        if ran.sum() < self.figures.producing_h * 4:
            return
        self.levels.append(float(shares[ran].mean()) * float(np.float32(begun)))
        self.span = self.normal(self.levels[-self.figures.learning_days :])

    def begin(self, known: Floats) -> None:
        if len(known) < 48:
            return
        known = np.sort(known)
        low, high = known[len(known) // 10], known[len(known) - 1 - len(known) // 10]
        contrast = high - low
        if not self.mixed:
            low = self.theta[0]
        if contrast > 0.4 * high and (contrast > 0.25 * self.span or self.days >= 4):
            above = known[known > low + 0.3 * (high - low)] - low
            self.theta[0], self.span = low, float(above.mean())
            self.noise = 0.03 * self.span
            self.settled, self.levels = True, []
        elif high - self.theta[0] > 3.0 * self.span:
            self.span, self.levels = float(high - self.theta[0]), []

    def normal(self, levels: list[float]) -> float:
        held = np.sort(levels)
        at = [held[int(q * (len(held) - 1) + 0.5)] for q in (self.figures.normal_quantile, 0.85)]
        return float(max(at[0], 0.8 * at[1], 1e-3))
