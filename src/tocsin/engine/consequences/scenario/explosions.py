"""Steps by which something explodes."""

from tocsin.engine.consequences import blast
from tocsin.engine.consequences.harm import Quantity
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.outcome import Context, Figure, Outcome, State, Unit
from tocsin.engine.consequences.scenario.reaching import Effect


def _pressure(context: Context, found: blast.TntBlast | blast.EnergyBlast, centre_m: float) -> Effect:
    return Effect(
        Quantity.OVERPRESSURE,
        "overpressure",
        Unit.KPA,
        found.pressure_pa,
        found.limit,
        context.pressure_probits,
        centre_m=centre_m,
    )


def tnt_explosion(step: steps.TntExplosion, context: Context, state: State) -> tuple[Outcome, State]:
    """A charge, or a cloud by its share that is as good as TNT."""
    mass = state.airborne("mass_kg", "tnt_explosion") if step.mass_kg is None else step.mass_kg
    combustion = context.substance.figure("combustion_j_kg") if step.combustion_j_kg is None else step.combustion_j_kg
    found = blast.TntBlast(blast.tnt_mass_kg(mass, combustion, step.efficiency))
    effect = _pressure(context, found, step.centre_downwind_m)
    figures = (Figure("mass", mass, Unit.KG), Figure("tnt_mass", found.mass_kg, Unit.KG))
    source = "Crowl & Louvar, Chemical Process Safety, 3rd ed., eq. 6-24; Kingery & Bulmash (1984) by Swisdak (1994)"
    valid = (str(blast.SCALED), str(blast.EFFICIENCY), str(effect.limit))
    return Outcome("tnt_explosion", source, valid, figures, *effect.answers(context)), state


def multi_energy_explosion(step: steps.MultiEnergyExplosion, context: Context, state: State) -> tuple[Outcome, State]:
    """The part of a cloud that is hemmed in."""
    mass = step.mass_kg
    if mass is None and step.volume_m3 is None:
        mass = state.airborne("mass_kg", "multi_energy_explosion")
    combustion = None if mass is None else context.substance.figure("combustion_j_kg")
    energy = blast.energy_of(volume_m3=step.volume_m3, mass_kg=mass, combustion_j_kg=combustion)
    found = blast.EnergyBlast(energy, step.strength, context.weather.pressure_pa)
    effect = _pressure(context, found, step.centre_downwind_m)
    figures = (Figure("energy", energy, Unit.J), Figure("blast_length", found.length_m, Unit.M))
    source = "van den Berg (1985); curves by Assael & Kakosimos (2010)"
    valid = (str(effect.limit),)
    outcome = Outcome("multi_energy_explosion", source, valid, figures, *effect.answers(context))
    return outcome, state
