"""Too noisy: the mean step between successive readings is larger than the thing measured can move.

mean_step += α (|Δvalue| − mean_step), α = 2 / (memory_readings + 1), judged once `after_readings` steps are known.
"""

from dataclasses import dataclass

from tocsin.engine.detection.rule import Book, Edge, Limits, Line, Rest, Rule, Settings, is_raised, require, switch, tell
from tocsin.engine.kernel import part

NUMBER = 8
_RAISE, _CLEAR = int(Edge.RAISE), int(Edge.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Noise(Settings):
    """A mean step at or above `limit` raises, below `clear` clears (in the quantity's unit)."""

    limit: float
    clear: float
    memory_readings: float
    after_readings: int = 10

    def __post_init__(self) -> None:
        require(self.limit > 0 and 0 <= self.clear <= self.limit, "limit must be positive and clear within 0 and limit")
        require(self.memory_readings >= 1, "memory_readings must be at least 1")
        require(1 <= self.after_readings <= 65_535, "after_readings must be 1 to 65535")

    def parameters(self) -> dict[str, float]:
        return {
            "noise_limit": self.limit,
            "noise_clear": self.clear,
            "noise_weight": 2 / (self.memory_readings + 1),
            "noise_after": self.after_readings,
        }


RULE = Rule(
    number=NUMBER,
    name="noise",
    kind="device",
    figures=("mean_step", "limit", "clear", "readings"),
    settings=Noise,
    parameters=(("noise_limit", "f8"), ("noise_clear", "f8"), ("noise_weight", "f8"), ("noise_after", "u2")),
    state=(("noise_step", "f8"),),
    learns=True,
)


@part
def step(line: Line, rest: Rest, limits: Limits, ts: int, value: float, book: Book) -> None:
    """One reading."""
    if line.readings == 0:
        rest.noise_step = 0.0
        return
    mean_step = rest.noise_step + limits.noise_weight * (abs(value - line.value) - rest.noise_step)
    rest.noise_step = mean_step
    if line.readings < limits.noise_after:
        return
    raised = is_raised(line, NUMBER)
    crossed = mean_step < limits.noise_clear if raised else mean_step >= limits.noise_limit
    if crossed:
        switch(line, NUMBER)
        limit = limits.noise_clear if raised else limits.noise_limit
        figures = (mean_step, limits.noise_limit, limits.noise_clear, float(line.readings))
        tell(book, NUMBER, _CLEAR if raised else _RAISE, 0, ts, value, limit, figures)
