"""What a model answers, and what it hands on to the next one."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.harm import Probit, Threshold
from tocsin.engine.consequences.reach import Reach, Verdict
from tocsin.engine.consequences.shapes import Outline
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import Weather


@dataclass(frozen=True)
class Point:
    """A place that is asked about, in m: along the wind, across it (left of who looks downwind), above the ground."""

    name: str
    downwind_m: float
    crosswind_m: float = 0.0
    height_m: float = 1.5

    @property
    def distance_m(self) -> float:
        """From the source, over the ground, whatever the wind."""
        return float((self.downwind_m**2 + self.crosswind_m**2) ** 0.5)


@dataclass(frozen=True)
class Context:
    """What holds for the whole chain."""

    substance: Substance
    weather: Weather
    thresholds: tuple[Threshold, ...] = ()
    heat_probits: tuple[Probit, ...] = ()
    pressure_probits: tuple[Probit, ...] = ()
    toxic: Probit | None = None
    points: tuple[Point, ...] = ()
    exposure_s: float = 3600.0

    def in_weather(self, weather: Weather) -> "Context":
        """The same under another sky."""
        return replace(self, weather=weather)


class MissingState(InvalidInput):
    """A model needs what no model before it has answered."""


@dataclass(frozen=True)
class State:
    """What is known of the release so far: kg/s, kg, s, K, m; shares of mass."""

    rate_kg_s: float | None = None
    mass_kg: float | None = None
    duration_s: float | None = None
    temperature_k: float | None = None
    vapour_share: float | None = None
    height_m: float = 0.0
    pool_diameter_m: float | None = None

    def needed(self, name: str, model: str) -> float:
        """A figure that must be known by now; MissingState says by which step it can come."""
        value = getattr(self, name)
        if value is None:
            raise MissingState(
                "%(model)s needs %(what)s: give it in this step, or put a step before it that answers it.", model=model, what=name
            )
        return float(value)

    def airborne(self, name: str, model: str) -> float:
        """The rate or mass in the air: all of it, or the share that is vapour and mist; MissingState where that is none."""
        value = self.needed(name, model)
        share = 1.0 if self.vapour_share is None else self.vapour_share
        if share <= 0:
            raise MissingState("%(model)s: all of the liquid falls to the ground; put a step pool before it.", model=model)
        return value * share


class Unit(StrEnum):
    """Of figures."""

    KG_S = "kg/s"
    KG = "kg"
    S = "s"
    M = "m"
    M2 = "m2"
    M3 = "m3"
    PA = "Pa"
    K = "K"
    SHARE = "of 1"
    M_S = "m/s"
    KG_M3 = "kg/m3"
    MG_M3 = "mg/m3"
    PPM = "ppm"
    KW_M2 = "kW/m2"
    KPA = "kPa"
    J = "J"
    PA_S = "Pa s"
    W = "W"
    RAD = "rad"
    NONE = ""


class Figure(msgspec.Struct, frozen=True):
    """One number of an answer, by name and unit."""

    name: str
    value: float
    unit: Unit


class Distance(msgspec.Struct, frozen=True):
    """How far a threshold reaches. `verdict` says what `distance_m` is (see `reach.Verdict`)."""

    threshold: str
    level: float
    unit: str
    verdict: Verdict
    distance_m: float


class PointAnswer(msgspec.Struct, frozen=True):
    """What a point gets; null outside of the range that the model holds for, and then `outside` says which limit."""

    point: str
    name: str
    value: float | None
    unit: Unit
    outside: str = ""


@dataclass(frozen=True)
class Outcome:
    """One model's answer: its name, where it is from, in which range it holds, figures, distances, points."""

    model: str
    source: str
    valid: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    distances: tuple[Distance, ...] = ()
    points: tuple[PointAnswer, ...] = ()
    notes: tuple[str, ...] = field(default=())
    outlines: tuple[Outline, ...] = ()


def distance_of(threshold: Threshold, reach: Reach) -> Distance:
    """A reach as an answer."""
    return Distance(threshold.code, threshold.shown, threshold.unit, reach.verdict, reach.distance_m)
