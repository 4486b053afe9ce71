"""The times that readings are sent with: which are believed, and what is wrong with the others. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.devices.rules import LEAST_MS
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.quarantine.rules import Reason


@dataclass(frozen=True)
class Times:
    """The times between which a reading is believed, and the one that it gets when it names none; UTC milliseconds."""

    now_ms: int
    earliest_ms: int
    latest_ms: int


def moment_of(ts: float | str) -> int:
    """UTC milliseconds; 0, which no policy believes, where the text is no time."""
    if isinstance(ts, float):
        return round(ts) if math.isfinite(ts) and abs(ts) < 1e15 else 0
    try:
        return ms_from_datetime(datetime.fromisoformat(ts))
    except (ValueError, OverflowError):
        return 0


def time_fault(ts: int | float | str, moment: int, times: Times) -> Fault:
    """What is wrong with a time that is not believed: `ts` as it was sent, `moment` as it was read."""
    sample = str(ts)[:40]
    if isinstance(ts, str) and moment == 0:
        why = InvalidInput("ts is no ISO 8601 time with a zone, such as %(example)s", example="2026-11-24T08:00:00+08:00")
        return Fault(Reason.TIME_UNREADABLE, why, sample)
    if 0 < moment < LEAST_MS:
        why = InvalidInput("ts looks like seconds; send milliseconds since 1970-01-01 UTC")
        return Fault(Reason.TIME_UNREADABLE, why, sample)
    if moment < times.earliest_ms:
        late_days = (times.now_ms - times.earliest_ms) / 86_400_000
        why = InvalidInput(
            "ts is more than %(days)s days old; set the device's clock, or import what it kept as a file", days=f"{late_days:.0f}"
        )
        return Fault(Reason.TIME_TOO_OLD, why, sample)
    ahead_s = (min(moment, 10**16) - times.now_ms) / 1000
    why = InvalidInput("ts lies %(seconds)s s ahead of our clock; set the device's clock", seconds=f"{ahead_s:.0f}")
    return Fault(Reason.TIME_AHEAD, why, sample)
