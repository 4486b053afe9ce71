"""N in a window: crossings that come and go, each too short for a hold, but too many to be chance.

A reading at or above `above` after one below it, or as the first, is a crossing: a value that rises once and stays is one, and
the levels' matter. `crossings` of them within `window_s` raise; the rule clears, by time too, when the window holds none.
"""

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
    require,
    switch,
    tell,
)
from tocsin.engine.kernel import aside, part

NUMBER = 11
MOST = 7  # crossings remembered per sensor
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class CountInWindow(Settings):
    """`crossings` crossings of `above` within `window_s` seconds raise."""

    level: AlarmLevel
    above: float
    crossings: int
    window_s: float

    def __post_init__(self) -> None:
        require(self.level > AlarmLevel.NONE, "level must be blue, yellow, orange or red")
        require(2 <= self.crossings <= MOST, f"crossings must be 2 to {MOST}")
        require(self.window_s > 0, "window_s must be positive")

    def parameters(self) -> dict[str, float]:
        return {
            "count_above": self.above,
            "count_window_ms": round(self.window_s * 1000),
            "count_crossings": self.crossings,
            "count_level": self.level,
        }


RULE = Rule(
    number=NUMBER,
    name="count_in_window",
    title=gettext_noop("%(quantity)s repeatedly high, %(value)s"),
    reason=gettext_noop("At or above %(above)s %(unit)s %(crossings)s times within %(window_min)s minutes."),
    kind="alarm",
    figures=("crossings", "window_s", "above", ""),
    settings=CountInWindow,
    parameters=(("count_above", "f8"), ("count_window_ms", "i8"), ("count_crossings", "u1"), ("count_level", "u1")),
    state=(("count_ring", "i8", (MOST,)), ("count_known", "u1"), ("count_next", "u1")),  # times of the last crossings
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading. `line.value` is still the one before."""
    if value < limits.count_above or (line.readings > 0 and line.value >= limits.count_above):
        return
    rest.count_ring[rest.count_next] = ts
    rest.count_next = (rest.count_next + 1) % MOST
    if rest.count_known < MOST:
        rest.count_known += 1
    if is_raised(line, NUMBER):
        return
    crossings = _within(rest, ts - limits.count_window_ms)
    if crossings >= limits.count_crossings:
        switch(line, NUMBER)
        figures = (float(crossings), limits.count_window_ms / 1000, limits.count_above, 0.0)
        tell(book, NUMBER, _RAISE, limits.count_level, ts, value, float(limits.count_crossings), figures)


@aside
def elapse(line: Line, rest: Rest, limits: Limits, now_ms: int, book: Book) -> None:
    """Clears once the newest crossing has left the window before `now_ms`."""
    if not is_raised(line, NUMBER):
        return
    deadline_ms = rest.count_ring[(rest.count_next + MOST - 1) % MOST] + limits.count_window_ms
    if deadline_ms < now_ms:
        switch(line, NUMBER)
        figures = (0.0, limits.count_window_ms / 1000, limits.count_above, 0.0)
        tell(book, NUMBER, _CLEAR, 0, deadline_ms, line.value, float(limits.count_crossings), figures)


@part
def _within(rest: Rest, from_ms: int) -> int:
    """Remembered crossings at or after `from_ms`."""
    crossings = 0
    for k in range(rest.count_known):
        if rest.count_ring[k] >= from_ms:
            crossings += 1
    return crossings
