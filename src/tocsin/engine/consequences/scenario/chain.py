"""Runs a scenario, once or under all the weathers around the given one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.scenario import burning, clouds, dense_clouds, explosions, releases, steps
from tocsin.engine.consequences.scenario.outcome import Context, Outcome, State
from tocsin.engine.consequences.weather import Weather, neighbours

type Model = Callable[[Any, Context, State], tuple[Outcome, State]]

MODELS: Final[dict[type[steps.Step], Model]] = {
    steps.Source: releases.known_source,
    steps.GasHole: releases.gas_hole,
    steps.GasPipe: releases.gas_pipe,
    steps.GasVessel: releases.gas_vessel,
    steps.LiquidHole: releases.liquid_hole,
    steps.LiquidPipe: releases.liquid_pipe,
    steps.Tank: releases.upright_tank,
    steps.TwoPhaseHole: releases.two_phase_hole,
    steps.Pool: releases.spilled_pool,
    steps.GaussianPlume: clouds.gaussian_plume,
    steps.GaussianPuff: clouds.gaussian_puff,
    steps.DensePlume: dense_clouds.dense_plume,
    steps.DensePuff: dense_clouds.dense_puff,
    steps.PoolFire: burning.pool_fire,
    steps.JetFire: burning.jet_fire,
    steps.Fireball: burning.fireball,
    steps.TntExplosion: explosions.tnt_explosion,
    steps.MultiEnergyExplosion: explosions.multi_energy_explosion,
    steps.FlameSpeedExplosion: explosions.flame_speed_explosion,
}


class StepRefused(InvalidInput):
    """A step of a scenario can't be worked out."""


@dataclass(frozen=True)
class Variant:
    """One weather beside the given one, and what came of it: outcomes, or why there are none."""

    weather: Weather
    outcomes: tuple[Outcome, ...]
    refused: str = ""


def run(scenario: Sequence[steps.Step], context: Context) -> tuple[Outcome, ...]:
    """The outcomes of all steps in order; StepRefused says which step can't be worked out and why."""
    state = State()
    outcomes = []
    for number, step in enumerate(scenario, 1):
        try:
            outcome, state = MODELS[type(step)](step, context, state)
        except InvalidInput as error:
            raise StepRefused("scenario, step %(number)s: %(why)s", number=number, why=error) from None
        outcomes.append(outcome)
    return tuple(outcomes)


def run_around(scenario: Sequence[steps.Step], context: Context, *, wind_share: float) -> tuple[Variant, ...]:
    """The same scenario one stability class to each side and with the wind weaker and stronger by a share, not as given."""
    given = context.weather
    variants = []
    for stability in neighbours(given.stability):
        for factor in (1 - wind_share, 1.0, 1 + wind_share):
            if stability is given.stability and factor == 1.0:
                continue
            try:
                weather = replace(given, stability=stability, wind_m_s=given.wind_m_s * factor)
                variants.append(Variant(weather, run(scenario, context.in_weather(weather))))
            except InvalidInput as error:
                variants.append(Variant(given, (), f"{stability} {given.wind_m_s * factor:.3g} m/s: {error.in_english}"))
    return tuple(variants)
