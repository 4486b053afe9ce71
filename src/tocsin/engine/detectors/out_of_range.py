"""Out of the physical range: a value that the quantity can't have, or the instrument can't show.

Such a reading is not believed: it tells about the device and touches no other rule.
"""

from dataclasses import dataclass

from tocsin.engine.detection.rule import (
    DOUBTED,
    Book,
    Edge,
    Limits,
    Line,
    Rest,
    Rule,
    Settings,
    is_raised,
    longer,
    require,
    switch,
    tell,
)
from tocsin.engine.kernel import part

NUMBER = 6
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class OutOfRange(Settings):
    """`hold_readings` successive values below `low` or above `high` raise; as many as `clear_readings` inside clear."""

    low: float
    high: float
    hold_readings: int = 1
    clear_readings: int = 1

    def __post_init__(self) -> None:
        require(self.low < self.high, "low must be below high")
        require(1 <= self.hold_readings <= 255, "hold_readings must be 1 to 255")
        require(1 <= self.clear_readings <= 255, "clear_readings must be 1 to 255")

    def parameters(self) -> dict[str, float]:
        return {
            "range_low": self.low,
            "range_high": self.high,
            "range_hold": self.hold_readings,
            "range_return": self.clear_readings,
        }


RULE = Rule(
    number=NUMBER,
    name="range",
    kind="device",
    figures=("low", "high", "readings", ""),
    settings=OutOfRange,
    parameters=(("range_low", "f8"), ("range_high", "f8"), ("range_hold", "u1"), ("range_return", "u1")),
    state=(("range_run", "u1"),),  # successive readings towards the next change
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> bool:
    """One reading; False where it is not to be believed."""
    inside = bool(limits.range_low <= value <= limits.range_high)
    raised = is_raised(line, NUMBER)
    if inside != raised:
        if raised or is_raised(line, DOUBTED):  # only then a run may have begun
            rest.range_run = 0
        return inside
    rest.range_run = longer(rest.range_run)
    if rest.range_run >= (limits.range_return if raised else limits.range_hold):
        limit = limits.range_low if value < limits.range_low else limits.range_high
        figures = (limits.range_low, limits.range_high, float(rest.range_run), 0.0)
        rest.range_run = 0
        switch(line, NUMBER)
        tell(book, NUMBER, _CLEAR if raised else _RAISE, 0, ts, value, limit, figures)
    return inside
