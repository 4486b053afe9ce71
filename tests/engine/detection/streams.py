"""Generated profiles and readings: saw-teeth, spikes, drifts, gaps, frozen and noisy stretches, late, double and broken ones."""

import math
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detection.rule import Settings
from tocsin.engine.detectors.count_in_window import CountInWindow
from tocsin.engine.detectors.cusum import Cusum
from tocsin.engine.detectors.levels import Level
from tocsin.engine.detectors.noise import Noise
from tocsin.engine.detectors.out_of_range import OutOfRange
from tocsin.engine.detectors.rate_of_fall import RateOfFall
from tocsin.engine.detectors.rate_of_rise import RateOfRise
from tocsin.engine.detectors.saturation import Saturation
from tocsin.engine.detectors.silence import Silence
from tocsin.engine.detectors.stuck import Stuck
from tocsin.engine.detectors.unreadable import Unreadable
from tocsin.engine.detectors.zscore import ZScore

SENSORS = 3
START_MS = 1_764_547_200_000
_LEVELS = (AlarmLevel.BLUE, AlarmLevel.YELLOW, AlarmLevel.ORANGE, AlarmLevel.RED)
_ALARMS = st.sampled_from(_LEVELS)
_FEW = st.integers(1, 4)
_SECONDS = st.sampled_from([0.0, 0.0, 30.0, 90.0, 200.0])


@st.composite
def sides(draw: st.DrawFn, sign: float) -> tuple[Level, ...]:
    """Up to four levels; a more severe one lies further out, each with its own way back and holds."""
    levels, limit = [], draw(st.sampled_from([10.0, 20.0]))
    for level in draw(st.lists(_ALARMS, min_size=1, max_size=4, unique=True).map(sorted)):
        back = draw(st.sampled_from([0.0, 2.0, 8.0]))
        levels.append(
            Level(
                level=level,
                limit=sign * limit,
                clear=sign * (limit - back),
                hold_readings=draw(_FEW),
                hold_s=draw(_SECONDS),
                clear_readings=draw(_FEW),
                clear_s=draw(_SECONDS),
            )
        )
        limit += draw(st.sampled_from([5.0, 30.0]))
    return tuple(levels)


RULE_SETTINGS: dict[str, st.SearchStrategy[tuple[Settings, ...]]] = {
    "high": sides(1.0),
    "low": sides(-1.0),
    "rate_of_rise": st.builds(
        RateOfRise,
        level=_ALARMS,
        rise=st.sampled_from([5.0, 20.0]),
        clear_rise=st.sampled_from([0.0, 4.0]),
        over_s=st.just(300.0),
        smoothing_s=st.sampled_from([0.0, 120.0]),
        from_value=st.sampled_from([-math.inf, 30.0]),
        hold_readings=_FEW,
    ).map(lambda one: (one,)),
    "rate_of_fall": st.builds(
        RateOfFall,
        level=_ALARMS,
        fall=st.sampled_from([5.0, 20.0]),
        clear_fall=st.sampled_from([0.0, 4.0]),
        over_s=st.just(300.0),
        smoothing_s=st.sampled_from([0.0, 120.0]),
        from_value=st.sampled_from([math.inf, 30.0]),
        hold_readings=_FEW,
    ).map(lambda one: (one,)),
    "zscore": st.builds(
        ZScore,
        level=_ALARMS,
        limit=st.sampled_from([3.0, 6.0]),
        clear=st.sampled_from([1.0, 3.0]),
        memory_readings=st.sampled_from([5.0, 49.0]),
        minimum_deviation=st.sampled_from([0.1, 2.0]),
        after_readings=st.integers(1, 10),
        hold_readings=_FEW,
        upward=st.booleans(),
        downward=st.just(True),
    ).map(lambda one: (one,)),
    "stuck": st.one_of(
        st.builds(Stuck, readings=st.integers(2, 8), tolerance=st.sampled_from([0.0, 0.5])),
        st.builds(Stuck, readings=st.integers(2, 8), rest_low=st.just(-1.0), rest_high=st.just(4.0)),
    ).map(lambda one: (one,)),
    "cusum": st.builds(
        Cusum,
        level=_ALARMS,
        limit=st.sampled_from([4.0, 12.0]),
        clear=st.sampled_from([0.0, 2.0]),
        drift=st.sampled_from([0.5, 1.0]),
        learn_readings=st.integers(2, 12),
        follow_readings=st.sampled_from([20.0, 500.0]),
        minimum_deviation=st.sampled_from([0.2, 2.0]),
    ).map(lambda one: (one,)),
    "range": st.builds(OutOfRange, low=st.just(-40.0), high=st.just(90.0), hold_readings=_FEW, clear_readings=_FEW).map(
        lambda one: (one,)
    ),
    "unreadable": st.builds(Unreadable, readings=_FEW).map(lambda one: (one,)),
    "noise": st.builds(
        Noise,
        limit=st.sampled_from([4.0, 15.0]),
        clear=st.sampled_from([2.0, 4.0]),
        memory_readings=st.sampled_from([3.0, 19.0]),
        after_readings=_FEW,
    ).map(lambda one: (one,)),
    "silence": st.builds(Silence, intervals=st.sampled_from([1.5, 3.0]), interval_s=st.just(60.0)).map(lambda one: (one,)),
    "saturation": st.builds(
        Saturation, from_value=st.just(60.0), to_value=st.just(5.0), end_s=st.sampled_from([100.0, 600.0])
    ).map(lambda one: (one,)),
    "count_in_window": st.builds(
        CountInWindow, level=_ALARMS, above=st.just(20.0), crossings=st.integers(2, 7), window_s=st.sampled_from([150.0, 900.0])
    ).map(lambda one: (one,)),
}
assert set(RULE_SETTINGS) == set(RULES)


