"""The steps that a scenario is written in: one class a model, its fields with units in their names.

A field that is left out takes what the steps before have answered, or the default that stands here. Temperatures are in °C.
"""

import msgspec

PIPE_ROUGHNESS_M = 4.6e-5  # commercial steel


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


class GaussianPlume(Step, frozen=True, tag="gaussian_plume"):
    """A steady cloud that is no heavier than air."""

    rate_kg_s: float | None = None
    height_m: float | None = None
    averaging_s: float = 600.0
    receptor_m: float = 1.5


class GaussianPuff(Step, frozen=True, tag="gaussian_puff"):
    """A cloud of one moment that is no heavier than air."""

    mass_kg: float | None = None
    height_m: float | None = None
    receptor_m: float = 1.5


type AnyStep = Source | GasHole | GasPipe | GasVessel | LiquidHole | LiquidPipe | Tank | GaussianPlume | GaussianPuff
