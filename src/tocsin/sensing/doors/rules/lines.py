"""Large bodies of lines of JSON, read by the compiled loop of `engine.lines` as soon as it is ready.

It is loaded for whoever sends such bodies, in a thread: the first of them are read as all others are.
"""

from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Final

import numpy as np

from tocsin.engine.lines.messages import ARRIVED, read_messages
from tocsin.engine.lines.names import Names

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.payload import Channels, Columns
    from tocsin.sensing.doors.rules.times import Times

LEAST_BYTES: Final = 32_768  # some two thousand readings: from there on the loop pays for its 130 MB
OPEN: Final = b"{"


def take_lines(payload: bytes, channels: "Channels", times: "Times", columns: "Columns") -> bool:
    """Adds all readings of a large body whose lines are plain, each of a known channel, in its registered unit, at a time that is
    believed; False, and nothing is added, where it is of another kind or nothing is ready yet.
    """
    if len(payload) < LEAST_BYTES or not payload.startswith(OPEN) or preparing().is_alive():
        return False
    readings = read_messages(payload, channels.plain)
    if readings is None:
        return False
    ts = np.where(readings.ts == ARRIVED, times.now_ms, readings.ts)
    if len(ts) and not times.earliest_ms <= ts.min() <= ts.max() <= times.latest_ms:
        return False
    columns.sensor.frombytes(readings.sensor.tobytes())
    columns.ts.frombytes(ts.tobytes())
    columns.value.frombytes(readings.value.tobytes())
    columns.quality.frombytes(readings.quality.tobytes())
    return True


@cache
def preparing() -> Thread:
    """The thread that loads the loop; it is over when the loop is ready."""
    thread = Thread(target=_prepare, name="lines", daemon=True)
    thread.start()
    return thread


def _prepare() -> None:
    read_messages(b'{"values":{"x":1}}', Names.of({"x": 0}))
