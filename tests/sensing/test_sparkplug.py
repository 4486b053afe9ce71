"""Sparkplug B: payloads as protobuf's own runtime writes them, sessions as tables, and a real client at the door."""

import asyncio
import threading
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from tests.languages import english as english
from tests.sensing.doors import NOW_MS, DoorInMemory, device, until
from tests.sensing.sparkplug import CHANNELS, METHANE, TIMES, payload, runtime
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.sensing.doors.rules.payload import Channels, Columns
from tocsin.sensing.doors.rules.sparkplug import MOST_METRICS, REBIRTH_EVERY_S, Session, is_own_filter, read_topic
from tocsin.sensing.doors.rules.sparkplug_payload import read_message, write_rebirth
from tocsin.sensing.quarantine.rules import Reason


def test_golden_bytes() -> None:
    """One metric by alias, written out by hand: timestamp, metric {alias, datatype, double}, seq."""
    golden = bytes.fromhex("08 80 80 8f 8a d5 33  12 0d 10 05 20 0a 69 00 00 00 00 00 00 29 40  18 07".replace(" ", ""))
    message = read_message(golden)
    (metric,) = message.metrics
    assert (message.seq, metric.alias, metric.value(metric.datatype)) == (7, 5, 12.5)
    assert payload({"alias": 5, "datatype": 10, "double_value": 12.5}, seq=7, ts=message.ts_ms) == golden


VALUES: list[tuple[str, dict[str, Any], float | None]] = [
    ("Int8", {"datatype": 1, "int_value": 0xFF}, -1.0),
    ("Int16", {"datatype": 2, "int_value": 0xFFFE}, -2.0),
    ("Int16, as 32 bits", {"datatype": 2, "int_value": 0xFFFFFFFE}, -2.0),
    ("Int32", {"datatype": 3, "int_value": 0xFFFFFFFD}, -3.0),
    ("Int64", {"datatype": 4, "long_value": 2**64 - 4}, -4.0),
    ("UInt8", {"datatype": 5, "int_value": 255}, 255.0),
    ("UInt32", {"datatype": 7, "int_value": 0xFFFFFFFF}, 4294967295.0),
    ("UInt32 as long", {"datatype": 7, "long_value": 0xFFFFFFFF}, 4294967295.0),
    ("UInt64", {"datatype": 8, "long_value": 2**63}, 2.0**63),
    ("Float", {"datatype": 9, "float_value": 1.5}, 1.5),
    ("Double", {"datatype": 10, "double_value": -0.1}, -0.1),
    ("true", {"datatype": 11, "boolean_value": True}, 1.0),
    ("false", {"datatype": 11, "boolean_value": False}, 0.0),
    ("null", {"datatype": 10, "is_null": True}, None),
    ("a text", {"datatype": 12, "string_value": "12.5"}, None),
    ("a date", {"datatype": 13, "long_value": NOW_MS}, None),
    ("nothing", {"datatype": 10}, None),
]


