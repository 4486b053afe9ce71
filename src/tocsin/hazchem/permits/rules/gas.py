"""Whether a gas test lets people in or fire be lit, and when it must be made anew."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.permits.rules.kinds import GradeRow, Percent


class GasLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of a gas test in percent of the volume. `rich_from`: the lower explosive limit from which `rich` holds."""

    rich_from: Percent
    rich: Percent
    lean: Percent
    oxygen_least: Percent
    oxygen_most: Percent
    oxygen_most_enriched: Percent


METHANE_LEL: Final = 5.0  # % of the volume, on which readings in % LEL are based (GB/T 50493-2019)
MG_M3_OF_PPM: Final[Mapping[str, tuple[str, float]]] = {
    "hydrogen_sulphide": ("hydrogen_sulfide", 34.08 / 24.04),
    "carbon_monoxide": ("carbon_monoxide", 28.01 / 24.04),
}
"""By quantity of a sensor the toxic of the policy, and mg/m³ of 1 ppm at 20 °C and 101.3 kPa (molar mass over 24.04 L)."""


@dataclass(frozen=True, kw_only=True)
class GasAsked:
    """What a test must tell: combustible gas with its lower explosive limit in percent of the volume (None: none can be there),
    oxygen, toxic substances by name.
    """

    lel_percent: float | None = None
    oxygen: bool = False
    enriched: bool = False
    toxics: tuple[str, ...] = ()

    def wants(self, quantity: str, rich_from: float) -> bool:
        """Whether a sensor of that quantity measures something of it. One of methane tells combustible gas where the lower
        explosive limit is `rich_from` or more: below that it would read too low.
        """
        if quantity == "methane":
            return self.lel_percent is not None and self.lel_percent >= rich_from
        if quantity == "oxygen":
            return self.oxygen
        return quantity in MG_M3_OF_PPM and MG_M3_OF_PPM[quantity][0] in self.toxics


@dataclass(frozen=True, kw_only=True)
class GasFigures:
    """What was measured: percent of the volume, toxics in mg/m³ by name."""

    flammable_percent: float | None = None
    oxygen_percent: float | None = None
    toxics: Mapping[str, float] = field(default_factory=dict)


def figures_of_readings(readings: Mapping[str, float], by_hand: GasFigures) -> GasFigures:
    """Readings in canonical units as figures of a test; what was typed stands where no reading tells it. Below 0 is 0.

    >>> figures_of_readings({"methane": 4.0, "carbon_monoxide": 10.0}, GasFigures(oxygen_percent=20.9))
    GasFigures(flammable_percent=0.2, oxygen_percent=20.9, toxics={'carbon_monoxide': 11.65})
    """
    toxics = dict(by_hand.toxics)
    for quantity, (name, factor) in MG_M3_OF_PPM.items():
        if quantity in readings:
            toxics[name] = round(max(0.0, readings[quantity]) * factor, 2)
    flammable = (
        round(max(0.0, readings["methane"]) * METHANE_LEL / 100.0, 4) if "methane" in readings else by_hand.flammable_percent
    )
    return GasFigures(flammable_percent=flammable, oxygen_percent=readings.get("oxygen", by_hand.oxygen_percent), toxics=toxics)


class GasFault(StrEnum):
    """Why a test does not hold."""

    MISSING = "missing"
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True)
class Fault:
    """What of a test does not hold: `flammable`, `oxygen` or a substance; `limit` in the unit of the value."""

    code: GasFault
    what: str
    value: float | None = None
    limit: float | None = None


def faults_of(asked: GasAsked, figures: GasFigures, limits: GasLimits, toxic_limits: Mapping[str, float]) -> tuple[Fault, ...]:
    """All that does not hold, none where people may work. InvalidInput for a toxic without a limit, and for what is no figure.

    Toxics must lie below their limit, the others at most upon it.
    """
    found: list[Fault] = []
    if asked.lel_percent is not None:
        most = limits.rich if asked.lel_percent >= limits.rich_from else limits.lean
        found += _outside("flammable", figures.flammable_percent, None, most)
    if asked.oxygen:
        most = limits.oxygen_most_enriched if asked.enriched else limits.oxygen_most
        found += _outside("oxygen", figures.oxygen_percent, limits.oxygen_least, most)
    for name in asked.toxics:
        if name not in toxic_limits:
            raise InvalidInput(
                "There is no limit for %(name)s: choose one of %(known)s.", name=name, known=", ".join(toxic_limits)
            )
        value = figures.toxics.get(name)
        found += _outside(name, value, None, toxic_limits[name], below=True)
    return tuple(found)


def check_figures(figures: GasFigures) -> None:
    """InvalidInput for what no instrument shows."""
    for name, value in (("flammable", figures.flammable_percent), ("oxygen", figures.oxygen_percent)):
        if value is not None and not (math.isfinite(value) and 0 <= value <= 100):
            raise InvalidInput("%(name)s: %(value)s is no share of the volume, 0 to 100 %%.", name=name, value=value)
    for name, value in figures.toxics.items():
        if not (math.isfinite(value) and 0 <= value <= 1e6):
            raise InvalidInput("%(name)s: %(value)s is no concentration in mg/m³.", name=name, value=value)


class Freshness(StrEnum):
    """How the newest test stands for starting or going on now."""

    NOT_ASKED = "not_asked"
    NONE = "none"
    FAILED = "failed"
    OLD = "old"
    BEFORE_PAUSE = "before_pause"
    GOOD = "good"


def freshness_of(
    row: GradeRow,
    *,
    tested_at: datetime | None,
    good: bool,
    paused_at: datetime | None,
    stopped_at: datetime | None,
    now: datetime,
) -> Freshness:
    """How the newest test stands as work shall start or go on now.

    At a start it is at most `row.start_min` old. After a pause longer than `row.pause_min`, and after every stop, there is a test
    made since; a shorter pause asks for none.
    """
    if not row.gas_test:
        return Freshness.NOT_ASKED
    if tested_at is None:
        return Freshness.NONE
    if not good:
        return Freshness.FAILED
    if stopped_at is not None and tested_at <= stopped_at:
        return Freshness.BEFORE_PAUSE
    if paused_at is not None and stopped_at is None:
        long = row.pause_min is not None and now - paused_at > timedelta(minutes=row.pause_min)
        if not long:
            return Freshness.GOOD
        if tested_at <= paused_at:
            return Freshness.BEFORE_PAUSE
    old = row.start_min is not None and now - tested_at > timedelta(minutes=row.start_min)
    return Freshness.OLD if old else Freshness.GOOD


def _outside(what: str, value: float | None, least: float | None, most: float, *, below: bool = False) -> list[Fault]:
    if value is None:
        return [Fault(GasFault.MISSING, what)]
    if least is not None and value < least:
        return [Fault(GasFault.LOW, what, value, least)]
    if value > most or (below and value == most):
        return [Fault(GasFault.HIGH, what, value, most)]
    return []
