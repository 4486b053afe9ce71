"""Spans of the detector: one for what it judges together, one for each detection, below the batch that brought its reading."""

from collections.abc import Sequence

import msgspec
import numpy as np

from tocsin.base import tracing
from tocsin.engine.columns import Readings
from tocsin.warning.alarms.events import Detection

type Batches = Sequence[tuple[Readings, str]]
"""Readings of one message of the log each, with the place of a trace that it carries, empty where none."""


def below_batches(detections: Sequence[Detection], batches: Batches) -> Sequence[Detection]:
    """The same detections, each with the place from which its alarm goes on; as they are where spans are told to nobody."""
    if not tracing.is_on():
        return detections
    return [_told(one, _place_of(one, batches)) for one in detections]


def _told(one: Detection, parent: str) -> Detection:
    with tracing.span("detection", parent=parent, sensor=one.sensor, rule=one.rule, edge=one.edge, level=one.level):
        return msgspec.structs.replace(one, trace=tracing.here() or msgspec.UNSET)


def _place_of(one: Detection, batches: Batches) -> str:
    """The batch with the reading at which it rang; of what time alone decides the newest of the sensor, if one is at hand."""
    latest = ""
    for readings, place in batches:
        of_sensor = readings.sensor == one.sensor
        if not place or not of_sensor.any():
            continue
        latest = place
        if np.any(readings.ts[of_sensor] == one.ts):
            break
    return latest
