"""Sparkplug B (specification 3.0) on one connection: births announce metrics, data speak of them by alias, deaths end them. Pure.

    spBv1.0/<group>/NBIRTH|NDATA|NDEATH/<device code>
    spBv1.0/<group>/DBIRTH|DDATA|DDEATH/<device code>/<code of a device that it carries>

A metric is the channel of its name, with `.` in place of `/`: channels have no slash. Births tell all that there is, so what
nobody has registered is passed over there and set aside in data. What comes before its birth can't be read; a rebirth is asked.
A metric below `Properties/` that is no sensor's is an attribute: what the node or device says of itself.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Self

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.sensing.doors.rules.attributes import Said
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import NAN, Channels, Columns, add_measured
from tocsin.sensing.doors.rules.sparkplug_payload import COMPRESSED, Metric, Payload, read_message
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Reason

PREFIX: Final = b"spBv1.0/"
TOPIC: Final = re.compile(r"spBv1\.0/([^/+#]{1,100})/(N|D)(BIRTH|DATA|DEATH)/([^/+#]{1,64})(?:/([^/+#]{1,64}))?")
COMMANDS: Final = re.compile(r"spBv1\.0/([^/+#]{1,100})/(NCMD|DCMD)/([^/+#]{1,64})(/#)?")
MOST_METRICS: Final = 20_000  # announced on one connection, of a node and its devices
MOST_DEVICES: Final = 2_000
CONTROL: Final = ("bdSeq", "Node Control/", "Device Control/")  # about the session and not about the surroundings
PROPERTIES: Final = "Properties/"
MOST_SAID: Final = 200  # properties of one message
GOOD, STALE = 192, 500
REBIRTH_EVERY_S: Final = 10.0


@dataclass(frozen=True)
class Topic:
    """Whose message of which kind: `device` is "" for the node's own."""

    group: str
    kind: str
    node: str
    device: str


@dataclass(frozen=True)
class Known:
    """What a birth has announced of one metric."""

    channel: str
    datatype: int
    is_counted: bool  # about the surroundings
    attribute: str = ""  # what stands behind `Properties/`


@dataclass
class Announced:
    """The metrics of a node, or of one of its devices, since its birth."""

    by_alias: dict[int, Known] = field(default_factory=dict)
    by_name: dict[str, Known] = field(default_factory=dict)

    def find(self, metric: Metric) -> Known | None:
        """Which of them it is: by its name, else by its alias."""
        if metric.name:
            return self.by_name.get(metric.name)
        return self.by_alias.get(metric.alias) if metric.alias is not None else None


def read_topic(text: str) -> Topic | None:
    """None for what is no topic of a node's or device's messages.

    >>> read_topic("spBv1.0/plant/DDATA/gw-1/pump-1")
    Topic(group='plant', kind='DDATA', node='gw-1', device='pump-1')
    """
    found = TOPIC.fullmatch(text)
    if found is None or (found[2] == "D") != (found[5] is not None):
        return None
    return Topic(found[1], found[2] + found[3], found[4], found[5] or "")


def is_own_filter(text: str, code: str) -> bool:
    """Whether a subscription is for the commands to this device, and to nobody else.

    >>> is_own_filter("spBv1.0/plant/NCMD/gw-1/#", "gw-1"), is_own_filter("spBv1.0/plant/NCMD/+", "gw-1")
    (True, False)
    """
    found = COMMANDS.fullmatch(text)
    return found is not None and found[3] == code


