"""A message of which something could not be read: what of it has to be kept, and how it is read again. Pure.

Reading again is what the door did, with the moment of its arrival as the present: `read` calls the same functions. What the door
has taken of it already is told by `pairs`, and `without` leaves it out, so that no reading goes to the log a second time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.engine.columns import Readings
from tocsin.sensing.doors.rules import gb26875, hj212, observations, sparkplug
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import Channels, Columns, read_payload
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Form, Reason

PAIR: Final = np.dtype([("sensor", "<i4"), ("ts", "<i8")])


@dataclass(frozen=True)
class Message:
    """What came in: through which door, to be read how, on which topic or address, and what its reader knew beside it."""

    door: str
    form: Form
    place: str
    content: bytes
    context: bytes = b""


def read(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Adds what can be read to `columns` and returns what can't.

    >>> columns, times = Columns(), Times(now_ms=1764000000000, earliest_ms=946684800000, latest_ms=1764000300000)
    >>> message = Message("http", Form.READINGS, "/v1/readings", b'{"values": {"methane": 12.5}}')
    >>> read(message, Channels({"methane": (7, None, ("methane", ""))}), times, columns), columns.readings().sensor.tolist()
    ([], [7])
    """
    return READERS[message.form](message, channels, times, columns)


def pairs(columns: Columns) -> bytes:
    """Sensor and time of each reading, 12 bytes each."""
    found = np.empty(len(columns), PAIR)
    found["sensor"], found["ts"] = columns.sensor, columns.ts
    return found.tobytes()


def without(readings: Readings, taken: bytes) -> Readings:
    """The readings that are not among those that were taken already."""
    known = set(np.frombuffer(taken, PAIR).tolist())
    if not known:
        return readings
    rows = zip(readings.sensor.tolist(), readings.ts.tolist(), strict=True)
    return readings.take(np.array([one not in known for one in rows], np.bool_))


def foreign(topic: str, code: str, sample: bytes) -> Fault:
    """A publish on a topic that is not the device's own."""
    why = InvalidInput(
        "topic “%(topic)s” is not this device's own; publish on %(own)s", topic=topic[:100], own=f"tocsin/{code}/readings"
    )
    return Fault(Reason.FOREIGN_TOPIC, why, sample.decode("utf-8", "replace"))


def _readings(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    return read_payload(message.content, channels, times, columns)


def _observations(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    posted = observations.posted_to(message.place) or observations.Posted()
    found = observations.read_posted(message.content, posted)
    results = (one if isinstance(one, Fault) else observations.add_observed(one, channels, times, columns) for one in found)
    return [one for one in results if isinstance(one, Fault)]


def _sparkplug(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    topic = sparkplug.read_topic(message.place)
    if topic is None or topic.node != channels.code:
        return _foreign(message, channels, times, columns)
    session = sparkplug.Session.knowing(topic, message.context)
    return session.read(topic, message.content, channels, times, columns)


def _hj212(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    sample = message.content[:SAMPLE_BYTES].decode("gb18030", "replace")
    try:
        found = hj212.read_message(message.content)
    except InvalidInput as error:
        return [Fault(Reason.UNREADABLE, error, sample)]
    if found.mn != channels.code:
        return [Fault(Reason.UNREADABLE, InvalidInput("it names another device as its MN"), sample)]
    return hj212.add_measurements(found, hj212.Reader.knowing(message.context), channels, times, columns)


def _gb26875(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    return gb26875.add_told(message.content, channels, times, columns)


def _handed(_message: Message, _channels: Channels, _times: Times, _columns: Columns) -> list[Fault]:
    return []  # no reading: `sensing.rereading` hands it on again


def _foreign(message: Message, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    return [foreign(message.place, channels.code, message.content[:SAMPLE_BYTES])]


READERS: Final[dict[Form, Callable[[Message, Channels, Times, Columns], list[Fault]]]] = {
    Form.READINGS: _readings,
    Form.OBSERVATIONS: _observations,
    Form.SPARKPLUG: _sparkplug,
    Form.HJ212: _hj212,
    Form.GB26875: _gb26875,
    Form.FOREIGN: _foreign,
    Form.HANDED: _handed,
}
