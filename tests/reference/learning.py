"""Twins of the rules that learn: all numbers are worked out again from the whole history at every reading."""

from itertools import pairwise
from math import sqrt

from tests.reference.edges import History, Told
from tocsin.engine.detection.rule import Edge
from tocsin.engine.detectors.cusum import Cusum
from tocsin.engine.detectors.noise import Noise
from tocsin.engine.detectors.rate_of_fall import RateOfFall
from tocsin.engine.detectors.rate_of_rise import RateOfRise
from tocsin.engine.detectors.zscore import ZScore


class ReferenceRateOfRise:
    def __init__(self, settings: RateOfRise) -> None:
        self.settings = settings
        self.raised = False
        self.over = 0

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        if not history:
            return []
        rate = 0.0
        known = [*history, (ts, value)]
        for (ts_0, value_0), (ts_1, value_1) in pairwise(known):
            elapsed = ts_1 - ts_0
            rate = rate + ((value_1 - value_0) - rate * elapsed) / (self.settings.smoothing_s * 1000 + elapsed)
        limit = self.settings.rise / (self.settings.over_s * 1000)
        clear = self.settings.clear_rise / (self.settings.over_s * 1000)
        if self.raised:
            if rate < clear:
                self.raised = False
                return [self._told(Edge.CLEAR, 0, ts, value, rate, clear)]
            return []
        self.over = self.over + 1 if rate >= limit and value >= self.settings.from_value else 0
        if self.over < self.settings.hold_readings:
            return []
        self.raised, self.over = True, 0
        return [self._told(Edge.RAISE, int(self.settings.level), ts, value, rate, limit)]

    def _told(self, edge: Edge, level: int, ts: int, value: float, rate: float, limit: float) -> Told:
        figures = (rate * 60_000, limit * 60_000, self.settings.smoothing_s, 0.0)
        return Told("rate_of_rise", edge, level, ts, value, limit * 60_000, figures)


class ReferenceRateOfFall:
    """As the rise of the values turned upside down."""

    def __init__(self, settings: RateOfFall) -> None:
        self.mirror = ReferenceRateOfRise(
            RateOfRise(
                level=settings.level,
                rise=settings.fall,
                clear_rise=settings.clear_fall,
                over_s=settings.over_s,
                smoothing_s=settings.smoothing_s,
                from_value=-settings.from_value,
                hold_readings=settings.hold_readings,
            )
        )

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        turned = History((at, -one) for at, one in history)
        return [told._replace(rule="rate_of_fall", value=value) for told in self.mirror.read(ts, -value, turned)]


def weighted(values: list[float], memory_readings: float) -> tuple[float, float]:
    """Exponentially weighted mean and variance, the first value being the first mean."""
    weight = 2 / (memory_readings + 1)
    mean, variance = values[0], 0.0
    for value in values[1:]:
        away = value - mean
        mean = mean + weight * away
        variance = (1 - weight) * (variance + away * (weight * away))
    return mean, variance


class ReferenceZScore:
    def __init__(self, settings: ZScore) -> None:
        self.settings = settings
        self.raised = False
        self.over = 0

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        settings = self.settings
        if len(history) < settings.after_readings:
            return []
        mean, variance = weighted(history.values, settings.memory_readings)
        variance = max(variance, settings.minimum_deviation * settings.minimum_deviation)
        away = value - mean
        figures = (away / sqrt(variance), mean, sqrt(variance), len(history))
        if self.raised:
            if away * away < settings.clear * settings.clear * variance:
                self.raised = False
                return [Told("zscore", Edge.CLEAR, 0, ts, value, settings.clear, figures)]
            return []
        counts = settings.upward if away > 0 else settings.downward
        self.over = self.over + 1 if counts and away * away >= settings.limit * settings.limit * variance else 0
        if self.over < settings.hold_readings:
            return []
        self.raised, self.over = True, 0
        return [Told("zscore", Edge.RAISE, int(settings.level), ts, value, settings.limit, figures)]


class ReferenceCusum:
    def __init__(self, settings: Cusum) -> None:
        self.settings = settings

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        told = self._all([*history, (ts, value)])
        return [one for one in told if one.ts == ts]

    def _all(self, known: list[tuple[int, float]]) -> list[Told]:
        """Every edge of a whole history."""
        settings, told = self.settings, list[Told]()
        mean = squares = up = down = 0.0
        raised = False
        for count, (ts, value) in enumerate(known, start=1):
            away = value - mean
            if count <= settings.learn_readings:
                mean = mean + away / count if count > 1 else value
                squares = squares + away * (value - mean) if count > 1 else 0.0
                if count == settings.learn_readings:
                    squares = squares / (count - 1)
                continue
            deviation = max(sqrt(squares), settings.minimum_deviation)
            z = away / deviation
            up = min(max(0.0, up + z - settings.drift), 2 * settings.limit)
            down = min(max(0.0, down - z - settings.drift), 2 * settings.limit)
            figures = (max(up, down), mean, deviation, settings.drift)
            if raised and max(up, down) <= settings.clear:
                raised = False
                told.append(Told("cusum", Edge.CLEAR, 0, ts, value, settings.clear, figures))
            elif not raised and max(up, down) >= settings.limit:
                raised = True
                told.append(Told("cusum", Edge.RAISE, int(settings.level), ts, value, settings.limit, figures))
            elif not raised:
                weight = 2 / (settings.follow_readings + 1)
                mean = mean + weight * away
                squares = (1 - weight) * (squares + away * (weight * away))
        return told


class ReferenceNoise:
    def __init__(self, settings: Noise) -> None:
        self.settings = settings
        self.raised = False

    def read(self, ts: int, value: float, history: History) -> list[Told]:
        settings, values = self.settings, [*history.values, value]
        mean_step = 0.0
        for before, after in pairwise(values):
            mean_step = mean_step + 2 / (settings.memory_readings + 1) * (abs(after - before) - mean_step)
        if not history or len(history) < settings.after_readings:
            return []
        figures = (mean_step, settings.limit, settings.clear, len(history))
        if self.raised and mean_step < settings.clear:
            self.raised = False
            return [Told("noise", Edge.CLEAR, 0, ts, value, settings.clear, figures)]
        if not self.raised and mean_step >= settings.limit:
            self.raised = True
            return [Told("noise", Edge.RAISE, 0, ts, value, settings.limit, figures)]
        return []
