"""Which region's weather counts at a place, and which hours can't be right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.jurisdiction.rights.rules import Permission

PUSH: Final[Permission] = "weather.push"
_LEVELS: Final = (6, 4, 2)


@dataclass(frozen=True)
class NewHour:
    """The weather of one hour as it is told; what was not measured is None."""

    region_code: str
    at: datetime
    temperature_c: float | None = None
    irradiance_w_m2: float | None = None


def regions_for(region_code: str, levels_up: int) -> tuple[str, ...]:
    """The regions whose weather counts at a place, its own first.

    >>> regions_for("370213", 2), regions_for("370213", 0), regions_for("370200", 1)
    (('370213', '370200', '370000'), ('370213',), ('370200', '370000'))
    """
    found = dict.fromkeys(region_code[:length].ljust(6, "0") for length in _LEVELS)
    return tuple(found)[: levels_up + 1]
