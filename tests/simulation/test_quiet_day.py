"""A city in which nothing is wrong rings rarely: the shipped profiles and the simulated city fit each other."""

import math

import numpy as np

from tocsin.engine.detection.detector import Detector
from tocsin.simulation.city import City
from tocsin.simulation.scenario import QUIET
from tocsin.simulation.world import World
from tocsin.warning.detection.policy import load_profiles

HOUR_MS = 3_600_000
HANDFUL = 5


def detector_of(city: City) -> Detector:
    """A detector with the shipped profile of each channel and the channel's own limits."""
    shipped, sensors = load_profiles(), city.sensors
    known: dict[tuple[str, str, str], int] = {}
    profiles, chosen = [], []
    for quantity, low, high in zip(sensors.quantity, sensors.alarm_low.tolist(), sensors.alarm_high.tolist(), strict=True):
        key = (quantity, str(low), str(high))
        if key not in known:
            profile = shipped.of_sensor("", quantity)
            assert profile is not None
            known[key] = len(profiles)
            profiles.append(profile.with_limits(None if math.isnan(low) else low, None if math.isnan(high) else high))
        chosen.append(known[key])
    return Detector(profiles, np.array(chosen, np.int16), sensors.interval_s * 1000)


def test_at_most_a_handful_of_alarms_on_a_quiet_day() -> None:
    world = World(City.build())
    detector = detector_of(world.city)
    raised = []
    for hour in range(24):
        start = QUIET.begin_ms + hour * HOUR_MS
        told = [*detector.update(world.readings(start, start + HOUR_MS)).rows(), *detector.tick(start + HOUR_MS).rows()]
        raised += [row for row in told if row["level"] > 0]
    assert detector.counts["judged"] > 400_000
    assert len(raised) <= HANDFUL, raised
