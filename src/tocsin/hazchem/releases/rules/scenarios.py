"""Scenarios that a duty officer chooses by name, as steps of the engine; values in, values out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput

type Step = dict[str, object]


class Scenario(StrEnum):
    """What happens to the equipment."""

    BOILING_LIQUID = "boiling_liquid"
    GAS = "gas"
    LIQUID_POOL = "liquid_pool"
    POOL_FIRE = "pool_fire"
    JET_FIRE = "jet_fire"
    FIREBALL = "fireball"
    EXPLOSION = "explosion"
    KNOWN_RATE = "known_rate"


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is known; empty where it is not. Hole in millimetres, heights in metres, pressure absolute in kPa, mass in tonnes."""

    hole_mm: float | None = None
    pressure_kpa: float | None = None
    temperature_c: float | None = None
    head_m: float | None = None
    mass_t: float | None = None
    duration_min: float | None = None
    rate_kg_s: float | None = None
    bund_area_m2: float | None = None


NEEDED: Final[dict[Scenario, tuple[str, ...]]] = {
    Scenario.BOILING_LIQUID: ("hole_mm", "temperature_c"),
    Scenario.GAS: ("hole_mm", "pressure_kpa"),
    Scenario.LIQUID_POOL: ("hole_mm", "head_m", "duration_min"),
    Scenario.POOL_FIRE: ("hole_mm", "head_m", "duration_min"),
    Scenario.JET_FIRE: ("hole_mm", "pressure_kpa"),
    Scenario.FIREBALL: ("mass_t", "pressure_kpa"),
    Scenario.EXPLOSION: ("mass_t",),
    Scenario.KNOWN_RATE: ("rate_kg_s", "duration_min"),
}
"""What a scenario can't be worked out without."""


def steps_of(scenario: Scenario, known: Circumstances) -> list[list[Step]]:
    """Steps of the scenario, the likeliest model first; a later one is for what the earlier ones refuse (a cloud that is not
    heavier than air). InvalidInput names what is missing.
    """
    missing = [name for name in NEEDED[scenario] if getattr(known, name) is None]
    if missing:
        raise InvalidInput("This scenario needs %(fields)s.", fields=", ".join(missing))
    hole = None if known.hole_mm is None else known.hole_mm / 1000
    pressure = None if known.pressure_kpa is None else known.pressure_kpa * 1000
    duration = None if known.duration_min is None else known.duration_min * 60
    common = {"temperature_c": known.temperature_c, "duration_s": duration}
    liquid = _step("liquid_hole", diameter_m=hole, head_m=known.head_m, pressure_pa=pressure, **common)
    gas = _step("gas_hole", diameter_m=hole, pressure_pa=pressure, **common)
    pool = _step("pool", bund_area_m2=known.bund_area_m2)
    mass = _step("source", mass_kg=None if known.mass_t is None else known.mass_t * 1000)
    rate = _step("source", rate_kg_s=known.rate_kg_s, **common)
    plume, dense = _step("gaussian_plume"), _step("dense_plume")
    match scenario:
        case Scenario.BOILING_LIQUID:
            boiling = _step("two_phase_hole", diameter_m=hole, **common)
            return [[boiling, dense], [boiling, plume]]
        case Scenario.GAS:
            return [[gas, dense], [gas, plume]]
        case Scenario.LIQUID_POOL:
            return [[liquid, pool, dense], [liquid, pool, plume]]
        case Scenario.POOL_FIRE:
            return [[liquid, pool, _step("pool_fire")]]
        case Scenario.JET_FIRE:
            return [[gas, _step("jet_fire")]]
        case Scenario.FIREBALL:
            return [[mass, _step("fireball", pressure_pa=pressure)]]
        case Scenario.EXPLOSION:
            return [[mass, _step("tnt_explosion")]]
        case Scenario.KNOWN_RATE:
            return [[rate, dense], [rate, plume]]


_CLOUDS: Final = ("dense_plume", "gaussian_plume")


def chains_of(steps: list[Step]) -> list[list[Step]]:
    """The steps of an estimate to be worked out in other air: of a cloud by both models again, as which of them holds depends on
    the wind.

    >>> chains_of([{"model": "source"}, {"model": "gaussian_plume"}])[0]
    [{'model': 'source'}, {'model': 'dense_plume'}]
    """
    if not steps or steps[-1].get("model") not in _CLOUDS:
        return [steps]
    return [[*steps[:-1], _step(model)] for model in _CLOUDS]


def _step(model: str, **fields: object) -> Step:
    return {"model": model, **{name: value for name, value in fields.items() if value is not None}}
