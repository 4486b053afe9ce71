"""Readings for the benches: many sensors in random order, most of them quiet, some with a story."""

from collections.abc import Iterator

import numpy as np

from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detectors.count_in_window import CountInWindow
from tocsin.engine.detectors.cusum import Cusum
from tocsin.engine.detectors.levels import Level
from tocsin.engine.detectors.noise import Noise
from tocsin.engine.detectors.out_of_range import OutOfRange
from tocsin.engine.detectors.rate_of_rise import RateOfRise
from tocsin.engine.detectors.saturation import Saturation
from tocsin.engine.detectors.silence import Silence
from tocsin.engine.detectors.stuck import Stuck
from tocsin.engine.detectors.unreadable import Unreadable
from tocsin.engine.detectors.zscore import ZScore

START_MS = 1_764_547_200_000
INTERVAL_MS = 60_000

# The five classic rules. `bare` and `plain` read their figures from here, so that all three judge alike.
YELLOW = Level(level=AlarmLevel.YELLOW, limit=20.0, clear=16.0, hold_readings=3, clear_readings=3)
ORANGE = Level(level=AlarmLevel.ORANGE, limit=50.0, clear=40.0, hold_readings=3, clear_readings=3)
RISE = RateOfRise(level=AlarmLevel.RED, rise=20.0, clear_rise=5.0, over_s=600, smoothing_s=300)
ZSCORE = ZScore(level=AlarmLevel.BLUE, limit=6.0, clear=3.0, memory_readings=99, minimum_deviation=0.5, after_readings=30)
STUCK = Stuck(readings=60)

CLASSIC = Profile("classic", rules={"high": (YELLOW, ORANGE), "rate_of_rise": (RISE,), "zscore": (ZSCORE,), "stuck": (STUCK,)})
EVERYTHING = Profile(
    "everything",
    rules={
        **CLASSIC.rules,
        "low": (Level(level=AlarmLevel.YELLOW, limit=-4.0, clear=-3.0, hold_readings=3, hold_s=60, clear_readings=3),),
        "cusum": (
            Cusum(
                level=AlarmLevel.BLUE,
                limit=12,
                clear=6,
                drift=1,
                learn_readings=30,
                follow_readings=500,
                minimum_deviation=0.5,
            ),
        ),
        "range": (OutOfRange(low=-5, high=2000),),
        "unreadable": (Unreadable(readings=3),),
        "noise": (Noise(limit=20, clear=10, memory_readings=19),),
        "silence": (Silence(intervals=3, interval_s=60),),
        "saturation": (Saturation(from_value=80, to_value=5, end_s=3600),),
        "count_in_window": (CountInWindow(level=AlarmLevel.YELLOW, above=20, crossings=4, window_s=3600),),
    },
)


def rounds(sensors: int, count: int, seed: int = 1) -> Iterator[Readings]:
    """`count` readings in batches of one reading per sensor, each batch in a new random order.

    Nine in ten sensors are quiet (3 ± 0.5); of the others a quarter each draws saw-teeth through both limits, spikes, drifts
    upward, or freezes half-way.
    """
    random = np.random.default_rng(seed)
    total = max(1, count // sensors)
    story = np.where(random.random(sensors) < 0.1, random.integers(1, 5, sensors), 0)
    phase = random.integers(0, 40, sensors)
    frozen = np.round(random.normal(3.0, 0.5, sensors), 1)
    for step in range(total):
        order = random.permutation(sensors)
        value = random.normal(3.0, 0.5, sensors)
        value = np.where(story == 1, value + 2.0 * ((phase + step) % 40), value)
        value = np.where((story == 2) & (random.random(sensors) < 0.05), 60.0, value)
        value = np.where(story == 3, value + 0.2 * step, value)
        value = np.where((story == 4) & (step > total // 4), frozen, value)
        ts = START_MS + step * INTERVAL_MS + phase * 1000
        yield Readings.of(order, ts[order], value[order])
