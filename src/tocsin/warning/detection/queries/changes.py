"""A draft of detection profiles tried on the readings of the past: how many alarms there would have been."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.base.time import ms_from_datetime
from tocsin.base.toml import write_toml
from tocsin.engine.detection import Detector
from tocsin.engine.detection.rule import Edge
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.screens.clock import current_time
from tocsin.sensing import face as sensing
from tocsin.warning.detection.policy import load_profiles, read_profiles
from tocsin.warning.detection.queries.registry import Registry, registry_of

if TYPE_CHECKING:
    from tocsin.engine.columns import Readings
    from tocsin.records.face import PolicyVersion

PAST = timedelta(days=7)
MOST_SENSORS = 500


def try_profiles(row: "PolicyVersion", content: dict[str, Any]) -> dict[str, Any]:
    """Alarms of the last week as they are and as the draft would make them, of up to `MOST_SENSORS` sensors of its region.

    Unavailable where the history can't be read.
    """
    table = sensing.sensor_table()
    prefix = governing_prefix(row.region_code)
    watched = [
        index
        for index, code, enabled in zip(table.index.tolist(), table.region_code, table.enabled.tolist(), strict=True)
        if enabled and code.startswith(prefix)
    ][:MOST_SENSORS]
    now = current_time()
    readings = sensing.history().read(watched, ms_from_datetime(now - PAST), ms_from_datetime(now))
    draft = read_profiles(write_toml(content).encode(), row.policy)
    before = _raised(registry_of(table), readings)
    after = _raised(registry_of(table, lambda code: draft if code.startswith(prefix) else load_profiles(region=code)), readings)
    return {
        "days": PAST.days,
        "sensors": len(watched),
        "readings": len(readings),
        "alarms_before": sum(before.values()),
        "alarms_after": sum(after.values()),
        "sensors_that_ring_more": sum(after[sensor] > before.get(sensor, 0) for sensor in after),
        "sensors_that_ring_less": sum(before[sensor] > after.get(sensor, 0) for sensor in before),
    }


def _raised(registry: Registry, readings: "Readings") -> dict[int, int]:
    """By sensor how often a rule raised an alarm."""
    detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
    in_time = readings.take(np.argsort(readings.ts, kind="stable"))
    found = detector.update(in_time)
    raised = found.sensor[found.edge == int(Edge.RAISE)]
    sensors, counts = np.unique(raised, return_counts=True)
    return dict(zip(sensors.tolist(), counts.tolist(), strict=True))
