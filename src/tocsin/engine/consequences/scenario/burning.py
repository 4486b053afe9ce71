"""Steps by which something burns: pool, jet, ball of fire."""

from collections.abc import Callable

from tocsin.engine.consequences import fires
from tocsin.engine.consequences.harm import Quantity
from tocsin.engine.consequences.limits import Limit, positive
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.outcome import Context, Figure, Outcome, State, Unit
from tocsin.engine.consequences.scenario.reaching import Effect, Floats

MOST_M = 10_000.0
CCPS = "CCPS, Guidelines for Chemical Process Quantitative Risk Analysis (2000)"


def _heat(
    context: Context, curve: Callable[[Floats], Floats], least_m: float, model: str, time_s: float, centre_m: float = 0.0
) -> Effect:
    limit = Limit(model, "distance from the middle", least_m, MOST_M, "m")
    positive(model, "exposure", time_s, "s")
    return Effect(Quantity.HEAT, "heat", Unit.KW_M2, curve, limit, context.heat_probits, time_s, centre_m)


def pool_fire(step: steps.PoolFire, context: Context, state: State) -> tuple[Outcome, State]:
    """A pool that burns."""
    diameter = state.needed("pool_diameter_m", "pool_fire") if step.diameter_m is None else step.diameter_m
    burning = step.burning_kg_m2_s
    if burning is None:
        burning = fires.burning_kg_m2_s(context.substance, context.weather.temperature_k)
    emissive = None if step.emissive_kw_m2 is None else step.emissive_kw_m2 * 1000
    fire = fires.PoolFire(diameter, burning, context.weather, emissive)
    effect = _heat(context, fire.heat_w_m2, diameter / 2, "pool_fire", step.exposure_s)
    figures = (
        Figure("diameter", diameter, Unit.M),
        Figure("burning_rate", fire.rate_kg_s, Unit.KG_S),
        Figure("flame_length", fire.length_m, Unit.M),
        Figure("flame_tilt", fire.tilt_rad, Unit.RAD),
        Figure("surface_power", fire.surface_w_m2 / 1000, Unit.KW_M2),
    )
    source = f"Thomas (1963), Mudan (1984, 1987), by {CCPS}, eq. 2.2.51 to 2.2.62"
    valid = (str(fires.DIAMETER), str(effect.limit))
    return Outcome("pool_fire", source, valid, figures, *effect.answers(context)), state


def jet_fire(step: steps.JetFire, context: Context, state: State) -> tuple[Outcome, State]:
    """A jet that burns downwind: it radiates from the middle of its flame."""
    rate = state.airborne("rate_kg_s", "jet_fire") if step.rate_kg_s is None else step.rate_kg_s
    power = rate * context.substance.figure("combustion_j_kg")
    fire = fires.JetFire(power, step.radiated_share, context.weather)
    effect = _heat(context, fire.heat_w_m2, fire.length_m / 2, "jet_fire", step.exposure_s, fire.length_m / 2)
    figures = (
        Figure("rate", rate, Unit.KG_S),
        Figure("power", power, Unit.W),
        Figure("flame_length", fire.length_m, Unit.M),
    )
    valid = (str(fires.JET), str(fires.SHARE), str(effect.limit))
    outcome = Outcome("jet_fire", "API 521, point source", valid, figures, *effect.answers(context))
    return outcome, state


def fireball(step: steps.Fireball, context: Context, state: State) -> tuple[Outcome, State]:
    """A vessel that bursts in a fire (BLEVE); people stand in its heat as long as it lasts."""
    mass = state.needed("mass_kg", "fireball") if step.mass_kg is None else step.mass_kg
    fire = fires.Fireball(mass, context.substance.figure("combustion_j_kg"), step.pressure_pa, context.weather)
    effect = _heat(context, fire.heat_w_m2, 1.0, "fireball", fire.duration_s)
    figures = (
        Figure("mass", mass, Unit.KG),
        Figure("diameter", fire.diameter_m, Unit.M),
        Figure("height", fire.height_m, Unit.M),
        Figure("duration", fire.duration_s, Unit.S),
        Figure("radiated_share", fire.share, Unit.SHARE),
        Figure("surface_power", fire.surface_w_m2 / 1000, Unit.KW_M2),
    )
    source = f"{CCPS}, eq. 2.2.32 to 2.2.38; Roberts (1982)"
    valid = (str(fires.FIREBALL), str(effect.limit))
    return Outcome("fireball", source, valid, figures, *effect.answers(context)), state