@pytest.mark.parametrize(("given_", "expected"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_values(given_: dict[str, Any], expected: float | None) -> None:
    (metric,) = read_message(payload(given_)).metrics
    assert metric.value(metric.datatype) == expected


@given(st.binary(max_size=300))
def test_whatever_bytes_come_nothing_fails(data: bytes) -> None:
    session, columns = Session(), Columns()
    for kind in ("NBIRTH", "NDATA", "NDEATH"):
        topic = read_topic(f"spBv1.0/g/{kind}/gw-1")
        assert topic is not None
        session.read(topic, data, Channels(CHANNELS, "gw-1"), TIMES, columns)


@given(st.binary(max_size=60), st.integers(0, 60))
def test_a_payload_that_is_cut_is_refused_or_read(tail: bytes, cut: int) -> None:
    whole = payload({"name": "methane", "alias": 1, "datatype": 10, "double_value": 1.0, "quality": 192}, seq=3)
    for data in (whole[: min(cut, len(whole))], whole + tail):
        try:
            read_message(data)
        except InvalidInput:
            continue


TOPICS = [
    ("spBv1.0/g/NBIRTH/gw-1", "NBIRTH"),
    ("spBv1.0/g/DDATA/gw-1/pump-1", "DDATA"),
    ("spBv1.0/g/NDATA/gw-1/pump-1", ""),
    ("spBv1.0/g/DDATA/gw-1", ""),
    ("spBv1.0/g/NCMD/gw-1", ""),
    ("spBv1.0/STATE/host", ""),
    ("spBv1.0/g/NDATA/gw-1/a/b", ""),
    ("spAv1.0/g/NDATA/gw-1", ""),
]


@pytest.mark.parametrize(("text", "kind"), TOPICS)
def test_topics(text: str, kind: str) -> None:
    found = read_topic(text)
    assert (found.kind if found else "") == kind


FILTERS = [
    ("spBv1.0/g/NCMD/gw-1", True),
    ("spBv1.0/g/NCMD/gw-1/#", True),
    ("spBv1.0/g/DCMD/gw-1/#", True),
    ("spBv1.0/g/NCMD/gw-2", False),
    ("spBv1.0/g/NCMD/#", False),
    ("spBv1.0/+/NCMD/gw-1", False),
    ("spBv1.0/g/NDATA/gw-1", False),
    ("#", False),
]


@pytest.mark.parametrize(("text", "expected"), FILTERS)
def test_filters(text: str, expected: bool) -> None:
    assert is_own_filter(text, "gw-1") is expected


INLET = {"name": "Inlet/Temperature", "alias": 2, "datatype": 9, "float_value": 20.5}
BDSEQ = {"name": "bdSeq", "datatype": 8, "long_value": 3}
UNKNOWN = {"name": "colour", "alias": 9, "datatype": 12, "string_value": "red"}
LEVEL = {"name": "level", "alias": 8, "datatype": 10, "double_value": 3.0}
PRESSURE = {"name": "pressure", "alias": 1, "datatype": 7, "int_value": 400}
NBIRTH = ("NBIRTH", payload(BDSEQ, METHANE, INLET, UNKNOWN, LEVEL, seq=0))
DBIRTH = ("DBIRTH/pump-1", payload(PRESSURE, seq=1))
G, S, B = Quality.GOOD, Quality.SUSPECT, Quality.BAD
BORN = [(0, 1.0, G), (1, 20.5, G)]
LATE = NOW_MS - 60_000


def ndata(seq: int = 1, **metric: Any) -> tuple[str, bytes]:
    """The node tells the metric of alias 1, or another one."""
    told = metric if "alias" in metric or "name" in metric else {"alias": 1, **metric}
    return "NDATA", payload(told, seq=seq)


def ddata(seq: int, value: int) -> tuple[str, bytes]:
    return "DDATA/pump-1", payload({"alias": 1, "int_value": value}, seq=seq)


TWO = {"double_value": 2.0}
MISSING = {"birth_missing": 1}
ENDED = [(0, None, B), (1, None, B), (2, None, B)]
STORIES: list[tuple[str, list[tuple[str, bytes]], list[Any], dict[str, int]]] = [
    ("a birth", [NBIRTH], BORN, {}),
    ("data by alias", [NBIRTH, ndata(**TWO)], [*BORN, (0, 2.0, G)], {}),
    ("data by name", [NBIRTH, ndata(name="methane", **TWO)], [*BORN, (0, 2.0, G)], {}),
    ("a device", [NBIRTH, DBIRTH, ddata(2, 410)], [*BORN, (2, 400.0, G), (2, 410.0, G)], {}),
    ("data before their birth", [ndata(4, **TWO)], [], MISSING),
    ("a device's data before its birth", [NBIRTH, ddata(1, 410)], BORN, MISSING),
    ("a device's birth before the node's", [DBIRTH], [(2, 400.0, G)], MISSING),
    ("an alias that was not announced", [NBIRTH, ndata(alias=77, **TWO)], BORN, MISSING),
    ("a message was lost", [NBIRTH, ndata(2, **TWO)], [*BORN, (0, 2.0, G)], {"messages_lost": 1}),
    ("numbers begin anew", [("NBIRTH", payload(METHANE, seq=255)), ndata(0, **TWO)], [(0, 1.0, G), (0, 2.0, G)], {}),
    ("null", [NBIRTH, ndata(is_null=True)], [*BORN, (0, None, B)], {}),
    ("stale", [NBIRTH, ndata(quality=500, **TWO)], [*BORN, (0, 2.0, S)], {}),
    ("bad", [NBIRTH, ndata(quality=0, **TWO)], [*BORN, (0, 2.0, B)], {}),
    ("historical", [NBIRTH, ndata(is_historical=True, timestamp=LATE, **TWO)], [*BORN, (0, 2.0, G)], {}),
    ("data that nobody registered", [NBIRTH, ndata(alias=8, **TWO)], BORN, {"unknown_channel": 1}),
    ("a text for a number", [NBIRTH, ndata(datatype=12, string_value="2")], BORN, {"value_unreadable": 1}),
    ("a birth forgets", [NBIRTH, ("NBIRTH", payload(INLET)), ndata(**TWO)], [*BORN, (1, 20.5, G)], MISSING),
    ("a device's death", [NBIRTH, DBIRTH, ("DDEATH/pump-1", payload(seq=2))], [*BORN, (2, 400.0, G), (2, None, B)], {}),
    ("the node's", [NBIRTH, DBIRTH, ("NDEATH", payload(seq=None)), ndata(2, **TWO)], [*BORN, (2, 400.0, G), *ENDED], MISSING),
    ("compressed", [("NBIRTH", payload(uuid="SPBV1.0_COMPRESSED", body=b"x"))], [], {"unreadable": 1}),
    ("no protobuf", [("NBIRTH", b'{"values": {"methane": 1}}')], [], {"unreadable": 1}),
]


@pytest.mark.parametrize(("messages", "rows", "reasons"), [row[1:] for row in STORIES], ids=[row[0] for row in STORIES])
def test_sessions(messages: list[tuple[str, bytes]], rows: list[Any], reasons: dict[str, int]) -> None:
    session, columns, counted = Session(), Columns(), dict[str, int]()
    for kind, data in messages:
        kind, _slash, whose = kind.partition("/")
        topic = read_topic(f"spBv1.0/g/{kind}/gw-1" + (f"/{whose}" if whose else ""))
        assert topic is not None
        for fault in session.read(topic, data, Channels(CHANNELS, "gw-1"), TIMES, columns):
            counted[fault.reason.value] = counted.get(fault.reason.value, 0) + 1
    found = columns.readings()
    values = [None if value != value else value for value in found.value.tolist()]
    assert list(zip(found.sensor.tolist(), values, found.quality.tolist(), strict=True)) == [
        (*row[:2], int(row[2])) for row in rows
    ]
    assert counted == reasons


def test_the_time_is_the_metric_s_else_the_message_s_else_that_of_arrival() -> None:
    session, columns = Session(), Columns()
    topic = read_topic("spBv1.0/g/NBIRTH/gw-1")
    assert topic is not None
    for data in (payload({**METHANE, "timestamp": LATE}, ts=LATE - 1), payload(METHANE, ts=LATE - 1), payload(METHANE, ts=None)):
        session.read(topic, data, Channels(CHANNELS, "gw-1"), TIMES, columns)
    assert columns.readings().ts.tolist() == [LATE, LATE - 1, NOW_MS]


def test_more_metrics_than_a_connection_may_announce_are_told() -> None:
    session = Session()
    topic = read_topic("spBv1.0/g/NBIRTH/gw-1")
    assert topic is not None
    many = payload(*({"name": str(number), "alias": number, "datatype": 10} for number in range(MOST_METRICS + 1)))
    faults = session.read(topic, many, Channels(CHANNELS, "gw-1"), TIMES, Columns())
    assert [one.reason for one in faults] == [Reason.TOO_LARGE]


def test_a_rebirth_is_asked_for_once_in_a_while() -> None:
    session = Session()
    topic = read_topic("spBv1.0/g/NDATA/gw-1")
    assert topic is not None
    assert not session.wants_rebirth(0.0)
    session.read(topic, payload({"alias": 1}), Channels(CHANNELS, "gw-1"), TIMES, Columns())
    asked = [
        second
        for second in (0.0, 1.0, REBIRTH_EVERY_S - 1, REBIRTH_EVERY_S, REBIRTH_EVERY_S + 1)
        if session.wants_rebirth(second)
    ]
    assert asked == [0.0, REBIRTH_EVERY_S]


class EdgeNode:
    """A real MQTT client that answers a rebirth with its births, as the specification wants."""

    def __init__(self, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="node", protocol=mqtt.MQTTv311)
        self.client.username_pw_set("gw-1", "secret")
        self.commands: list[Any] = []
        self.granted: list[int] = []
        self.is_ready = threading.Event()
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._commanded
        self.client.connect("127.0.0.1", port)
        self.client.subscribe([("spBv1.0/plant/NCMD/gw-1/#", 0), ("spBv1.0/plant/NCMD/gw-2/#", 0)])
        self.client.loop_start()

    def _subscribed(self, _client: Any, _data: Any, _packet: int, codes: Any, _properties: Any) -> None:
        self.granted = [code.value for code in codes]
        self.is_ready.set()

    def _commanded(self, client: Any, _data: Any, message: Any) -> None:
        decoded = runtime().FromString(message.payload)
        self.commands.append((message.topic, decoded.metrics[0].name, decoded.metrics[0].boolean_value))
        client.publish("spBv1.0/plant/NBIRTH/gw-1", payload(BDSEQ, METHANE, seq=0), qos=0)
        client.publish("spBv1.0/plant/NDATA/gw-1", payload({"alias": 1, "double_value": 7.0}, seq=1), qos=1)


def test_a_real_client_is_asked_for_a_rebirth_and_goes_on() -> None:
    async def run() -> None:
        memory = DoorInMemory(device("gw-1", **CHANNELS))
        port = await memory.listen()
        node = await asyncio.to_thread(EdgeNode, port, asyncio.get_running_loop())
        try:
            assert await asyncio.to_thread(node.is_ready.wait, 30)
            assert node.granted == [0, 0x80]
            node.client.publish("spBv1.0/plant/NDATA/gw-1", payload({"alias": 1, "double_value": 6.0}, seq=9), qos=1)
            await until(lambda: len(memory.log.rows()) == 2)
            assert node.commands == [("spBv1.0/plant/NCMD/gw-1", "Node Control/Rebirth", True)]
            assert memory.log.rows() == [(0, NOW_MS, 1.0), (0, NOW_MS, 7.0)]
            assert memory.reasons() == {Reason.BIRTH_MISSING: 1}
            node.client.publish("spBv1.0/plant/NDATA/gw-2", payload(METHANE), qos=1)
            await until(lambda: memory.reasons() == {Reason.BIRTH_MISSING: 1, Reason.FOREIGN_TOPIC: 1})
        finally:
            await asyncio.to_thread(node.client.disconnect)
            await asyncio.to_thread(node.client.loop_stop)
            await memory.close()

    asyncio.run(run())


def test_the_command_is_what_protobuf_reads() -> None:
    message = runtime().FromString(write_rebirth(NOW_MS))
    (metric,) = message.metrics
    assert (message.timestamp, metric.name, metric.datatype, metric.boolean_value) == (NOW_MS, "Node Control/Rebirth", 11, True)
    assert not message.HasField("seq")
