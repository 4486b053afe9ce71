"""Smoothed rate of rise: how fast the value climbs, so that a leak rings before its level is reached.

The slope between successive readings is smoothed with the time constant `smoothing_s` (backward Euler, so an irregular interval
needs no exponential): rate += (Δvalue − rate·Δt) / (smoothing + Δt). Only values at or above `from_value` raise.
"""

import math
from dataclasses import dataclass

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

NUMBER = 2
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)
_MINUTE_MS = 60_000.0


@dataclass(frozen=True, kw_only=True)
class RateOfRise(Settings):
    """A rise of `rise` within `over_s` raises for `hold_readings` readings; below `clear_rise` within `over_s` it clears."""

    level: AlarmLevel
    rise: float
    clear_rise: float
    over_s: float
    smoothing_s: float
    from_value: float = -math.inf
    hold_readings: int = 1

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(self.rise > 0 and self.clear_rise <= self.rise, "rise must be positive and clear_rise not above it")
        require(self.over_s > 0 and self.smoothing_s >= 0, "over_s must be positive and smoothing_s not negative")
        require(1 <= self.hold_readings <= 255, "hold_readings must be 1 to 255")

    def parameters(self) -> dict[str, float]:
        return {
            "rate_limit": self.rise / (self.over_s * 1000),
            "rate_clear": self.clear_rise / (self.over_s * 1000),
            "rate_smoothing_ms": self.smoothing_s * 1000,
            "rate_from": self.from_value,
            "rate_hold": self.hold_readings,
            "rate_level": self.level,
        }


RULE = Rule(
    number=NUMBER,
    name="rate_of_rise",
    title=gettext_noop("%(quantity)s rising fast, %(value)s"),
    reason=gettext_noop("Rising by %(rate_per_min)s %(unit)s a minute; the limit is %(limit_per_min)s."),
    kind="alarm",
    figures=("rate_per_min", "limit_per_min", "smoothing_s", ""),
    settings=RateOfRise,
    parameters=(
        ("rate_limit", "f8"),
        ("rate_clear", "f8"),
        ("rate_smoothing_ms", "f8"),
        ("rate_from", "f8"),
        ("rate_hold", "u1"),
        ("rate_level", "u1"),
    ),
    frequent_state=(("rate", "f8"), ("rate_run", "u1")),  # units per ms
    learns=True,
)


@part
def step(line: Line, limits: Limits, ts: int, value: float, elapsed_ms: int, book: Book) -> None:
    """One reading, `elapsed_ms` after the last judged one; the first one has no slope."""
    if line.readings == 0:
        line.rate = 0.0
        return
    rate = line.rate + ((value - line.value) - line.rate * elapsed_ms) / (limits.rate_smoothing_ms + elapsed_ms)
    line.rate = rate
    if is_raised(line, NUMBER):
        if rate < limits.rate_clear:
            switch(line, NUMBER)
            _tell(line, limits, _CLEAR, 0, ts, value, book)
        return
    if rate < limits.rate_limit or value < limits.rate_from:
        line.rate_run = 0
        return
    line.rate_run = longer(line.rate_run)
    if line.rate_run >= limits.rate_hold:
        line.rate_run = 0
        switch(line, NUMBER)
        _tell(line, limits, _RAISE, limits.rate_level, ts, value, book)


@aside
def _tell(line: Line, limits: Limits, edge: int, level: int, ts: int, value: float, book: Book) -> None:
    limit = (limits.rate_limit if edge == _RAISE else limits.rate_clear) * _MINUTE_MS
    figures = (line.rate * _MINUTE_MS, limit, limits.rate_smoothing_ms / 1000, 0.0)
    tell(book, NUMBER, edge, level, ts, value, limit, figures)
