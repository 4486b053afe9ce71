"""The range that a model was made for: what lies outside is refused, with the limit that is passed and by how much."""

import math
from dataclasses import dataclass

from tocsin.base.errors import InvalidInput


class OutsideRange(InvalidInput):
    """A model is asked beyond what it was made for."""


@dataclass(frozen=True)
class Limit:
    """One bound of a model: `what` lies from `low` to `high` (both within), in `unit`; `source` says who found that."""

    model: str
    what: str
    low: float
    high: float
    unit: str
    source: str = ""

    def check(self, value: float) -> float:
        """The value itself; OutsideRange says which limit it passes and by how much.

        >>> Limit("gaussian", "distance", 100, 10_000, "m").check(250.0)
        250.0
        """
        named = {"model": self.model, "what": self.what, "unit": self.unit, "value": f"{value:.6g}"}
        if not math.isfinite(value):
            raise OutsideRange("%(model)s: %(what)s is %(value)s; a finite number is needed.", **named)
        if value < self.low:
            raise OutsideRange(
                "%(model)s: %(what)s is %(value)s %(unit)s, %(by)s %(unit)s below the least it holds for, %(limit)s %(unit)s.",
                **named,
                by=f"{self.low - value:.6g}",
                limit=f"{self.low:.6g}",
            )
        if value > self.high:
            raise OutsideRange(
                "%(model)s: %(what)s is %(value)s %(unit)s, %(by)s %(unit)s above the most it holds for, %(limit)s %(unit)s.",
                **named,
                by=f"{value - self.high:.6g}",
                limit=f"{self.high:.6g}",
            )
        return value

    def __str__(self) -> str:
        return f"{self.what} {self.low:.6g} to {self.high:.6g} {self.unit}"


def positive(model: str, what: str, value: float, unit: str) -> float:
    """The value itself; OutsideRange where it is not a finite number above zero."""
    if not math.isfinite(value) or value <= 0:
        raise OutsideRange(
            "%(model)s: %(what)s is %(value)s %(unit)s; a number above 0 is needed.",
            model=model,
            what=what,
            value=f"{value:.6g}",
            unit=unit,
        )
    return value
