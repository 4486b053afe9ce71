"""What else goes on in a district while something is wrong, or nothing: a second fault, weak instruments, exhaust, markets."""

import numpy as np

from tocsin.simulation.judging.districts.alterations import (
    Damp,
    Frozen,
    Noisy,
    Offset,
    Replayed,
    Silent,
    Slow,
    Span,
    Spikes,
)  # fmt: skip
from tocsin.simulation.judging.districts.climate import meals
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.events import EVENTS
from tocsin.simulation.judging.districts.happening import Happening
from tocsin.simulation.judging.districts.instruments import Alteration
from tocsin.simulation.judging.districts.world import Added, World

_APART_M = 140.0  # of a second fault from the place that rings
_SECOND = (
    "gas_main_leak", "sewer_biogas", "industrial_discharge", "power_cable_fault_heating", "heat_main_leak_biogas",
    "water_main_burst", "sensor_fault", "calibration_or_maintenance",
)  # fmt: skip


def weak_instruments(world: World, draws: Draws) -> dict[int, tuple[Alteration, ...]]:
    """Small faults of a share of the channels, most of which ring nothing."""
    share = draws.between(0.04, 0.3)
    altered: dict[int, tuple[Alteration, ...]] = {}
    hours = float(world.climate.axis.hours[-1])
    for number, channel in enumerate(world.channels):
        own = Draws(world.district.seed, 97, number)
        if own.chance(share) and channel.quantity not in ("rainfall", "wind_speed"):
            altered[number] = (_weak(channel.accuracy, channel.quantity, hours, own, world.district.seed + number),)
    return altered


def _weak(accuracy: float, quantity: str, hours: float, draws: Draws, seed: int) -> Alteration:
    begin, some = draws.between(0, hours), accuracy * draws.spread(0.5, 5.0)
    usual = {"oxygen": 20.9, "temperature": 12.0}.get(quantity, 0.0)
    kinds = ("ramp", "creep", "step", "span", "damp", "spikes", "noisy", "frozen", "silent", "replayed", "clock")
    kind = draws.pick(kinds)
    if kind in ("ramp", "creep", "step"):
        return Offset(kind, begin, some * draws.pick((-1.0, 1.0)), draws.spread(24, 300), draws.between(0.5, 1.5))
    if kind == "span":
        return Span(begin, draws.spread(200, 3000), usual)
    if kind == "damp":
        return Damp(begin, some, draws.between(2, 7), seed)
    if kind == "spikes":
        return Spikes(begin, some * 3, draws.spread(0.002, 0.05), seed)
    if kind == "noisy":
        return Noisy(begin, some * 0.5, draws.spread(10, 200), seed)
    if kind == "frozen":
        return Frozen(begin, draws.spread(3, 200))
    if kind == "silent":
        return Silent(begin, draws.spread(6, 200))
    if kind == "replayed":
        return Replayed(begin, draws.between(2, 12), max(0.0, begin - draws.between(12, 48)))
    return Slow(draws.pick((-8.0, -1.0, 1.0, 8.0)) if draws.chance(0.5) else draws.between(-0.5, 0.5))


def every_day(world: World, draws: Draws, asked: int | None) -> Added:
    """Innocent things at places other than the one that rings: a car park's exhaust, market days, a painter's solvent."""
    added: Added = {}
    axis = world.climate.axis
    wells = [well for well in world.wells if well != asked]
    if draws.chance(0.4):
        idle = np.clip(meals((axis.local_hours + draws.between(-1, 1)) % 24) - 1.1, 0, None)
        for well in draws.order(wells)[: draws.whole(1, 4)]:
            added[well, "co"] = idle * draws.spread(1.5, 9.0)
    if draws.chance(0.35):
        market = (np.floor(axis.week_days) == draws.whole(0, 6)) & (axis.local_hours > 5) & (axis.local_hours < 13)
        for manhole in draws.order([w for w in wells if world.district.places[w].net == "sewer"])[: draws.whole(1, 5)]:
            added[manhole, "flow"] = market * draws.spread(0.5, 4.0)
            added[manhole, "conductivity"] = market * draws.spread(40, 400)
            added[manhole, "h2s"] = market * draws.spread(0.1, 1.5)
    if draws.chance(0.3):
        begin = draws.between(0, float(axis.hours[-1]))
        since = axis.hours - begin
        after = np.maximum(since, 0.0)
        puff = after * np.exp(-after / 0.4) / 0.147
        added[draws.pick(wells), "vapour"] = puff * draws.spread(1.5, 9.0)
    return added


def second_fault(world: World, first: Happening, asked: int, begin_h: float, end_h: float, draws: Draws) -> Happening | None:
    """Another fault at the same time, away from the place that rings, which it does not touch; None where none was found."""
    others = [name for name in _SECOND if name != first.truth.cause]
    for _ in range(5):
        cause = draws.pick(others)
        if cause == "heat_main_leak_biogas" and not world.climate.heated:
            continue
        other = EVENTS[cause](world, draws.between(begin_h, end_h), draws)
        if other is None:
            continue
        place = world.district.places[asked]
        apart = np.hypot(other.truth.x_m - place.x_m, other.truth.y_m - place.y_m)
        touches = any(at == asked and float(np.abs(series).max()) > 0.05 for (at, _), series in other.added.items())
        touches |= any(world.channels[i].place == asked for i in other.altered)
        if apart >= _APART_M and not touches:
            return other
    return None
