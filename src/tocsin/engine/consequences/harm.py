"""What harms a person or a building, as policy says it: concentrations, heat, pressure, and probits."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Quantity(StrEnum):
    """What a threshold is compared with."""

    CONCENTRATION = "concentration"
    HEAT = "heat"
    OVERPRESSURE = "overpressure"


@dataclass(frozen=True)
class Threshold:
    """One limit of harm, by its `code`: `level` is in kg/m3, W/m2 or Pa by quantity; `shown` and `unit` as sources have it."""

    code: str
    quantity: Quantity
    level: float
    shown: float
    unit: str


@dataclass(frozen=True)
class Probit:
    """Y = a + b ln(dose); the dose is C^n t (ppm, minutes), q^(4/3) t (W/m2, s, over 10,000) or the overpressure in Pa.

    `code` says for what harm; `n` is the exponent of the concentration or of the heat.
    """

    code: str
    a: float
    b: float
    n: float = 1.0
    scale: float = 1.0

    def share(self, value: float, time: float = 1.0) -> float:
        """Share of people (or panes, buildings) harmed, 0 to 1: the normal distribution at Y - 5.

        >>> eisenberg = Probit("heat_death", -14.9, 2.56, 4 / 3, 1e4)
        >>> round(eisenberg.share(40_000, 20), 2)
        0.64
        """
        if value <= 0 or time <= 0:
            return 0.0
        y = self.a + self.b * math.log(value**self.n * time / self.scale)
        return 0.5 * (1 + math.erf((y - 5) / math.sqrt(2)))

    def value_for(self, share: float, time: float = 1.0) -> float:
        """The value (ppm, W/m2, Pa) that harms a share within a time; the probit turned around.

        >>> round(Probit("lung", -77.1, 6.91).value_for(0.5) / 1000)
        145
        """
        from statistics import NormalDist

        dose = math.exp((5 + NormalDist().inv_cdf(share) - self.a) / self.b)
        return math.pow(dose * self.scale / time, 1 / self.n)
