"""CUSUM (Page 1954): a small shift that lasts, such as a slow leak, which no single reading shows.

The reference (mean and deviation) is learnt over the first `learn_readings` (Welford 1962) and then follows slowly, with the
weight 2 / (follow_readings + 1), while the rule is clear. Per reading, with z = (value − mean) / deviation:
up = max(0, up + z − drift) and down = max(0, down − z − drift), both capped at twice the limit, so that the way back is finite.
"""

from dataclasses import dataclass
from math import sqrt

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
    require,
    switch,
    tell,
)
from tocsin.engine.kernel import part

NUMBER = 5
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Cusum(Settings):
    """A sum at or above `limit` (in deviations) raises; both sums at or below `clear` clear."""

    level: AlarmLevel
    limit: float
    clear: float
    drift: float
    learn_readings: int
    follow_readings: float
    minimum_deviation: float

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(self.limit > 0 and 0 <= self.clear < self.limit, "limit must be positive and clear within 0 and limit")
        require(self.drift >= 0, "drift must not be negative")
        require(2 <= self.learn_readings <= 65_535, "learn_readings must be 2 to 65535")
        require(self.follow_readings >= 1, "follow_readings must be at least 1")
        require(self.minimum_deviation > 0, "minimum_deviation must be positive")

    def parameters(self) -> dict[str, float]:
        return {
            "cusum_limit": self.limit,
            "cusum_clear": self.clear,
            "cusum_drift": self.drift,
            "cusum_learn": self.learn_readings,
            "cusum_weight": 2 / (self.follow_readings + 1),
            "cusum_floor": self.minimum_deviation,
            "cusum_level": self.level,
        }


RULE = Rule(
    number=NUMBER,
    name="cusum",
    title=gettext_noop("%(quantity)s shifting, %(value)s"),
    reason=gettext_noop("Away from its usual %(mean)s %(unit)s for a long time, a little each reading: %(value)s now."),
    kind="alarm",
    figures=("sum", "mean", "deviation", "drift"),
    settings=Cusum,
    parameters=(
        ("cusum_limit", "f8"),
        ("cusum_clear", "f8"),
        ("cusum_drift", "f8"),
        ("cusum_weight", "f8"),
        ("cusum_floor", "f8"),
        ("cusum_learn", "u2"),
        ("cusum_level", "u1"),
    ),
    state=(
        ("cusum_mean", "f8"),
        ("cusum_variance", "f8"),  # while learning: the sum of squared distances from the mean
        ("cusum_up", "f8"),
        ("cusum_down", "f8"),
    ),
    learns=True,
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading."""
    away = value - rest.cusum_mean
    if line.readings < limits.cusum_learn:
        _learn(line, rest, limits, value, away)
        return
    deviation = max(sqrt(rest.cusum_variance), limits.cusum_floor)
    z = away / deviation
    cap = 2.0 * limits.cusum_limit
    rest.cusum_up = min(max(0.0, rest.cusum_up + z - limits.cusum_drift), cap)
    rest.cusum_down = min(max(0.0, rest.cusum_down - z - limits.cusum_drift), cap)
    larger = max(rest.cusum_up, rest.cusum_down)
    figures = (larger, rest.cusum_mean, deviation, limits.cusum_drift)
    if is_raised(line, NUMBER):
        if larger <= limits.cusum_clear:
            switch(line, NUMBER)
            tell(book, NUMBER, _CLEAR, 0, ts, value, limits.cusum_clear, figures)
        return
    if larger >= limits.cusum_limit:
        switch(line, NUMBER)
        tell(book, NUMBER, _RAISE, limits.cusum_level, ts, value, limits.cusum_limit, figures)
        return
    followed = limits.cusum_weight * away
    rest.cusum_mean = rest.cusum_mean + followed
    rest.cusum_variance = (1.0 - limits.cusum_weight) * (rest.cusum_variance + away * followed)


@part
def _learn(line: Line, rest: Rest, limits: Limits, value: float, away: float) -> None:
    if line.readings == 0:
        rest.cusum_mean = value
        rest.cusum_variance = 0.0
        rest.cusum_up = 0.0
        rest.cusum_down = 0.0
        return
    learnt = line.readings + 1
    rest.cusum_mean = rest.cusum_mean + away / learnt
    rest.cusum_variance = rest.cusum_variance + away * (value - rest.cusum_mean)
    if learnt == limits.cusum_learn:
        rest.cusum_variance = rest.cusum_variance / (learnt - 1)
