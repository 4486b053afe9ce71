"""Unreadable: not a number, or marked bad by the device (warm-up, test, calibration, fault).

Such a reading is not believed: it is evidence about the device and touches no other rule.
"""

from dataclasses import dataclass

from tocsin.engine.detection.rule import Book, Edge, Limits, Line, Rest, Rule, Settings, is_raised, longer, require, switch, tell
from tocsin.engine.kernel import aside

NUMBER = 7
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Unreadable(Settings):
    """`readings` successive unreadable readings raise; the first readable one clears."""

    readings: int

    def __post_init__(self) -> None:
        require(1 <= self.readings <= 255, "readings must be 1 to 255")

    def parameters(self) -> dict[str, float]:
        return {"unreadable_readings": self.readings}


RULE = Rule(
    number=NUMBER,
    name="unreadable",
    kind="device",
    figures=("readings", "quality", "", ""),
    settings=Unreadable,
    parameters=(("unreadable_readings", "u1"),),
    state=(("unreadable_run", "u1"),),
)


@aside
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, quality: int, book: Book) -> None:
    """One unreadable reading."""
    rest.unreadable_run = longer(rest.unreadable_run)
    if rest.unreadable_run >= limits.unreadable_readings and not is_raised(line, NUMBER):
        switch(line, NUMBER)
        figures = (float(rest.unreadable_run), float(quality), 0.0, 0.0)
        tell(book, NUMBER, _RAISE, 0, ts, value, float(limits.unreadable_readings), figures)


@aside
def recover(line: Line, rest: Rest, limits: Limits, ts: int, value: float, quality: int, book: Book) -> None:
    """The first readable reading after unreadable ones."""
    if is_raised(line, NUMBER):
        switch(line, NUMBER)
        figures = (float(rest.unreadable_run), float(quality), 0.0, 0.0)
        tell(book, NUMBER, _CLEAR, 0, ts, value, float(limits.unreadable_readings), figures)
    rest.unreadable_run = 0
