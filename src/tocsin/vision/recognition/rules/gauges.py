"""A gauge that was read in a picture, beside the newest value of the sensor that measures the same. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import conversion, quantity_of

_READ: Final = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*((?:[%°℃A-Za-zµμ][%°℃A-Za-zµμ³0-9/]*)?)")
UNITS: Final = {
    "%lel": "pct_lel",
    "lel": "pct_lel",
    "%vol": "pct_vol",
    "vol": "pct_vol",
    "%": "pct",
    "℃": "degC",
    "°c": "degC",
    "c": "degC",
    "m³/h": "m3/h",
    "µs/cm": "uS/cm",
    "μs/cm": "uS/cm",
}
"""What gauges write beside the names of units, in small letters."""


@dataclass(frozen=True)
class GaugeReading:
    """What stands on the gauge, and its value in the quantity's canonical unit. `tolerance`: half of its last digit. Without
    `unit_told` no unit stands there, and the value is taken in the canonical one.
    """

    text: str
    value: float
    tolerance: float
    unit_told: bool


def read_gauge(lines: Sequence[str], quantity: str, newest: float) -> GaugeReading | None:
    """Of the numbers that stand there the one of that quantity: with a unit of it rather than with none, then what is nearest to
    the newest value. A number with a unit of another quantity is another's. None where there is none.

    >>> read_gauge(["PT-101", "0.42 MPa", "23.5 ℃"], "pressure", 418.0)
    GaugeReading(text='0.42 MPa', value=420.0, tolerance=5.0, unit_told=True)
    >>> read_gauge(["23.5 ℃"], "pressure", 418.0) is None
    True
    """
    found = [one for line in lines for one in _readings(line, quantity)]
    return min(found, key=lambda one: (not one.unit_told, abs(one.value - newest)), default=None)


def _readings(line: str, quantity: str) -> list[GaugeReading]:
    found = []
    for match in _READ.finditer(line):
        number, unit = match[1].replace(",", "."), match[2]
        if unit == "" and match.start() > 0 and line[match.start() - 1].isalpha():
            continue  # part of a name, as PT101
        try:
            factor = conversion(quantity, _unit(unit, quantity))
        except InvalidInput:
            continue
        half = 0.5 * 10.0 ** -len(number.partition(".")[2])
        value, upper = float(number), float(number) + half
        value, upper = (factor(value), factor(upper)) if factor else (value, upper)
        found.append(GaugeReading(match[0].strip(), round(value, 6), round(abs(upper - value), 6), bool(unit)))
    return found


def _unit(told: str, quantity: str) -> str:
    """The unit's name as the quantity has it, however its letters are written."""
    small = UNITS.get(told.lower(), told).lower()
    known = quantity_of(quantity)
    return next((one for one in (known.unit, *known.conversions) if one.lower() == small), told)
