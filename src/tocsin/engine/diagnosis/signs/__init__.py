"""Signs: pure functions that look at a scene and a place and tell how clearly one thing is to be seen. The list is
the registration.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.engine.diagnosis.places import Finding, Place, Question
from tocsin.engine.diagnosis.signs import cable, companions, creep, drains, gas, heat, instrument, pressure, shape, water, work

Look = Callable[[Question, Place], Finding | None]


@dataclass(frozen=True)
class Sign:
    """`look` returns None where nothing can be said. `everywhere`: the same answer for all places of one cause, asked
    once.
    """

    look: Look
    everywhere: bool = False


SIGNS: dict[str, Sign] = {
    "within_limits": Sign(shape.within_limits, everywhere=True),
    "square_pulse": Sign(work.square_pulse, everywhere=True),
    "lone_spike": Sign(instrument.lone_spike, everywhere=True),
    "slow_rise": Sign(shape.slow_rise, everywhere=True),
    "gas_takes_its_time": Sign(shape.gas_takes_its_time, everywhere=True),
    "within_the_hour": Sign(shape.within_the_hour, everywhere=True),
    "by_degrees": Sign(shape.by_degrees, everywhere=True),
    "warms_at_once": Sign(instrument.warms_at_once, everywhere=True),
    "smooth_curve": Sign(shape.smooth_curve, everywhere=True),
    "speeds_up": Sign(shape.speeds_up, everywhere=True),
    "steady_drift": Sign(creep.steady_drift, everywhere=True),
    "stuck_value": Sign(instrument.stuck_value, everywhere=True),
    "noisy_signal": Sign(instrument.noisy_signal, everywhere=True),
    "test_gas_value": Sign(work.test_gas_value, everywhere=True),
    "comes_and_goes": Sign(instrument.comes_and_goes, everywhere=True),
    "follows_day": Sign(instrument.follows_day, everywhere=True),
    "sudden_step": Sign(instrument.sudden_step, everywhere=True),
    "back_from_silence": Sign(instrument.back_from_silence, everywhere=True),
    "end_of_range": Sign(instrument.end_of_range, everywhere=True),
    "impossible_value": Sign(instrument.impossible_value, everywhere=True),
    "rise_and_fall": Sign(shape.rise_and_fall, everywhere=True),
    "swells_and_fades": Sign(shape.swells_and_fades, everywhere=True),
    "working_hours": Sign(work.working_hours, everywhere=True),
    "same_pulse_nearby": Sign(work.same_pulse_nearby, everywhere=True),
    "companions_calm": Sign(companions.companions_calm, everywhere=True),
    "ethane_in_gas": Sign(gas.ethane_in_gas, everywhere=True),
    "sulphide_with_gas": Sign(gas.sulphide_with_gas, everywhere=True),
    "biogas_before": Sign(gas.biogas_before, everywhere=True),
    "gas_main_near": Sign(gas.gas_main_near),
    "oxygen_used": Sign(gas.oxygen_used, everywhere=True),
    "gas_gradient": Sign(gas.gas_gradient),
    "gas_spreads": Sign(gas.gas_spreads),
    "gas_supply_disturbed": Sign(gas.gas_supply_disturbed, everywhere=True),
    "heating_season": Sign(heat.heating_season, everywhere=True),
    "makeup_rises": Sign(heat.makeup_rises, everywhere=True),
    "warm_chambers": Sign(heat.warm_chambers),
    "asked_gets_warm": Sign(heat.asked_gets_warm, everywhere=True),
    "trench_to_sensor": Sign(heat.trench_to_sensor),
    "rain_before": Sign(water.rain_before, everywhere=True),
    "water_main_near": Sign(water.water_main_near),
    "chamber_fills": Sign(water.chamber_fills),
    "neighbours_fill": Sign(water.neighbours_fill),
    "pressure_falls": Sign(pressure.pressure_falls),
    "pressure_pattern": Sign(pressure.pressure_pattern),
    "supply_rises": Sign(water.supply_rises, everywhere=True),
    "level_above": Sign(drains.level_above),
    "level_below_calm": Sign(drains.level_below_calm),
    "surface_agrees": Sign(drains.surface_agrees),
    "next_below": Sign(drains.next_below),
    "tight_pipe": Sign(drains.tight_pipe),
    "sulphide_in_sewer": Sign(drains.sulphide_in_sewer),
    "asked_on_drain": Sign(drains.asked_on_drain),
    "drains_up_everywhere": Sign(drains.drains_up_everywhere, everywhere=True),
    "sewage_stirs": Sign(drains.sewage_stirs),
    "conductivity_jumps": Sign(drains.conductivity_jumps),
    "wave_order": Sign(drains.wave_order),
    "thins_on_the_way": Sign(drains.thins_on_the_way),
    "upstream_premises": Sign(drains.upstream_premises),
    "carbon_monoxide_at_cable": Sign(cable.carbon_monoxide_at_cable),
    "warm_cable": Sign(cable.warm_cable),
    "cable_near": Sign(cable.cable_near),
}

# How the spot on a line is found; without one it is the point nearest to where the effect leaves the line, or it may be anywhere.
LOCATORS: dict[str, Callable[[Question, Place], Place]] = {
    "heat_arrivals": heat.locate_by_arrivals,
    "levels": water.locate_by_levels,
    "cable_ends": cable.locate_by_ends,
}
