"""The steps that a scenario is written in: one class a model, its fields with units in their names.

A field that is left out takes what the steps before have answered, or the default that stands here. Temperatures are in °C.
"""

from enum import StrEnum

import msgspec

from tocsin.engine.consequences.flame_blast import Confinement, Congestion, Reactivity

PIPE_ROUGHNESS_M = 4.6e-5  # commercial steel


class Ground(StrEnum):
    """What a pool lies on."""

    CONCRETE = "concrete"
    SAND = "sand"
    GRAVEL = "gravel"
    SOIL = "soil"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="model"):
    """One model of a scenario."""


class Source(Step, frozen=True, tag="source"):
    """A release that is known: a rate, or a mass at one moment, or both with a duration."""

    rate_kg_s: float | None = None
    mass_kg: float | None = None
    duration_s: float | None = None
    temperature_c: float | None = None
    vapour_share: float | None = None
    height_m: float = 0.0


class GasHole(Step, frozen=True, tag="gas_hole"):
    """Gas from a vessel through a hole."""

    pressure_pa: float
    diameter_m: float
    temperature_c: float | None = None
    discharge: float = 1.0
    duration_s: float | None = None
    height_m: float = 0.0


class GasPipe(Step, frozen=True, tag="gas_pipe"):
    """Gas from a vessel through a pipe that is broken off at its end."""

    pressure_pa: float
    diameter_m: float
    length_m: float
    temperature_c: float | None = None
    roughness_m: float = PIPE_ROUGHNESS_M
    losses: float = 0.5
    duration_s: float | None = None
    height_m: float = 0.0


class GasVessel(Step, frozen=True, tag="gas_vessel"):
    """A vessel of gas that runs empty through a hole."""

    volume_m3: float
    pressure_pa: float
    diameter_m: float
    temperature_c: float | None = None
    discharge: float = 1.0
    height_m: float = 0.0


class LiquidHole(Step, frozen=True, tag="liquid_hole"):
    """Liquid through a hole; `pressure_pa` is that over the liquid (left out: that of the air, or of the vapour if higher)."""

    diameter_m: float
    head_m: float = 0.0
    pressure_pa: float | None = None
    temperature_c: float | None = None
    discharge: float = 0.61
    duration_s: float | None = None
    height_m: float = 0.0


class LiquidPipe(Step, frozen=True, tag="liquid_pipe"):
    """Liquid through a pipe that is broken off at its end."""

    diameter_m: float
    length_m: float
    drop_m: float = 0.0
    pressure_pa: float | None = None
    temperature_c: float | None = None
    roughness_m: float = PIPE_ROUGHNESS_M
    losses: float = 0.5
    duration_s: float | None = None
    height_m: float = 0.0


class Tank(Step, frozen=True, tag="tank"):
    """An upright tank of liquid that runs empty down to its hole."""

    tank_diameter_m: float
    head_m: float
    diameter_m: float
    pressure_pa: float | None = None
    temperature_c: float | None = None
    discharge: float = 0.61
    height_m: float = 0.0


class TwoPhaseHole(Step, frozen=True, tag="two_phase_hole"):
    """A liquid under the pressure of its own vapour, through a hole or a pipe of `length_m`; it boils on its way."""

    diameter_m: float
    length_m: float = 0.1
    temperature_c: float | None = None
    discharge: float = 1.0
    duration_s: float | None = None
    height_m: float = 0.0


class Pool(Step, frozen=True, tag="pool"):
    """What falls to the ground spreads to `bund_area_m2` or as wide as it can, and goes into the air within `time_s`."""

    mass_kg: float | None = None
    temperature_c: float | None = None
    ground: Ground = Ground.CONCRETE
    bund_area_m2: float | None = None
    time_s: float = 600.0


class GaussianPlume(Step, frozen=True, tag="gaussian_plume"):
    """A steady cloud that is no heavier than air."""

    rate_kg_s: float | None = None
    height_m: float | None = None
    averaging_s: float = 600.0
    receptor_m: float = 1.5


class DensePlume(Step, frozen=True, tag="dense_plume"):
    """A steady cloud that is heavier than air."""

    rate_kg_s: float | None = None
    temperature_c: float | None = None


class DensePuff(Step, frozen=True, tag="dense_puff"):
    """A cloud of one moment that is heavier than air."""

    mass_kg: float | None = None
    temperature_c: float | None = None


class GaussianPuff(Step, frozen=True, tag="gaussian_puff"):
    """A cloud of one moment that is no heavier than air."""

    mass_kg: float | None = None
    height_m: float | None = None
    receptor_m: float = 1.5


class PoolFire(Step, frozen=True, tag="pool_fire"):
    """A pool that burns; people stand in its heat for `exposure_s`."""

    diameter_m: float | None = None
    burning_kg_m2_s: float | None = None
    emissive_kw_m2: float | None = None
    exposure_s: float = 60.0


class JetFire(Step, frozen=True, tag="jet_fire"):
    """A jet of gas or mist that burns; people stand in its heat for `exposure_s`."""

    rate_kg_s: float | None = None
    radiated_share: float = 0.25
    exposure_s: float = 60.0


class Fireball(Step, frozen=True, tag="fireball"):
    """What a vessel held when it burst, all of it in one ball of fire; `pressure_pa` is that at which it burst."""

    pressure_pa: float
    mass_kg: float | None = None


class TntExplosion(Step, frozen=True, tag="tnt_explosion"):
    """An explosive, or a cloud of gas of which a share as good as TNT explodes."""

    mass_kg: float | None = None
    efficiency: float = 0.05
    combustion_j_kg: float | None = None
    centre_downwind_m: float = 0.0


class MultiEnergyExplosion(Step, frozen=True, tag="multi_energy_explosion"):
    """The part of a cloud that is hemmed in: `volume_m3` of it, or `mass_kg` of fuel in it, at a `strength` of 1 to 10."""

    strength: int
    volume_m3: float | None = None
    mass_kg: float | None = None
    centre_downwind_m: float = 0.0


class FlameSpeedExplosion(Step, frozen=True, tag="flame_speed_explosion"):
    """The part of a cloud that is obstructed: `volume_m3` of it, or `mass_kg` of fuel in it; how fast its flame is, by the table
    from `reactivity`, `congestion` and `confinement`, or as `flame_mach`; `expansion`: volume of burnt over unburnt gas.
    """

    reactivity: Reactivity | None = None
    congestion: Congestion | None = None
    confinement: Confinement | None = None
    flame_mach: float | None = None
    expansion: float = 7.0
    volume_m3: float | None = None
    mass_kg: float | None = None
    centre_downwind_m: float = 0.0


type AnyStep = (
    Source
    | GasHole
    | GasPipe
    | GasVessel
    | LiquidHole
    | LiquidPipe
    | Tank
    | TwoPhaseHole
    | Pool
    | GaussianPlume
    | GaussianPuff
    | DensePlume
    | DensePuff
    | PoolFire
    | JetFire
    | Fireball
    | TntExplosion
    | MultiEnergyExplosion
    | FlameSpeedExplosion
)
