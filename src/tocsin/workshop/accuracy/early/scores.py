"""The early signs of one case against its truth: plain figures, no files."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.base.geometry import distance_m
from tocsin.engine.watch.model import EarlySign
from tocsin.simulation.worlds import world_of

NEAR_M = 150.0  # a sign that names a place farther from the fault is wrong
SOON_MIN = 20.0  # an event that reaches its limit sooner leaves two rounds of the watch at most
MINUTE_MS, DAY_MS = 60_000, 86_400_000
NO_EVENT = "no_event"
OF_INSTRUMENTS = ("sensor_fault", "calibration_or_maintenance")


@dataclass(frozen=True)
class Watched:
    """What the watch told of one case.

    `family`: as in the name of the case's folder. `onset_min`: minutes from the beginning of the fault to its limit, NaN without
    one. `lead_min`: minutes from the first right sign to the limit, NaN where none was told before it. `late`: right signs
    after it. `wrong`: causes of the signs that were neither right nor of the other fault of the case, one each time. `days`: of
    readings.
    """

    case: str
    family: str
    truth: str
    onset_min: float
    lead_min: float
    late: int
    wrong: tuple[str, ...]
    days: float

    @property
    def world(self) -> str:
        """The world that the case was made in."""
        return world_of(self.family)[0]

    @property
    def poor(self) -> bool:
        """True for the families where little is measured."""
        return world_of(self.family)[1] == "poor"

    @property
    def is_event(self) -> bool:
        """True where something happens in the city, not in an instrument."""
        return self.truth != NO_EVENT and self.truth not in OF_INSTRUMENTS

    @property
    def told(self) -> bool:
        """True where a right sign came before the limit."""
        return not math.isnan(self.lead_min)


def score_signs(
    case: str, family: str, truth: Mapping[str, Any], limit_ms: int, signs: Sequence[EarlySign], days: float
) -> Watched:
    """The signs of a case against its `truth.json`; `limit_ms`: when the fault first reaches a limit (the question)."""
    right, wrong = [], []
    for sign in signs:
        if _tells(sign, truth):
            right.append(sign.ts_ms)
        elif not any(_tells(sign, other) for other in truth.get("besides", ())):
            wrong.append(sign.hypothesis.cause)
    before = [ts_ms for ts_ms in right if ts_ms < limit_ms]
    return Watched(
        case=case,
        family=family,
        truth=truth["cause"],
        onset_min=math.nan if truth["onset_ts"] is None else (limit_ms - truth["onset_ts"]) / MINUTE_MS,
        lead_min=(limit_ms - min(before)) / MINUTE_MS if before else math.nan,
        late=len(right) - len(before),
        wrong=tuple(wrong),
        days=days,
    )


def _tells(sign: EarlySign, fault: Mapping[str, Any]) -> bool:
    """Whether a sign names the cause of a fault, near its place and not before it began."""
    named = sign.hypothesis
    if named.cause != fault["cause"] or fault["lon"] is None or math.isnan(named.lon) or sign.ts_ms < fault["onset_ts"]:
        return False
    return distance_m(named.lon, named.lat, fault["lon"], fault["lat"]) <= NEAR_M
