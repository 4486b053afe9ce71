"""Stuck: the same value again and again, which a living sensor does not show.

A quantity that rests at one value by nature (no gas, no rain) names that band with `rest_low` and `rest_high`.
"""

import math
from dataclasses import dataclass

from tocsin.engine.detection.rule import Book, Edge, Limits, Line, Rule, Settings, is_raised, require, switch, tell
from tocsin.engine.kernel import aside, part

NUMBER = 4
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Stuck(Settings):
    """`readings` successive values, each within `tolerance` of the one before, raise; the first other value clears."""

    readings: int
    tolerance: float = 0.0
    rest_low: float = math.inf
    rest_high: float = -math.inf

    def __post_init__(self) -> None:
        require(2 <= self.readings <= 65_535, "readings must be 2 to 65535")
        require(self.tolerance >= 0, "tolerance must not be negative")

    def parameters(self) -> dict[str, float]:
        return {
            "stuck_readings": self.readings,
            "stuck_tolerance": self.tolerance,
            "stuck_rest_low": self.rest_low,
            "stuck_rest_high": self.rest_high,
        }


RULE = Rule(
    number=NUMBER,
    name="stuck",
    kind="device",
    figures=("readings", "tolerance", "", ""),
    settings=Stuck,
    parameters=(
        ("stuck_tolerance", "f8"),
        ("stuck_rest_low", "f8"),
        ("stuck_rest_high", "f8"),
        ("stuck_readings", "u2"),
    ),
    frequent_state=(("stuck_run", "u2"),),  # readings equal to the one before
    learns=True,
)


@part
def step(line: Line, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading."""
    resting = limits.stuck_rest_low <= value <= limits.stuck_rest_high
    if line.readings == 0 or resting or abs(value - line.value) > limits.stuck_tolerance:
        if is_raised(line, NUMBER):
            switch(line, NUMBER)
            _tell(line, limits, _CLEAR, ts, value, book)
        line.stuck_run = 0
        return
    if line.stuck_run < 65_535:
        line.stuck_run += 1
    if line.stuck_run + 1 >= limits.stuck_readings and not is_raised(line, NUMBER):
        switch(line, NUMBER)
        _tell(line, limits, _RAISE, ts, value, book)


@aside
def _tell(line: Line, limits: Limits, edge: int, ts: int, value: float, book: Book) -> None:
    figures = (line.stuck_run + 1.0, limits.stuck_tolerance, 0.0, 0.0)
    tell(book, NUMBER, edge, 0, ts, value, float(limits.stuck_readings), figures)
