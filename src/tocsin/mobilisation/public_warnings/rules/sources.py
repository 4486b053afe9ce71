"""What a public warning is drafted from: a case, an alarm, an early sign."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WarningSource:
    """Its name, where it is and how bad. `drill`: what is drafted from it is an exercise, whatever a form says."""

    label: str
    region_code: str
    level: str = ""
    lon: float | None = None
    lat: float | None = None
    drill: bool = False
