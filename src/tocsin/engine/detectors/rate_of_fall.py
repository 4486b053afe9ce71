"""Smoothed rate of fall: how fast the value drops, so that a burst main rings before its pressure is low.

The mirror of `rate_of_rise`, with a smoothing of its own: rate += (Δvalue − rate·Δt) / (smoothing + Δt). Only values at or below
`from_value` raise.
"""

import math
from dataclasses import dataclass

from tocsin.base.levels import AlarmLevel
from tocsin.engine.detection.rule import (
    Book,
    Edge,
    Limits,
    Line,
    Rest,
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

NUMBER = 12
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)
_MINUTE_MS = 60_000.0


@dataclass(frozen=True, kw_only=True)
class RateOfFall(Settings):
    """A fall of `fall` within `over_s` raises for `hold_readings` readings; below `clear_fall` within `over_s` it clears."""

    level: AlarmLevel
    fall: float
    clear_fall: float
    over_s: float
    smoothing_s: float
    from_value: float = math.inf
    hold_readings: int = 1

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(self.fall > 0 and self.clear_fall <= self.fall, "fall must be positive and clear_fall not above it")
        require(self.over_s > 0 and self.smoothing_s >= 0, "over_s must be positive and smoothing_s not negative")
        require(1 <= self.hold_readings <= 255, "hold_readings must be 1 to 255")

    def parameters(self) -> dict[str, float]:
        return {
            "fall_limit": self.fall / (self.over_s * 1000),
            "fall_clear": self.clear_fall / (self.over_s * 1000),
            "fall_smoothing_ms": self.smoothing_s * 1000,
            "fall_from": self.from_value,
            "fall_hold": self.hold_readings,
            "fall_level": self.level,
        }


RULE = Rule(
    number=NUMBER,
    name="rate_of_fall",
    title=gettext_noop("%(quantity)s falling fast, %(value)s"),
    reason=gettext_noop("Falling by %(fall_per_min)s %(unit)s a minute; the limit is %(limit_per_min)s."),
    kind="alarm",
    figures=("fall_per_min", "limit_per_min", "smoothing_s", ""),
    settings=RateOfFall,
    parameters=(
        ("fall_limit", "f8"),
        ("fall_clear", "f8"),
        ("fall_smoothing_ms", "f8"),
        ("fall_from", "f8"),
        ("fall_hold", "u1"),
        ("fall_level", "u1"),
    ),
    state=(("fall_rate", "f8"), ("fall_run", "u1")),  # units per ms, positive where the value rises
    learns=True,
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, elapsed_ms: int, book: Book) -> None:
    """One reading, `elapsed_ms` after the last judged one; the first one has no slope."""
    if line.readings == 0:
        rest.fall_rate = 0.0
        return
    rate = rest.fall_rate + ((value - line.value) - rest.fall_rate * elapsed_ms) / (limits.fall_smoothing_ms + elapsed_ms)
    rest.fall_rate = rate
    if is_raised(line, NUMBER):
        if -rate < limits.fall_clear:
            switch(line, NUMBER)
            _tell(line, rest, limits, _CLEAR, 0, ts, value, book)
        return
    if -rate < limits.fall_limit or value > limits.fall_from:
        rest.fall_run = 0
        return
    rest.fall_run = longer(rest.fall_run)
    if rest.fall_run >= limits.fall_hold:
        rest.fall_run = 0
        switch(line, NUMBER)
        _tell(line, rest, limits, _RAISE, limits.fall_level, ts, value, book)


@aside
def _tell(line: Line, rest: Rest, limits: Limits, edge: int, level: int, ts: int, value: float, book: Book) -> None:
    limit = (limits.fall_limit if edge == _RAISE else limits.fall_clear) * _MINUTE_MS
    figures = (-rest.fall_rate * _MINUTE_MS, limit, limits.fall_smoothing_ms / 1000, 0.0)
    tell(book, NUMBER, edge, level, ts, value, limit, figures)
