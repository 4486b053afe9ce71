"""What a condition is made of, and what it is judged by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a term looks at, at one sensor."""

    ALARM = "alarm"
    """The level of its open alarm (0: none)."""
    VALUE = "value"
    """Its newest reading, in the quantity's canonical unit."""
    TOTAL = "total"
    """Its hourly means of the last `hours` hours added up: of mm/h the millimetres that fell."""
    DEVIATION = "deviation"
    """How far outside its learnt band it has been for all of the last `hours` hours: 1 is the edge, negative below."""
    NIGHT_MINIMUM = "night_minimum"
    """Last night's least flow, as a share of the median of the fourteen nights before."""
    BALANCE = "balance"
    """What enters a section and does not leave it, as a share of what enters, over the last `hours` hours."""


MEASURED_BY_HISTORY = frozenset((Measure.TOTAL, Measure.DEVIATION, Measure.NIGHT_MINIMUM, Measure.BALANCE))


@dataclass(frozen=True, kw_only=True)
class Term:
    """One part of a condition: true at a sensor whose measure is at or beyond its limit.

    `rule`: of an ALARM that detector's alarm alone; empty: any. `hours`: what TOTAL, DEVIATION and BALANCE look back.
    `sensors`: at so many different sensors it must be true. ValueError for a term without one limit, or with both.
    """

    measure: Measure
    quantity: str
    at_least: float = -math.inf
    at_most: float = math.inf
    rule: str = ""
    hours: int = 1
    sensors: int = 1

    def __post_init__(self) -> None:
        if math.isfinite(self.at_least) == math.isfinite(self.at_most):
            raise ValueError("a term has either at_least or at_most")
        if self.sensors < 1 or not 1 <= self.hours <= 168:
            raise ValueError("sensors is at least 1, hours 1 to 168")

    @property
    def limit(self) -> float:
        """The one that it has."""
        return self.at_least if math.isfinite(self.at_least) else self.at_most

    def holds(self, value: float) -> bool:
        """Is that value at or beyond the limit? NaN is not."""
        return self.at_least <= value <= self.at_most


@dataclass(frozen=True, kw_only=True)
class Condition:
    """True at a sensor where `need` of its terms hold, there or within `within_m` metres of it.

    `along`: the metres are those of the way along pipes, drains, ducts and trenches, not those of the air. `hold_s`,
    `clear_s`: so long it must hold, and be over. ValueError where it needs more terms than it has, or none.
    """

    code: str
    level: int
    terms: tuple[Term, ...]
    need: int
    within_m: float = 0.0
    along: bool = False
    hold_s: float = 0.0
    clear_s: float = 0.0
    latch: bool = False
    on: bool = True
    words: Mapping[str, str]
    source: str = ""
    confidence: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.need <= len(self.terms):
            raise ValueError(f"{self.code}: need is 1 to the number of terms, {len(self.terms)}")
        if not 0 <= self.within_m <= 5000 or self.hold_s < 0 or self.clear_s < 0:
            raise ValueError(f"{self.code}: within_m is 0 to 5000, hold_s and clear_s are not negative")


@dataclass(frozen=True)
class Held:
    """A condition is true, told at one sensor; `branch`: which terms held, each with (sensor, value) of those at which it did."""

    anchor: int
    branch: tuple[tuple[int, tuple[tuple[int, float], ...]], ...]

    @property
    def sensors(self) -> frozenset[int]:
        """All sensors that the branch names."""
        return frozenset(sensor for _term, hits in self.branch for sensor, _value in hits)
