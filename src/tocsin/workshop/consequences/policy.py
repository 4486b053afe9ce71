"""`policy.toml`: thresholds of harm and the range around a case, read into what the engine asks for."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import read_policy
from tocsin.engine.consequences.harm import Probit, Quantity, Threshold
from tocsin.engine.consequences.substance import MissingFigure, Substance
from tocsin.engine.consequences.weather import Weather

FILE = Path(__file__).with_name("policy.toml")
AEGL_MINUTES = (10, 30, 60, 240, 480)


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a row comes from, and how sure it is."""

    source: str
    confidence: str


class Number(Row, frozen=True):
    """One figure."""

    value: float


class Ranges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far around a case its range goes."""

    wind_share: Number
    sector_half_degrees: Number
    exposure_minutes: Number


class Named(Row, frozen=True, kw_only=True):
    """A row with a code and words."""

    code: str
    zh: str
    en: str


class Heat(Named, frozen=True, kw_only=True):
    """A limit of heat in kW/m2."""

    kw_m2: float


class Pressure(Named, frozen=True, kw_only=True):
    """A limit of overpressure in kPa."""

    kpa: float


class WrittenProbit(Named, frozen=True, kw_only=True):
    """Coefficients of Y = a + b ln(value^n t / scale)."""

    a: float
    b: float
    n: float = 1.0
    scale: float = 1.0

    @property
    def probit(self) -> Probit:
        """As the engine takes it."""
        return Probit(self.code, self.a, self.b, self.n, self.scale)


class Toxic(Row, frozen=True, kw_only=True):
    """Levels of one substance in ppm; 0 where none is recommended."""

    cas: str
    aegl_1: tuple[float, float, float, float, float]
    aegl_2: tuple[float, float, float, float, float]
    aegl_3: tuple[float, float, float, float, float]
    erpg: tuple[float, float, float]
    idlh: float
    toxic_probit: tuple[float, float, float] | None = None


class HarmPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    ranges: Ranges
    heat: tuple[Heat, ...]
    overpressure: tuple[Pressure, ...]
    heat_probits: tuple[WrittenProbit, ...]
    pressure_probits: tuple[WrittenProbit, ...]
    toxic: tuple[Toxic, ...]


@cache
def harm_policy() -> HarmPolicy:
    """The shipped file."""
    return read_policy(FILE.read_bytes(), HarmPolicy, str(FILE))


def thresholds_of(policy: HarmPolicy, substance: Substance, weather: Weather, exposure_minutes: float) -> tuple[Threshold, ...]:
    """Every threshold that is known for a substance: toxic levels for the exposure, limits in air, heat, pressure."""
    found = [
        *(Threshold(one.code, Quantity.HEAT, one.kw_m2 * 1000, one.kw_m2, "kW/m2") for one in policy.heat),
        *(Threshold(one.code, Quantity.OVERPRESSURE, one.kpa * 1000, one.kpa, "kPa") for one in policy.overpressure),
    ]
    parts = _parts_per_million(policy, substance, exposure_minutes)
    try:
        levels = [concentration(code, ppm, "ppm", ppm * 1e-6, substance, weather) for code, ppm in parts]
        if substance.lower_limit is not None:
            percent = 100 * substance.lower_limit
            levels += [
                concentration("lower_limit", percent, "%", percent / 100, substance, weather),
                concentration("half_lower_limit", percent / 2, "%", percent / 200, substance, weather),
            ]
    except MissingFigure:  # without a molar mass there are no concentrations, nor a cloud that has any
        levels = []
    return (*found, *levels)


def toxic_probit_of(policy: HarmPolicy, substance: Substance) -> Probit | None:
    """How many die by a concentration (ppm) in a time (minutes), where that is known."""
    row = next((one for one in policy.toxic if one.cas == substance.cas), None)
    return None if row is None or row.toxic_probit is None else Probit("death", *row.toxic_probit)


def concentration(code: str, shown: float, unit: str, share: float, substance: Substance, weather: Weather) -> Threshold:
    """A share of volume as a threshold in the given air."""
    level = substance.kg_m3(share, weather.temperature_k, weather.pressure_pa)
    return Threshold(code, Quantity.CONCENTRATION, level, shown, unit)


def _parts_per_million(policy: HarmPolicy, substance: Substance, exposure_minutes: float) -> list[tuple[str, float]]:
    row = next((one for one in policy.toxic if one.cas == substance.cas), None)
    if row is None:
        return []
    longer = [at for at, minutes in enumerate(AEGL_MINUTES) if minutes >= exposure_minutes]
    if not longer:
        raise InvalidInput(
            "exposure_minutes is %(minutes)s, %(by)s above the longest that AEGLs are given for, 480.",
            minutes=f"{exposure_minutes:g}",
            by=f"{exposure_minutes - 480:g}",
        )
    levels = [(f"aegl_{grade}", getattr(row, f"aegl_{grade}")[longer[0]]) for grade in (1, 2, 3)]
    levels += [(f"erpg_{grade}", row.erpg[grade - 1]) for grade in (1, 2, 3)]
    levels.append(("idlh", row.idlh))
    return [(code, ppm) for code, ppm in levels if 0 < ppm < 1e6]
