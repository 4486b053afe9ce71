"""Steps by which something explodes."""

import numpy as np

from tocsin.engine.consequences import blast, flame_blast
from tocsin.engine.consequences.harm import Quantity
from tocsin.engine.consequences.limits import OutsideRange
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.outcome import Context, Figure, Outcome, PointAnswer, State, Unit
from tocsin.engine.consequences.scenario.reaching import Effect


def _pressure(context: Context, found: blast.TntBlast | blast.EnergyBlast | flame_blast.FlameBlast, centre_m: float) -> Effect:
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


def flame_speed_explosion(step: steps.FlameSpeedExplosion, context: Context, state: State) -> tuple[Outcome, State]:
    """The part of a cloud that is obstructed, by the speed of its flame."""
    mass = step.mass_kg
    if mass is None and step.volume_m3 is None:
        mass = state.airborne("mass_kg", flame_blast.MODEL)
    combustion = None if mass is None else context.substance.figure("combustion_j_kg")
    energy = blast.energy_of(volume_m3=step.volume_m3, mass_kg=mass, combustion_j_kg=combustion, model=flame_blast.MODEL)
    found = flame_blast.FlameBlast(energy, _mach(step), step.expansion, context.weather.pressure_pa)
    effect = _pressure(context, found, step.centre_downwind_m)
    figures = (
        Figure("energy", energy, Unit.J),
        Figure("flame_mach", found.mach, Unit.NONE),
        Figure("blast_length", found.length_m, Unit.M),
    )
    source = "Pierorazio et al. (2005); blast by Dorofeev et al. (1996)"
    valid = (str(flame_blast.MACH), str(flame_blast.EXPANSION), str(effect.limit))
    distances, points, notes, outlines = effect.answers(context)
    told = (*points, *_impulses(found, context, step.centre_downwind_m))
    return Outcome(flame_blast.MODEL, source, valid, figures, distances, told, notes, outlines), state


def _impulses(found: flame_blast.FlameBlast, context: Context, centre_m: float) -> list[PointAnswer]:
    """Of the wave at each point within the limit; nearer and farther the overpressure says why there is none."""
    away = {one.name: float(np.hypot(one.downwind_m - centre_m, one.crosswind_m)) for one in context.points}
    return [
        PointAnswer(name, "impulse", float(found.impulse_pa_s(np.array([metres]))[0]), Unit.PA_S)
        for name, metres in away.items()
        if found.limit.low <= metres <= found.limit.high
    ]


def _mach(step: steps.FlameSpeedExplosion) -> float:
    reactivity, congestion, confinement = step.reactivity, step.congestion, step.confinement
    if step.flame_mach is None and reactivity and congestion and confinement:
        return flame_blast.flame_mach(reactivity, congestion, confinement)
    if step.flame_mach is None or reactivity or congestion or confinement:
        raise OutsideRange(
            "%(model)s: either flame_mach, or reactivity, congestion and confinement, all three, are needed.",
            model=flame_blast.MODEL,
        )
    return step.flame_mach
