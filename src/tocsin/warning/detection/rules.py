"""A detector that lost its memory, and conditions that the database still holds: each is explained anew or cleared. How many
partitions each of several detector processes judges.

Without its snapshot the detector reads the log from the oldest reading that is kept. A condition that began before that, and
ended unseen, would stay for ever: nothing could clear it. So what stands in the database is compared with what sensors say now.
"""

from collections.abc import Iterable, Mapping

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


def shares(held: Mapping[str, int], count: int) -> dict[str, int]:
    """How many of `count` partitions each living process shall judge: equally many, and one more for those who judge most now, so
    that as few as possible change hands. `held`: by process how many it judges.

    >>> shares({"a:1": 4, "b:2": 0, "c:3": 0}, 4)
    {'a:1': 2, 'b:2': 1, 'c:3': 1}
    """
    each, over = divmod(count, len(held)) if held else (0, 0)
    ordered = sorted(held, key=lambda process: (-held[process], process))
    return {process: each + (place < over) for place, process in enumerate(ordered)}
