"""Saturated: a fall from near full scale to nothing within one reading means "unknown", not "clear".

A catalytic sensor above its range, or without oxygen, reads low. While this rule stands raised, the low readings are not
believed: they touch no other rule, so an alarm stays as it was. It ends when the sensor reads at or above `to_value` again, or
after `end_s` seconds of low readings.
"""

from dataclasses import dataclass

from tocsin.engine.detection.rule import Book, Edge, Limits, Line, Rest, Rule, Settings, is_raised, require, switch, tell
from tocsin.engine.kernel import part

NUMBER = 10
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Saturation(Settings):
    """From above `from_value` to below `to_value` within one reading; ended by `end_s` seconds of low readings at the latest."""

    from_value: float
    to_value: float
    end_s: float

    def __post_init__(self) -> None:
        require(self.to_value < self.from_value, "to_value must be below from_value")
        require(self.end_s > 0, "end_s must be positive")

    def parameters(self) -> dict[str, float]:
        return {
            "saturation_from": self.from_value,
            "saturation_to": self.to_value,
            "saturation_end_ms": round(self.end_s * 1000),
        }


RULE = Rule(
    number=NUMBER,
    name="saturation",
    kind="device",
    figures=("value_before", "from_value", "to_value", "lasted_s"),
    settings=Saturation,
    parameters=(("saturation_from", "f8"), ("saturation_to", "f8"), ("saturation_end_ms", "i8")),
    state=(("saturation_since", "i8"),),
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> bool:
    """One reading; False where it is not to be believed. `line.value` is still the value before the fall."""
    if is_raised(line, NUMBER):
        lasted_ms = ts - rest.saturation_since
        if value < limits.saturation_to and lasted_ms < limits.saturation_end_ms:
            return False
        switch(line, NUMBER)
        figures = (line.value, limits.saturation_from, limits.saturation_to, lasted_ms / 1000)
        tell(book, NUMBER, _CLEAR, 0, ts, value, limits.saturation_to, figures)
        return True
    if line.readings > 0 and line.value > limits.saturation_from and value < limits.saturation_to:
        switch(line, NUMBER)
        rest.saturation_since = ts
        figures = (line.value, limits.saturation_from, limits.saturation_to, 0.0)
        tell(book, NUMBER, _RAISE, 0, ts, value, limits.saturation_to, figures)
        return False
    return True