class Session:
    """What one connection has announced; its group is the one of its first birth."""

    def __init__(self) -> None:
        self.group = ""
        self._seq: int | None = None
        self._announced: dict[str, Announced] = {}  # by device, "" the node's own
        self._is_lost = False
        self._asked_s = float("-inf")
        self._said: list[Said] = []

    def said(self) -> list[Said]:
        """What has been said by properties since the last call."""
        said, self._said = self._said, []
        return said

    def context_of(self, topic: Topic, payload: bytes) -> bytes:
        """What births have announced of the metrics of this message, so that it can be read alone later."""
        announced = self._announced.get(topic.device)
        if announced is None:
            return b""
        rows = [
            (metric.name, metric.alias, known.channel, known.datatype, known.is_counted)
            for metric in read_message(payload).metrics
            if (known := announced.find(metric)) is not None
        ]
        return msgspec.json.encode(rows)

    @classmethod
    def knowing(cls, topic: Topic, context: bytes) -> Self:
        """A session in which that has been announced, and nothing is missing before the message."""
        made = cls()
        if context and not topic.kind.endswith("BIRTH"):
            announced = made._announced.setdefault(topic.device, Announced())
            for name, alias, channel, datatype, is_counted in decode_json(context, list[tuple[str, int | None, str, int, bool]]):
                known = Known(channel, datatype, is_counted)
                if name:
                    announced.by_name[name] = known
                elif alias is not None:
                    announced.by_alias[alias] = known
        if topic.device:
            made._announced.setdefault("", Announced())
        return made

    def wants_rebirth(self, now_s: float) -> bool:
        """Whether the node is to be asked for its births now; not again at once."""
        if not self._is_lost or now_s < self._asked_s + REBIRTH_EVERY_S:
            return False
        self._asked_s = now_s
        return True

    def read(self, topic: Topic, payload: bytes, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
        """Adds what can be read to the columns and returns what can't."""
        self.group = self.group or topic.group
        try:
            message = read_message(payload)
            if message.uuid == COMPRESSED:
                raise InvalidInput("compressed payloads are not read; switch the compression off at the node")
        except InvalidInput as error:
            return [Fault(Reason.UNREADABLE, error, payload[:SAMPLE_BYTES].hex(" ")[:SAMPLE_BYTES])]
        faults: list[Fault] = []
        if topic.kind == "NBIRTH":
            self.group, self._announced, self._is_lost = topic.group, {}, False
            self._seq = message.seq
        elif topic.kind != "NDEATH":
            self._follow(topic, message, faults)
        if topic.kind.endswith("BIRTH"):
            self._announce(topic, message, faults)
        if topic.kind.endswith("DEATH"):
            self._end(topic, message, channels, times, columns, faults)
        else:
            self._add(topic, message, channels, times, columns, faults)
        return faults

    def _follow(self, topic: Topic, message: Payload, faults: list[Fault]) -> None:
        """Counts along: what is missing between two messages was lost, and births may have been among it."""
        if "" not in self._announced or message.seq is None:
            return  # told as missing its birth
        expected = (self._seq + 1) % 256 if self._seq is not None else message.seq
        self._seq = message.seq
        if message.seq != expected:
            self._is_lost = True
            why = InvalidInput(
                "message %(seq)s came where %(expected)s was due: some were lost on the way; the node is asked for a rebirth",
                seq=message.seq,
                expected=expected,
            )
            faults.append(Fault(Reason.MESSAGES_LOST, why, f"{topic.kind} {topic.device}".strip()))

    def _announce(self, topic: Topic, message: Payload, faults: list[Fault]) -> None:
        if topic.device and "" not in self._announced:
            self._miss(topic, "NBIRTH", faults)
        room = MOST_METRICS - sum(len(one.by_name) for name, one in self._announced.items() if name != topic.device)
        if topic.device not in self._announced and len(self._announced) > MOST_DEVICES:
            room = 0
        if len(message.metrics) > room:
            why = InvalidInput(
                "more than %(most)s metrics, or %(devices)s devices, are announced; the others are not read",
                most=MOST_METRICS,
                devices=MOST_DEVICES,
            )
            faults.append(Fault(Reason.TOO_LARGE, why, topic.device))
        if not room:
            return
        made = self._announced[topic.device] = Announced()
        for metric in message.metrics[: max(0, room)]:
            attribute = metric.name.removeprefix(PROPERTIES) if metric.name.startswith(PROPERTIES) else ""
            known = Known(_channel(topic, metric.name), metric.datatype, not metric.name.startswith(CONTROL), attribute)
            made.by_name[metric.name] = known
            if metric.alias is not None:
                made.by_alias[metric.alias] = known

    def _end(
        self, topic: Topic, message: Payload, channels: Channels, times: Times, columns: Columns, faults: list[Fault]
    ) -> None:
        """What was announced is no longer known: a reading of quality *bad* for each sensor, since that is news."""
        ended = [self._announced.pop(topic.device, Announced())] if topic.device else list(self._announced.values())
        if not topic.device:
            self._announced = {}
        ts_ms = times.now_ms if message.ts_ms is None else message.ts_ms
        for one in ended:
            for known in one.by_name.values():
                if known.is_counted and known.channel in channels.known:
                    add_measured(ts_ms, known.channel, NAN, Quality.BAD, channels, times, columns, faults)

    def _add(
        self, topic: Topic, message: Payload, channels: Channels, times: Times, columns: Columns, faults: list[Fault]
    ) -> None:
        announced = self._announced.get(topic.device)
        if announced is None:
            self._miss(topic, topic.kind[0] + "BIRTH", faults)
            return
        for metric in message.metrics:
            known = announced.find(metric)
            if known is None:
                if not topic.kind.endswith("BIRTH"):
                    self._miss(topic, metric.name or f"alias {metric.alias}", faults)
                continue
            is_registered = known.channel in channels.known
            datatype = metric.datatype or known.datatype
            ts_ms = next((one for one in (metric.ts_ms, message.ts_ms) if one is not None), times.now_ms)
            if known.attribute and not is_registered:
                word = metric.word(datatype)
                if word is not None and len(self._said) < MOST_SAID:
                    self._said.append(Said(topic.device or topic.node, known.attribute, word, ts_ms))
                continue
            if not known.is_counted or (not is_registered and topic.kind.endswith("BIRTH")):
                continue
            value = metric.value(datatype)
            if value is None and not metric.is_null:
                if is_registered:
                    why = InvalidInput("the value of “%(name)s” must be a number", name=known.channel[:64])
                    faults.append(Fault(Reason.VALUE_UNREADABLE, why, f"{known.channel}, data type {datatype}"[:SAMPLE_BYTES]))
                continue
            quality = _quality(metric)
            add_measured(ts_ms, known.channel, NAN if value is None else value, quality, channels, times, columns, faults)

    def _miss(self, topic: Topic, what: str, faults: list[Fault]) -> None:
        self._is_lost = True
        why = InvalidInput(
            "“%(what)s” was not announced on this connection; the node is asked for a rebirth, if it listens to NCMD",
            what=what[:64],
        )
        faults.append(Fault(Reason.BIRTH_MISSING, why, f"{topic.kind} {topic.device}".strip()))


def _channel(topic: Topic, name: str) -> str:
    own = name.replace("/", ".")
    return f"{topic.device}/{own}" if topic.device else own


def _quality(metric: Metric) -> Quality:
    """What the node says of it (property `Quality`): 192 good, 500 no longer fresh, 0 bad; nothing is good."""
    if metric.quality in (None, GOOD):
        return Quality.GOOD
    return Quality.SUSPECT if metric.quality == STALE else Quality.BAD
