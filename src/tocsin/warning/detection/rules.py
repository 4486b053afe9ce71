"""A detector that lost its memory, and conditions that the database still holds: each is explained anew or cleared.

Without its snapshot the detector reads the log from the oldest reading that is kept. A condition that began before that, and
ended unseen, would stay for ever: nothing could clear it. So what stands in the database is compared with what sensors say now.
"""

from collections.abc import Iterable

import numpy as np

from tocsin.base.ids import deterministic_id
from tocsin.base.levels import Quality
from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.detections import Detections
from tocsin.warning.alarms.events import Detection

ENOUGH_READINGS = 5  # longer than the holds of the shipped profiles: a condition that still is would have been raised

type Condition = tuple[int, str]  # sensor index, rule


class Unexplained:
    """Conditions that stand in the database and not in the engine. A sensor that stays silent clears nothing."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._seen: dict[Condition, int] = dict.fromkeys(conditions, 0)

    @property
    def conditions(self) -> list[Condition]:
        """What is not yet explained; written down with the engine's state."""
        return sorted(self._seen)

    def see(self, readings: Readings, detections: Detections, *, is_past: bool) -> list[Detection]:
        """Takes in readings with what the engine made of them; returns the clears of what they no longer show.

        Readings that lay in the log when the detector began (`is_past`) may explain a condition, but they clear none: its
        own edge may still come.
        """
        for sensor, rule in zip(detections.sensor.tolist(), detections.rule.tolist(), strict=True):
            self._seen.pop((sensor, RULES[rule]), None)
        if is_past:
            return []
        believed = readings.take((readings.quality != Quality.BAD) & np.isfinite(readings.value))
        cleared = []
        for sensor, rule in self.conditions:
            own = np.flatnonzero(believed.sensor == sensor)
            self._seen[sensor, rule] += len(own)
            if len(own) and self._seen[sensor, rule] >= ENOUGH_READINGS:
                del self._seen[sensor, rule]
                cleared.append(_clear(sensor, rule, int(believed.ts[own[-1]]), float(believed.value[own[-1]])))
        return cleared


def _clear(sensor: int, rule: str, ts: int, value: float) -> Detection:
    identity = deterministic_id("detection", sensor, rule, "clear", 0, ts)
    return Detection(id=identity, sensor=sensor, rule=rule, edge="clear", level=0, ts=ts, value=value, limit=None)
