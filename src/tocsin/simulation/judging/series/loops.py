"""Water circulation loops: a tank, a pump with its motor, an inlet and an outlet valve, eight channels a second.

The working point is where the pump's curve `lift speed^2 - slope flow^2` meets the loop's losses; power, heat, vibration and
cavitation follow from it. About 1,100 readings; the first 400 to 450 are ordinary, then something is wrong for 200 to 600.
"""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.judging.series.labels import BEGIN_MS, Floats, JudgingSeries, Random, log_uniform, walk

CHANNELS = (
    "accelerometer 1",  # g
    "accelerometer 2",  # g
    "current",  # A
    "pressure",  # bar
    "temperature",  # degrees C, of the motor
    "thermocouple",  # degrees C, of the water
    "voltage",  # V
    "flow",  # l/min
)
FAULTS = ("outlet valve", "inlet valve", "imbalance", "cavitation", "leak", "heating", "low water")
VISIBLE = 1.0  # standard deviations by which the mean of some channel, or its spread, must depart: else drawn anew


@dataclass
class Loop:
    """What drives the loop, by second. Valves: 1 open; `imbalance` 1 as built; `air` and `leak` shares of the flow."""

    speed: Floats
    outlet: Floats
    inlet: Floats
    imbalance: Floats
    air: Floats
    leak: Floats
    heater_w: Floats


def make_loop(seed: int) -> JudgingSeries:
    """One experiment; the same seed gives the same."""
    for again in range(20):
        random = np.random.default_rng([seed, 72, again])
        rows = int(random.integers(1_020, 1_200))
        past = int(random.integers(400, 451))
        begin = past + int(random.integers(60, 160))
        end = min(begin + int(random.integers(200, 601)), rows - 40)
        loop = _ordinary(random, rows)
        fault = FAULTS[int(random.integers(len(FAULTS)))]
        _spoil(loop, fault, slice(begin, end), random)
        values = _measure(loop, random)
        if _departs(values, past, begin, end) >= VISIBLE:
            break
    anomalous = np.zeros(rows, np.bool_)
    anomalous[begin:end] = True
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 1_000
    return JudgingSeries("water loop", CHANNELS, ts_ms, values, anomalous, ((begin, end),), past)


def _ordinary(random: Random, rows: int) -> Loop:
    speed = np.full(rows, random.uniform(0.75, 1.0)) + walk(random, rows, 0.995, 0.002)
    outlet = np.full(rows, random.uniform(0.7, 1.0)) + walk(random, rows, 0.999, 0.004)
    return Loop(speed, outlet, np.ones(rows), np.ones(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows))


