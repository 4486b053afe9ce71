"""Kept messages through the decoding of the doors, with the moment of their arrival as the present."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.registry import door_devices
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.handed import HandedMessage, topic_of
from tocsin.sensing.doors.rules.payload import Channels, Columns
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.rules.unread import Message, pairs, read, without
from tocsin.sensing.doors.services.handing import hand_on
from tocsin.sensing.quarantine.models import KeptMessage
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.rules import NOT_OF_A_MESSAGE, Form, Reason

DISABLED: Final = InvalidInput("the device is disabled; enable it, and try again")


@dataclass(frozen=True)
class Outcome:
    """What came of one message: readings that detectors judge, readings so old that they only go into the history, and the first
    fault of what is left (None: all of it is read).
    """

    message: KeptMessage
    logged: Readings
    imported: Readings
    fault: Fault | None

    @property
    def taken(self) -> bytes:
        """Sensor and time of all its readings that are taken now."""
        new = np.concatenate([self.logged.sensor, self.imported.sensor]), np.concatenate([self.logged.ts, self.imported.ts])
        columns = Columns()
        columns.sensor.extend(new[0].tolist())
        columns.ts.extend(new[1].tolist())
        return bytes(self.message.taken) + pairs(columns)


def read_messages(messages: Sequence[KeptMessage], *, now: datetime) -> list[Outcome]:
    """Reads each of them as its door would have done with what is registered now. Writes nothing."""
    devices = {
        code: Channels(channels, code) for code, *_secrets, channels in door_devices({one.device_code for one in messages})
    }
    return [_read(one, devices.get(one.device_code), now) for one in messages]


def _read(one: KeptMessage, channels: Channels | None, now: datetime) -> Outcome:
    columns = Columns()
    if channels is None:
        nothing = columns.readings()
        return Outcome(one, nothing, nothing, Fault(Reason.SENSOR_DISABLED, DISABLED, ""))
    if one.form == Form.HANDED:
        return hand_again(one, stays=False)
    message = Message(one.door, Form(one.form), one.place, bytes(one.content), bytes(one.context))
    faults = read(message, channels, _times(one.arrived_at, now), columns)
    readings = without(columns.readings(), bytes(one.taken))
    is_old = readings.ts < ms_from_datetime(now - timedelta(days=policy().time.late_days))
    left = next((fault for fault in faults if fault.reason not in NOT_OF_A_MESSAGE), None)
    return Outcome(one, readings.take(~is_old), readings.take(is_old), left)


def hand_again(one: KeptMessage, *, stays: bool) -> Outcome:
    """A message for a subject above is handed on once more, as at its arrival; `stays`: what is taken of it is kept."""
    topic = topic_of(one.place, one.device_code) or ""
    message = HandedMessage(one.device_code, one.door, topic, bytes(one.content), one.arrived_at)
    with transaction.atomic():
        (answer,) = hand_on([message])
        transaction.set_rollback(not stays)
    nothing = Columns().readings()
    left = [Fault(Reason.CONTENT_REFUSED, part.why, part.sample) for part in answer.refused[:1]]
    return Outcome(one, nothing, nothing, left[0] if left else None)


def _times(arrived_at: datetime, now: datetime) -> Times:
    """What is believed: as at the door, but back to what may be imported."""
    time, arrived_ms = policy().time, ms_from_datetime(arrived_at)
    oldest = max(time.earliest, now - timedelta(days=quarantine_policy().replay.import_days))
    return Times(arrived_ms, ms_from_datetime(oldest), arrived_ms + round(time.ahead_s * 1000))
