"""From what is true to what is told: sampling, noise, resolution, gaps, and whatever an instrument or a person does to it."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_S
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.stations import Channel
from tocsin.simulation.judging.districts.world import World

_RANGE = {
    "methane": (0.0, 100.0), "hydrogen_sulphide": (0.0, 100.0), "carbon_monoxide": (0.0, 1000.0), "oxygen": (0.0, 25.0),
    "ethane_ratio": (0.0, 15.0), "level": (0.0, 8.0), "rainfall": (0.0, 400.0), "conductivity": (0.0, 20000.0),
    "temperature": (-40.0, 125.0), "flow": (0.0, 50000.0), "makeup_flow": (0.0, 1000.0), "pressure": (0.0, 4000.0),
    "supply_temperature": (0.0, 160.0), "return_temperature": (0.0, 160.0), "wind_speed": (0.0, 60.0),
}  # fmt: skip
_STEPS = {
    "methane": (0.1, 0.5, 1.0), "hydrogen_sulphide": (0.1, 0.5), "carbon_monoxide": (1.0, 0.5), "oxygen": (0.1,),
    "ethane_ratio": (0.05, 0.1),
    "level": (0.001, 0.01), "rainfall": (0.1, 0.2), "conductivity": (1.0, 10.0), "temperature": (0.1, 0.5), "flow": (0.1,),
    "makeup_flow": (0.01, 0.1), "pressure": (0.1, 1.0), "supply_temperature": (0.1,), "return_temperature": (0.1,),
    "wind_speed": (0.1,),
}  # fmt: skip


class Alteration(Protocol):
    """Something that changes what an instrument tells; with `late`, after its noise."""

    @property
    def late(self) -> bool: ...

    def __call__(self, hours: Floats, value: Floats) -> Floats:
        """Values told at hours since the start of the axis, of those that would be told; NaN where nothing is sent."""


@dataclass(frozen=True)
class Sent:
    """The readings of one channel: `ts` int64 Unix ms, rising; `value` float64."""

    ts: NDArray[np.int64]
    value: Floats


def send(world: World, channel: Channel, number: int, alterations: tuple[Alteration, ...]) -> Sent:
    """All that a channel sends over the whole axis, the same whenever it is asked."""
    axis, draws = world.climate.axis, Draws(world.district.seed, 80, number)
    true = world.value(channel)
    low, high = _RANGE[channel.quantity]
    seconds = _moments(axis.steps, channel, draws)
    hours = seconds / 3600
    value = _heard(true, hours, alterations)
    if channel.eager and not (math.isnan(channel.alarm_high) and math.isnan(channel.alarm_low)):
        extra = _beyond_moments(channel, axis.steps, true, alterations)
        seconds = np.union1d(seconds, extra[np.abs(extra[:, None] - seconds[None, :]).min(axis=1) > 20] if len(extra) else extra)
        hours = seconds / 3600
        value = _heard(true, hours, alterations)
    noise = channel.accuracy * draws.between(0.08, 0.3)
    offset = channel.accuracy * draws.between(-0.5, 0.5)
    value = value + offset + noise * Draws(world.district.seed, 81, number).normal(len(value))
    if channel.quantity in ("flow", "conductivity"):
        value = value * (1 + 0.02 * Draws(world.district.seed, 82, number).normal(len(value)))
    for alteration in alterations:
        if alteration.late:
            value = alteration(hours, value)
    resolution = draws.pick(_STEPS[channel.quantity])
    value = np.round(np.round(np.clip(value, low, high) / resolution) * resolution, 3)
    kept = np.isfinite(value) & _sent(hours, world, number, draws)
    ts = axis.start_ms + np.round(seconds * 1000).astype(np.int64) // 1000 * 1000
    ts, value = ts[kept], value[kept]
    rising = np.concatenate([[True], np.diff(ts) > 0]) if len(ts) else kept[:0]
    return Sent(ts[rising], value[rising])


def _heard(true: Floats, hours: Floats, alterations: tuple[Alteration, ...]) -> Floats:
    value = np.interp(hours * 3600 / STEP_S, np.arange(len(true)), true)
    for alteration in alterations:
        if not alteration.late:
            value = alteration(hours, value)
    return np.asarray(value)


def _moments(steps: int, channel: Channel, draws: Draws) -> Floats:
    """Seconds at which a channel sends: its interval, a phase of its own, and a little jitter."""
    count = int(steps * STEP_S / channel.interval_s) - 1
    jitter = draws.units(count) * min(4.0, channel.interval_s * 0.02)
    return np.asarray((np.arange(count) + draws.unit()) * channel.interval_s + jitter)


def _beyond_moments(channel: Channel, steps: int, true: Floats, alterations: tuple[Alteration, ...]) -> Floats:
    """Full minutes at which an eager channel sends besides, being beyond its limit."""
    seconds = np.arange(0, steps * STEP_S, 60.0)
    value = _heard(true, seconds / 3600, alterations)
    beyond = (value >= channel.alarm_high) | (value <= channel.alarm_low)
    return seconds[beyond][:600]


def _sent(hours: Floats, world: World, number: int, draws: Draws) -> NDArray[np.bool_]:
    """False where a message is lost: single ones, hours without a network, and cold nights of weak batteries."""
    bad = draws.spread(0.001, 0.03)
    kept = Draws(world.district.seed, 83, number).units(len(hours)) > bad
    for _ in range(draws.whole(0, 3)):
        begin, long = draws.between(0, float(hours[-1])), draws.spread(0.5, 9.0)
        kept &= (hours < begin) | (hours > begin + long)
    if draws.chance(0.1):
        cold = np.interp(hours * 3600 / STEP_S, np.arange(world.climate.axis.steps), world.climate.air_c)
        kept &= cold > draws.between(-12.0, -4.0)
    return kept
