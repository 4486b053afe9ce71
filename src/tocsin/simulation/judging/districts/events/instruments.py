"""What is no danger: instruments at fault, and people who test or mend them."""

import math
from typing import TYPE_CHECKING

import numpy as np

from tocsin.simulation.judging.districts.alterations import Damp, Fixed, Noisy, Offset, Silent, SpanGas, Spikes
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Happening, Truth
from tocsin.simulation.judging.districts.instruments import Alteration
from tocsin.simulation.judging.districts.physics.ground_heat import late
from tocsin.simulation.judging.districts.stations import Channel
from tocsin.simulation.judging.districts.world import Added, World

if TYPE_CHECKING:
    from collections.abc import Callable

_GASES = ("methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen")


def sensor_fault(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """One channel with a limit goes wrong, in one of the ways that instruments of its kind do."""
    limited = [
        i for i, channel in enumerate(world.channels) if not math.isnan(channel.alarm_high) or not math.isnan(channel.alarm_low)
    ]
    methane = [i for i in limited if world.channels[i].quantity == "methane"]
    number = draws.pick(methane if methane and draws.chance(0.55) else limited)
    channel = world.channels[number]
    place = world.district.places[channel.place]
    name, faults = _fault(channel, begin_h, draws, world.district.seed + number)
    truth = Truth(
        "sensor_fault", place.x_m, place.y_m, place.owner, begin_h, f"the sensor itself was at fault: {name}", place=channel.place
    )
    return Happening(truth, altered={number: faults})


def _fault(channel: Channel, begin_h: float, draws: Draws, seed: int) -> tuple[str, tuple[Alteration, ...]]:
    """A fault that will ring within days: its name, and what it does."""
    low = math.isnan(channel.alarm_high)
    limit = channel.alarm_low if low else channel.alarm_high
    usual = {"oxygen": 20.9, "temperature": 14.0, "pressure": limit * 1.25 if low else 0.0}.get(channel.quantity, 0.0)
    size = (limit - usual) * draws.between(1.05, 1.9)
    kinds: dict[str, float] = {
        "drift": 2.0,
        "creep": 1.2,
        "jump": 0.9,
        "restart": 0.8,
        "contact": 1.2,
        "interference": 1.0,
        "wire": 0.9,
    }
    if channel.quantity in ("methane", "hydrogen_sulphide", "carbon_monoxide", "level"):
        kinds["condensation"] = 1.4
    kind = draws.weighted(kinds)
    silent = draws.spread(0.3, 8.0)  # hours without power, after which the zero is another
    made: dict[str, Callable[[], tuple[Alteration, ...]]] = {
        "drift": lambda: (Offset("ramp", begin_h, size, draws.spread(30, 190), draws.between(0.7, 1.8)),),
        "creep": lambda: (Offset("creep", begin_h, size * 1.15, draws.spread(8, 90)),),
        "jump": lambda: (Offset("step", begin_h, size, 1.0),),
        "restart": lambda: (Silent(begin_h, silent), Offset("step", begin_h, size, 1.0)),
        "contact": lambda: (Noisy(begin_h, abs(size) * draws.between(0.35, 0.7), draws.spread(3, 60), seed),),
        "interference": lambda: (Spikes(begin_h, size * draws.between(1.0, 2.5), draws.spread(0.02, 0.5), seed),),
        "wire": lambda: (Fixed(begin_h, draws.spread(0.2, 30), _end_of_range(channel, low)),),
        "condensation": lambda: (Damp(begin_h, size * 1.2, draws.between(2.5, 6.5), seed),),
    }
    return kind, made[kind]()


def _end_of_range(channel: Channel, low: bool) -> float:
    ends = {
        "methane": 100.0,
        "hydrogen_sulphide": 100.0,
        "carbon_monoxide": 1000.0,
        "level": 5.0,
        "temperature": 125.0,
        "oxygen": 0.0,
    }
    return 0.0 if low else ends.get(channel.quantity, channel.alarm_high * 4)


def calibration_or_maintenance(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A crew on a route of one owner's stations, with span gas in one or several steps, on a working day."""
    at: dict[int, list[int]] = {}
    for i, channel in enumerate(world.channels):
        if channel.quantity in _GASES and world.district.places[channel.place].is_well:
            at.setdefault(channel.place, []).append(i)
    first = draws.pick(list(at)) if at else None
    if first is None or not any(not math.isnan(world.channels[i].alarm_high) for i in at[first]):
        return None
    route = _route(world, list(at), first, draws)
    begin = working_hour(world, begin_h, draws)
    altered = work_round(world, at, route, begin, draws)
    place = world.district.places[first]
    truth = Truth(
        "calibration_or_maintenance", place.x_m, place.y_m, place.owner, begin, "planned work: span gas on a route", place=first
    )
    return Happening(truth, open_covers(world, route, begin, draws), altered)


def working_hour(world: World, begin_h: float, draws: Draws) -> float:
    """An hour of a working day near the wanted one, 8:30 to 16:30, seldom in the evening or on a weekend."""
    axis = world.climate.axis
    odd = draws.chance(0.08)
    for day in range(7):
        at = begin_h + 24 * day
        local = float(axis.local_hours[0] + at) % 24
        at += draws.between(8.5, 16.5) - local if not odd else draws.between(17, 21) - local
        week_day = axis.week_days[min(axis.steps - 1, max(0, int(at * 12)))]
        if odd or week_day < 5:
            return at
    return begin_h


def open_covers(world: World, route: list[int], begin_h: float, draws: Draws) -> Added:
    """Outdoor air in the wells of a route while the crew has their covers open in turn; none in half of the rounds."""
    added: Added = {}
    if draws.chance(0.5):
        return added
    hours = world.climate.axis.hours
    for step, place in enumerate(route):
        open_h, long = begin_h + 0.5 * step - 0.1, draws.between(0.3, 0.9)
        inside = late(((hours >= open_h) & (hours < open_h + long)).astype(np.float64), STEP_H, 0.3)
        added[place, "temperature"] = inside * 0.6 * (world.climate.air_c - world.warmth(place))
    return added


def _route(world: World, places: list[int], first: int, draws: Draws) -> list[int]:
    owner = world.district.places[first].owner
    same = [i for i in places if world.district.places[i].owner == owner and i != first]
    near = sorted(same, key=lambda i: world.district.apart_m(first, i))
    return [first, *near[: draws.pick((0, 0, 1, 2, 3, 5))]]


def work_round(
    world: World, at: dict[int, list[int]], route: list[int], begin_h: float, draws: Draws
) -> dict[int, tuple[Alteration, ...]]:
    """What a crew does to the channels along its route: bump tests, or calibration in steps, at times zeroed before."""
    steps = draws.pick(((1.0,), (1.0,), (0.5, 1.0), (0.4, 0.8, 1.0)))
    mixed, zeroed = draws.chance(0.55), draws.chance(0.3)
    values = {
        "methane": draws.pick((40.0, 50.0, 50.0, 60.0)),
        "hydrogen_sulphide": 25.0,
        "carbon_monoxide": 100.0,
        "oxygen": draws.pick((15.0, 17.5, 18.0)),
    }
    altered: dict[int, tuple[Alteration, ...]] = {}
    now = begin_h
    for place in route:
        for i in at[place]:
            channel = world.channels[i]
            long = max(draws.between(0.06, 0.16), 1.05 * channel.interval_s / 3600 if draws.chance(0.8) else 0.0)
            if channel.quantity != "methane" and not mixed:
                continue
            zero = 20.9 if channel.quantity == "oxygen" else 0.0
            pulses, start = ([SpanGas(now, long, zero)], now + long) if zeroed else ([], now)
            for share in steps:
                value = values[channel.quantity]
                value = (
                    20.9 - (20.9 - value) * share if channel.quantity == "oxygen" else value * share * draws.between(0.96, 1.04)
                )
                pulses.append(SpanGas(start, long, value, draws.between(0.008, 0.03)))
                start += long + (0.0 if draws.chance(0.6) else draws.between(0.02, 0.08))
            altered[i] = tuple(pulses)
        now += draws.between(0.25, 0.8)
    return altered