@st.composite
def profiles(draw: st.DrawFn, names: tuple[str, ...] = RULES) -> Profile:
    """A profile with some of the rules, or with all of `names` where there is only one."""
    chosen = names if len(names) == 1 else draw(st.lists(st.sampled_from(names), min_size=1, max_size=12, unique=True))
    return Profile("generated", rules={name: draw(RULE_SETTINGS[name]) for name in chosen})


@dataclass(frozen=True)
class Step:
    """A reading, or where `sensor` is -1 a tick."""

    sensor: int
    ts: int
    value: float = 0.0
    quality: int = 0


_SHAPES = ("sawtooth", "spikes", "drift", "frozen", "noise", "dive", "gap", "broken", "late", "twice", "tick")


@st.composite
def streams(draw: st.DrawFn) -> list[Step]:
    """Up to some hundred steps of three sensors at intervals of about a minute."""
    steps: list[Step] = []
    now = START_MS
    for shape in draw(st.lists(st.sampled_from(_SHAPES), min_size=1, max_size=9)):
        random = np.random.default_rng(draw(st.integers(0, 2**16)))
        if shape == "gap":
            now += int(random.integers(100_000, 900_000))
            continue
        if shape == "tick":
            now += int(random.integers(1, 300_000))
            steps.append(Step(-1, now))
            continue
        for turn in range(int(random.integers(4, 14))):
            now += int(random.choice([1, 30_000, 60_000, 60_000, 61_000]))
            sensor = int(random.integers(0, SENSORS))
            steps += _steps(shape, sensor, now, turn, random)
    return steps


def _steps(shape: str, sensor: int, now: int, turn: int, random: np.random.Generator) -> list[Step]:
    quiet = float(np.round(random.normal(3.0, 1.0), 1))
    values = {
        "sawtooth": float(quiet + 12 * (turn % 6) * (-1) ** (turn // 6)),
        "spikes": float(random.choice([quiet, quiet, 25.0, 70.0, -30.0])),
        "drift": quiet + 4.0 * turn,
        "frozen": 7.5,
        "noise": float(np.round(random.normal(0.0, 30.0), 1)),
        "dive": float(random.choice([95.0, 70.0, 80.0, 1.0, 2.0, 30.0])),
    }
    if shape in values:
        return [Step(sensor, now, values[shape])]
    if shape == "late":
        return [Step(sensor, now - int(random.integers(0, 200_000)), float(random.choice([quiet, 60.0])))]
    if shape == "twice":
        return [Step(sensor, now, 60.0), Step(sensor, now, quiet), Step(sensor, now, 60.0)]
    broken = str(random.choice(["nan", "infinite", "bad", "suspect", "out of range"]))
    value = {"nan": math.nan, "infinite": math.inf, "out of range": 500.0}.get(broken, 60.0)
    return [Step(sensor, now, value, {"bad": 2, "suspect": 1}.get(broken, 0))]


def readings_of(steps: list[Step]) -> Readings:
    """The readings among the steps (without the ticks), in columns."""
    chosen = [step for step in steps if step.sensor >= 0]
    return Readings.of(
        [step.sensor for step in chosen],
        [step.ts for step in chosen],
        [step.value for step in chosen],
        [step.quality for step in chosen],
    )
