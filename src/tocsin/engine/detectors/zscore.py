"""EWMA z-score: a value far outside what this sensor lately showed.

Mean and variance are exponentially weighted (West 1979 in the form of Finch 2009: step = α·d, mean += step,
variance = (1 − α)(variance + d·step)), with α = 2 / (memory_readings + 1). `minimum_deviation` keeps a quiet sensor from ringing
at its last digit. The reading is compared with what was learnt before it, and then learnt.
"""

from dataclasses import dataclass
from math import sqrt

from tocsin.base.levels import AlarmLevel
from tocsin.engine.detection.rule import (
    Book,
    Edge,
    Limits,
    Line,
    Rule,
    Settings,
    gettext_noop,
    is_raised,
    longer,
    require,
    switch,
    tell,
)
from tocsin.engine.kernel import aside, part

NUMBER = 3
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class ZScore(Settings):
    """|z| at or above `limit` for `hold_readings` raises, below `clear` clears; `upward`, `downward` say which side counts."""

    level: AlarmLevel
    limit: float
    clear: float
    memory_readings: float
    minimum_deviation: float
    after_readings: int = 30
    hold_readings: int = 1
    upward: bool = True
    downward: bool = True

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(self.limit > 0 and 0 <= self.clear <= self.limit, "limit must be positive and clear within 0 and limit")
        require(self.memory_readings >= 1, "memory_readings must be at least 1")
        require(self.minimum_deviation > 0, "minimum_deviation must be positive")
        require(1 <= self.after_readings <= 65_535, "after_readings must be 1 to 65535")
        require(1 <= self.hold_readings <= 255, "hold_readings must be 1 to 255")
        require(self.upward or self.downward, "upward or downward must be true")

    def parameters(self) -> dict[str, float]:
        return {
            "zscore_limit": self.limit,
            "zscore_clear": self.clear,
            "zscore_weight": 2 / (self.memory_readings + 1),
            "zscore_floor": self.minimum_deviation * self.minimum_deviation,
            "zscore_after": self.after_readings,
            "zscore_hold": self.hold_readings,
            "zscore_sides": self.upward + 2 * self.downward,
            "zscore_level": self.level,
        }


RULE = Rule(
    number=NUMBER,
    name="zscore",
    title=gettext_noop("%(quantity)s unusual, %(value)s"),
    reason=gettext_noop(
        "Measured %(value)s where this sensor lately showed %(mean)s %(unit)s: "
        "%(z)s standard deviations away, the limit is %(plain_limit)s."
    ),
    kind="alarm",
    figures=("z", "mean", "deviation", "readings"),
    settings=ZScore,
    parameters=(
        ("zscore_limit", "f8"),
        ("zscore_clear", "f8"),
        ("zscore_weight", "f8"),
        ("zscore_floor", "f8"),
        ("zscore_after", "u2"),
        ("zscore_hold", "u1"),
        ("zscore_sides", "u1"),
        ("zscore_level", "u1"),
    ),
    frequent_state=(("zscore_mean", "f8"), ("zscore_variance", "f8"), ("zscore_run", "u1")),
    learns=True,
)


@part
def step(line: Line, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading. Squares are compared, so the root is drawn only when an edge is told."""
    if line.readings == 0:
        line.zscore_mean = value
        line.zscore_variance = 0.0
        return
    away = value - line.zscore_mean
    if line.readings >= limits.zscore_after:
        _judge(line, limits, ts, value, away, book)
    learnt = limits.zscore_weight * away
    line.zscore_mean = line.zscore_mean + learnt
    line.zscore_variance = (1.0 - limits.zscore_weight) * (line.zscore_variance + away * learnt)


@part
def _judge(line: Line, limits: Limits, ts: int, value: float, away: float, book: Book) -> None:
    variance = max(line.zscore_variance, limits.zscore_floor)
    if is_raised(line, NUMBER):
        if away * away < limits.zscore_clear * limits.zscore_clear * variance:
            switch(line, NUMBER)
            _tell(line, _CLEAR, 0, ts, value, limits.zscore_clear, sqrt(variance), book)
        return
    counts = (limits.zscore_sides & 1) != 0 if away > 0 else (limits.zscore_sides & 2) != 0
    if not counts or away * away < limits.zscore_limit * limits.zscore_limit * variance:
        line.zscore_run = 0
        return
    line.zscore_run = longer(line.zscore_run)
    if line.zscore_run >= limits.zscore_hold:
        line.zscore_run = 0
        switch(line, NUMBER)
        _tell(line, _RAISE, limits.zscore_level, ts, value, limits.zscore_limit, sqrt(variance), book)


@aside
def _tell(line: Line, edge: int, level: int, ts: int, value: float, limit: float, deviation: float, book: Book) -> None:
    figures = ((value - line.zscore_mean) / deviation, line.zscore_mean, deviation, float(line.readings))
    tell(book, NUMBER, edge, level, ts, value, limit, figures)
