"""Power of single machines by what their line does: cycles, batches, thermostats, pressure bands, starts."""

import numpy as np

from tocsin.simulation.judging.firms.trades import STEP_MINUTES, Duty, Flags, Floats, Machine, Random

START_SURGE = 0.35  # share of a machine's power by which its first five minutes lie above it
HEAT_UP_STEPS = 18  # a furnace at full power from cold
UNLOADED = 0.3  # share of its power that a compressor takes unloaded


def line_power(machines: tuple[Machine, ...], kw: float, rate: Floats, crew: Flags, outside_c: Floats, random: Random) -> Floats:
    """Power of a line in kW by step; `rate` 0 while it makes nothing, 1 as normal; `crew`: somebody is there."""
    power = np.zeros(len(rate))
    for machine in machines:
        power += machine_power(machine, machine.share * kw, rate, crew, outside_c, random)
    return power


def machine_power(machine: Machine, kw: float, rate: Floats, crew: Flags, outside_c: Floats, random: Random) -> Floats:
    """One machine, whose mean at rate 1 is about `kw`."""
    runs = rate > 0
    ready = machine.standby * kw * (crew & ~runs)
    power: Floats
    if machine.kind is Duty.STEADY:
        power = runs * kw * (0.45 + 0.55 * rate) * (1 + _sway(random, len(rate), 0.03))
    elif machine.kind is Duty.CYCLE:
        on = _phase(random, len(rate), machine.minutes) < machine.duty * np.minimum(rate, 1.25)
        power = runs * on * kw / machine.duty * _of_each_cycle(random, on, 0.08)
    elif machine.kind is Duty.COMPRESSOR:
        duty = machine.duty * np.minimum(rate, 1.4)
        loaded = _phase(random, len(rate), machine.minutes) < duty
        power = np.asarray(
            runs * np.where(loaded, 1.0, UNLOADED) * kw / (machine.duty + UNLOADED * (1 - machine.duty)), np.float64
        )
    elif machine.kind is Duty.FURNACE:
        power = _furnace(machine, kw, rate, outside_c, random)
    else:
        power = _batches(machine, kw, rate, random)
    starts = np.zeros(len(rate))
    starts[1:] = (power[1:] > 0.5 * kw) & (power[:-1] < 0.05 * kw)
    return np.asarray(np.maximum(power + START_SURGE * kw * starts, ready), np.float64)


def _furnace(machine: Machine, kw: float, rate: Floats, outside_c: Floats, random: Random) -> Floats:
    """Duty by losses (more when it is cold) and goods; full power for an hour and a half from cold."""
    runs = rate > 0
    since = _steps_since_start(runs)
    need = machine.duty * (0.55 + 0.45 * np.minimum(rate, 1.4)) * (1 - 0.004 * (outside_c - 15))
    duty = np.where(since < HEAT_UP_STEPS, 1.0, need)
    on = _phase(random, len(rate), machine.minutes) < duty
    return np.asarray(runs * on * kw / machine.duty, np.float64)


def _batches(machine: Machine, kw: float, rate: Floats, random: Random) -> Floats:
    """Batch after batch while the line runs: filled, heated, kept, drained. The last one is cut off with its line."""
    power = np.zeros(len(rate))
    runs = np.flatnonzero(np.diff(np.concatenate([[0], (rate > 0).astype(np.int8), [0]])))
    for first, end in runs.reshape(-1, 2).tolist():
        at = first
        while at < end:
            length = max(int(random.uniform(*machine.minutes) / STEP_MINUTES), 4)
            shape = np.interp(
                np.linspace(0, 1, length), [0, 0.08, 0.1, 0.35, 0.4, 0.85, 0.9, 1], [0.3, 0.3, 1.9, 1.9, 0.9, 0.8, 0.4, 0.3]
            )
            stop = min(at + length, end)
            level = kw * random.uniform(0.9, 1.1) / shape.mean()
            power[at:stop] = level * shape[: stop - at] * (0.4 + 0.6 * rate[at:stop])
            at = stop + int(random.integers(1, 5))
    return power


def _phase(random: Random, steps: int, minutes: tuple[float, float]) -> Floats:
    """0 to 1 over each cycle, cycle after cycle of its own length."""
    count = int(steps * STEP_MINUTES / minutes[0]) + 2
    lengths = random.uniform(minutes[0], minutes[1], count)
    ends = np.cumsum(lengths)
    at = (np.arange(steps) + random.random(steps)) * STEP_MINUTES
    place = np.searchsorted(ends, at, side="right")
    return (at - (ends[place] - lengths[place])) / lengths[place]


def _of_each_cycle(random: Random, on: Flags, spread: float) -> Floats:
    """A factor around 1 that holds while a machine stays on."""
    numbers = np.cumsum(np.diff(on.astype(np.int8), prepend=0) > 0)
    return random.normal(1, spread, int(numbers[-1]) + 1)[numbers]


def _sway(random: Random, steps: int, spread: float) -> Floats:
    """Slow noise: hourly values, joined by lines."""
    knots = random.normal(0, spread, steps // 12 + 2)
    return np.interp(np.arange(steps) / 12, np.arange(len(knots)), knots)


def _steps_since_start(runs: Flags) -> Floats:
    """Steps since the last start after a rest of two hours or more; large while nothing runs."""
    since, rest, count = np.full(len(runs), 1e9), 24, 1e9
    for step, on in enumerate(runs.tolist()):
        if on:
            count = 0 if rest >= 24 else count + 1
            rest = 0
            since[step] = count
        else:
            rest += 1
    return since