def _spoil(loop: Loop, fault: str, span: slice, random: Random) -> None:
    """The fault in its seconds: at once, or over up to half of them; then it goes back within seconds."""
    length = span.stop - span.start
    rise = int(random.choice([3, 20, length // 4, length // 2]))
    course = np.minimum(np.arange(length) / rise, 1.0)
    course[-10:] *= np.linspace(1, 0.1, 10)
    if fault == "outlet valve":
        loop.outlet[span] *= 1 - course * random.uniform(0.35, 0.85)
    elif fault == "inlet valve":
        loop.inlet[span] *= 1 - course * random.uniform(0.5, 0.9)
    elif fault == "imbalance":
        loop.imbalance[span] += course * log_uniform(random, 0.5, 5)
    elif fault == "cavitation":
        loop.inlet[span] *= 1 - course * 0.4
        loop.air[span] += course * random.uniform(0.06, 0.25)
    elif fault == "leak":
        loop.leak[span] += course * log_uniform(random, 0.06, 0.4)
    elif fault == "heating":
        loop.heater_w[span] += course * log_uniform(random, 1_500, 6_000)
    else:
        loop.air[span] += course * random.uniform(0.03, 0.15) * (0.5 + 0.5 * np.sin(np.arange(length) / random.uniform(4, 15)))
        loop.leak[span] += course * 0.05


def _measure(loop: Loop, random: Random) -> Floats:
    """Readings float64[rows, 8] of the loop in the order of `CHANNELS`, with the coarse steps of cheap instruments."""
    rows = len(loop.speed)
    lift, slope = random.uniform(10, 16), random.uniform(0.001, 0.003)  # m; m per (l/min)^2
    loss = random.uniform(0.006, 0.02)
    resistance = loss * (0.4 + 0.3 / loop.outlet**2 + 0.3 / np.maximum(loop.inlet, 0.05) ** 2)
    resistance *= 1 - 0.5 * np.minimum(loop.leak, 0.6)
    swing = walk(random, rows, 0.6, 1.0)
    lively = 1 - loop.air * (1 + 0.5 * swing)
    through = np.sqrt(lift * loop.speed**2 / (slope + resistance)) * lively
    flow = _lag(through * (1 - loop.leak), 4)
    head = (lift * loop.speed**2 - slope * through**2) * lively - 0.3 * loss * through**2 / np.maximum(loop.inlet, 0.05) ** 2
    voltage = random.uniform(218, 236) + walk(random, rows, 0.97, 1.5) + random.normal(0, 4, rows)
    shaft_w = 220 * loop.speed**3 * (1 - 0.5 * loop.air) + 1_000 * 9.81 * through / 60_000 * np.maximum(head, 0) / 0.55
    current = shaft_w / (0.8 * voltage) * (1 + 0.03 * (loop.imbalance - 1)) + random.normal(0, 0.06, rows)
    motor, water = _heat(loop, shaft_w, random)
    bumpy = 1 + 6 * loop.air + 0.35 * (1 / np.maximum(loop.inlet, 0.1) - 1) + 0.15 * (1 / loop.outlet - 1)
    shake = random.uniform(0.02, 0.2) * loop.speed**2
    first = shake * (loop.imbalance + bumpy - 1) * random.gamma(60, 1 / 60, rows)
    second = random.uniform(0.7, 1.6) * shake * (0.7 * loop.imbalance + 0.3 + bumpy - 1) * random.gamma(60, 1 / 60, rows)
    return np.column_stack(
        [
            first + random.normal(0, 0.0006, rows),
            second + random.normal(0, 0.0006, rows),
            current,
            _steps(head / 10.2 + random.normal(0, 0.05, rows), random.choice(np.array([0.02, 0.1, 0.33]))),
            _steps(motor + random.normal(0, 0.08, rows), 0.0625),
            _steps(water + random.normal(0, 0.06, rows), 0.01),
            voltage,
            _steps(flow + random.normal(0, 0.35, rows), random.choice(np.array([0.01, 0.5, 1.0]))),
        ]
    )


def _heat(loop: Loop, shaft_w: Floats, random: Random) -> tuple[Floats, Floats]:
    """Motor and water in degrees C: losses of the motor and all power of the shaft warm them, the room cools them."""
    room = random.uniform(19, 27)
    motor, water = room + random.uniform(35, 55), room + random.uniform(2, 9)
    tank_j_k, motor_j_k = random.uniform(90_000, 250_000), random.uniform(12_000, 30_000)
    courses = np.empty((2, len(shaft_w)))
    # the motor begins near the balance of its losses with the room
    cooling_w_k = 0.3 * float(shaft_w[:60].mean()) / (motor - room)
    for row in range(len(shaft_w)):
        motor += (0.3 * shaft_w[row] - cooling_w_k * (motor - room)) / motor_j_k
        water += (0.7 * shaft_w[row] + loop.heater_w[row] - 22.0 * (water - room)) / tank_j_k
        courses[:, row] = motor, water
    return courses[0], courses[1]


def _lag(course: Floats, seconds: float) -> Floats:
    late, state = np.empty(len(course)), float(course[0])
    for row, value in enumerate(course):
        state += (value - state) / seconds
        late[row] = state
    return late


def _steps(course: Floats, step: float) -> Floats:
    return np.round(course / step) * step


def _departs(values: Floats, past: int, begin: int, end: int) -> float:
    """How far the strangest channel's mean or spread leaves its past in the second half of the fault, in past deviations."""
    before, after = values[:past], values[(begin + end) // 2 : end - 10]
    spread = before.std(0) + 1e-9
    shift = np.abs(after.mean(0) - before.mean(0)) / spread
    return float(np.max(np.maximum(shift, np.abs(np.log(np.maximum(after.std(0), 1e-9) / spread)) * 2)))
