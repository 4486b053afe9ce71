"""A case file (docs/consequences.md): TOML or JSON into what the engine takes, refused with the field and what is expected."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from tocsin.base.decoding import convert
from tocsin.base.documents import read_json, read_toml
from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane
from tocsin.engine.consequences.harm import Threshold
from tocsin.engine.consequences.scenario.outcome import Context, Point
from tocsin.engine.consequences.scenario.steps import AnyStep
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import Stability, Terrain, Weather
from tocsin.workshop.consequences.policy import HarmPolicy, concentration, thresholds_of, toxic_probit_of
from tocsin.workshop.consequences.substances import OwnFigures, find_substance

SUFFIXES = (".toml", ".json")
MOST_STEPS = 20
MOST_POINTS = 1000


class WrittenWeather(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The air."""

    wind_m_s: float
    stability: Stability
    temperature_c: float = 20.0
    pressure_pa: float = 101_325.0
    humidity: float = 0.5
    terrain: Terrain = Terrain.RURAL
    wind_height_m: float = 10.0
    roughness_m: float = 0.1
    wind_from_degrees: float | None = None


class WrittenPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the source is, WGS 84."""

    lon: float
    lat: float


class WrittenPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place that is asked about: by metres, or by degrees."""

    name: str
    downwind_m: float | None = None
    crosswind_m: float = 0.0
    height_m: float = 1.5
    lon: float | None = None
    lat: float | None = None


class WrittenLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A concentration of the case's own that distances are asked for: one of the three."""

    code: str
    ppm: float | None = None
    percent: float | None = None
    mg_m3: float | None = None


class WrittenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as it is written."""

    substance: str
    weather: WrittenWeather
    scenario: list[AnyStep]
    title: str = ""
    own: OwnFigures = OwnFigures()
    place: WrittenPlace | None = None
    points: list[WrittenPoint] = []
    levels: list[WrittenLevel] = []
    exposure_minutes: float | None = None


@dataclass(frozen=True)
class Case:
    """A case as the engine takes it."""

    name: str
    title: str
    context: Context
    scenario: tuple[AnyStep, ...]
    place: LocalPlane | None
    wind_from_degrees: float | None


def find_cases(path: Path) -> list[Path]:
    """The file itself, or every case file of a folder in order."""
    if path.is_file():
        return [path]
    found = sorted(one for one in path.iterdir() if one.suffix in SUFFIXES and one.is_file())
    if not found:
        raise InvalidInput(f"{path}: a case file (.toml or .json) is expected, and a folder holds at least one")
    return found


def read_case(file: Path, policy: HarmPolicy) -> Case:
    """The case of a file; InvalidInput begins with the file and names the field."""
    try:
        return case_of(file.stem, _written(file), policy)
    except (InvalidInput, OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file}: {error}") from None


def _written(file: Path) -> WrittenCase:
    if file.suffix not in SUFFIXES:
        raise InvalidInput("a case is a file .toml or .json")
    text = file.read_text(encoding="utf-8")
    content = read_toml(text) if file.suffix == ".toml" else read_json(text)
    try:
        return convert(content, WrittenCase)
    except msgspec.ValidationError as error:
        raise InvalidInput("%(why)s%(hint)s", why=error, hint=_hint(str(error))) from None


def _hint(message: str) -> str:
    """Which models there are, where the one that was named is not one."""
    if ".model`" not in message and "`model`" not in message:
        return ""
    return f"; model is one of {', '.join(sorted(model_names()))}"


def model_names() -> list[str]:
    """All that a step may name."""
    return [str(kind.__struct_config__.tag) for kind in AnyStep.__value__.__args__]


def case_of(name: str, written: WrittenCase, policy: HarmPolicy) -> Case:
    """The case; InvalidInput names the field."""
    if not 1 <= len(written.scenario) <= MOST_STEPS:
        raise InvalidInput(f"scenario has {len(written.scenario)} steps; 1 to {MOST_STEPS} are expected")
    if len(written.points) > MOST_POINTS:
        raise InvalidInput(f"points has {len(written.points)} rows; at most {MOST_POINTS} are expected")
    weather = _weather(written.weather)
    substance = find_substance(written.substance, written.own)
    minutes = policy.ranges.exposure_minutes.value if written.exposure_minutes is None else written.exposure_minutes
    if not minutes > 0:
        raise InvalidInput(f"exposure_minutes is {minutes:g}; a number above 0 is expected")
    place = _place(written)
    own = [_level(row, substance, weather) for row in written.levels]
    context = Context(
        substance,
        weather,
        (*own, *thresholds_of(policy, substance, weather, minutes)),
        tuple(one.probit for one in policy.heat_probits),
        tuple(one.probit for one in policy.pressure_probits),
        toxic_probit_of(policy, substance),
        tuple(_point(row, place, written.weather.wind_from_degrees) for row in written.points),
        minutes * 60,
    )
    return Case(name, written.title or name, context, tuple(written.scenario), place, written.weather.wind_from_degrees)


def _level(row: WrittenLevel, substance: Substance, weather: Weather) -> Threshold:
    given = {"ppm": row.ppm, "%": row.percent, "mg/m3": row.mg_m3}
    values = {unit: value for unit, value in given.items() if value is not None}
    if len(values) != 1:
        raise InvalidInput(f"levels, {row.code!r}: one of ppm, percent, mg_m3 is expected")
    ((unit, value),) = values.items()
    if not value > 0:
        raise InvalidInput(f"levels, {row.code!r}: a number above 0 is expected, not {value:g}")
    if unit == "mg/m3":
        share = substance.volume_share(value * 1e-6, weather.temperature_k, weather.pressure_pa)
    else:
        share = value * (1e-6 if unit == "ppm" else 1e-2)
    return concentration(row.code, value, unit, share, substance, weather)


def _weather(written: WrittenWeather) -> Weather:
    if written.wind_from_degrees is not None and not 0 <= written.wind_from_degrees <= 360:
        raise InvalidInput(f"weather.wind_from_degrees is {written.wind_from_degrees:g}; 0 to 360 is expected")
    return Weather(
        wind_m_s=written.wind_m_s,
        stability=written.stability,
        temperature_k=written.temperature_c + 273.15,
        pressure_pa=written.pressure_pa,
        humidity=written.humidity,
        terrain=written.terrain,
        wind_height_m=written.wind_height_m,
        roughness_m=written.roughness_m,
    )


def _place(written: WrittenCase) -> LocalPlane | None:
    if written.place is None:
        return None
    if not (-180 <= written.place.lon <= 180 and -85 <= written.place.lat <= 85):
        raise InvalidInput("place: lon -180 to 180 and lat -85 to 85 are expected, in degrees of WGS 84")
    return LocalPlane(written.place.lon, written.place.lat)


def _point(row: WrittenPoint, place: LocalPlane | None, wind_from: float | None) -> Point:
    if row.downwind_m is not None and row.lon is None and row.lat is None:
        return Point(row.name, row.downwind_m, row.crosswind_m, row.height_m)
    if row.downwind_m is not None or row.lon is None or row.lat is None:
        raise InvalidInput(f"points, {row.name!r}: downwind_m, or lon and lat, is expected, not both")
    if place is None or wind_from is None:
        raise InvalidInput(f"points, {row.name!r}: lon and lat need [place] and weather.wind_from_degrees")
    east, north = place.to_metres(np.array([row.lon]), np.array([row.lat]))
    towards = np.radians(wind_from + 180)
    along = float(east[0] * np.sin(towards) + north[0] * np.cos(towards))
    left = float(-east[0] * np.cos(towards) + north[0] * np.sin(towards))
    return Point(row.name, along, left, row.height_m)
