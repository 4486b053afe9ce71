"""Properties that Sparkplug nodes tell of themselves and of their devices: attributes, unless a sensor has that channel."""

import asyncio
from typing import Any

import pytest

from tests.languages import english as english
from tests.sensing.doors import NOW_MS, DoorInMemory, device, settle, until
from tests.sensing.packets import connect, publish
from tests.sensing.sparkplug import CHANNELS, METHANE, TIMES, payload
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.rules.statements import Stated
from tocsin.sensing.doors.rules.attributes import read_said
from tocsin.sensing.doors.rules.mqtt_packets import V311
from tocsin.sensing.doors.rules.payload import Channels, Columns
from tocsin.sensing.doors.rules.sparkplug import Session, read_topic
from tocsin.sensing.quarantine.rules import Reason

FIRMWARE = {"name": "Properties/Firmware", "alias": 20, "datatype": 12, "string_value": "1.4.2"}
CHARGED = {"name": "Properties/Battery", "alias": 21, "datatype": 9, "float_value": 87.0}
MAKE = {"name": "Properties/Hardware Make/OEM", "datatype": 12, "string_value": "Acme"}
LID = {"name": "Properties/lid open", "datatype": 11, "boolean_value": False}
ABSURD = {"name": "Properties/battery", "alias": 2, "datatype": 9, "float_value": 140.0}
SAYS = [
    (
        "a birth",
        [("NBIRTH", payload(FIRMWARE, CHARGED, MAKE, LID))],
        {
            ("gw-1", "firmware"): "1.4.2",
            ("gw-1", "battery"): "87",
            ("gw-1", "Hardware Make.OEM"): "Acme",
            ("gw-1", "lid open"): "false",
        },
        0,
    ),
    (
        "data by alias",
        [("NBIRTH", payload(CHARGED)), ("NDATA", payload({"alias": 21, "float_value": 86.0}, seq=1))],
        {("gw-1", "battery"): "86"},
        0,
    ),
    (
        "a device",
        [("NBIRTH", payload(METHANE)), ("DBIRTH/pump-1", payload(FIRMWARE, seq=1))],
        {("pump-1", "firmware"): "1.4.2"},
        0,
    ),
    ("a device that nobody carries", [("NBIRTH", payload(METHANE)), ("DBIRTH/pump-9", payload(FIRMWARE, seq=1))], {}, 1),
    ("what cannot be", [("NBIRTH", payload(ABSURD, FIRMWARE))], {("gw-1", "firmware"): "1.4.2"}, 1),
    ("null", [("NBIRTH", payload({**FIRMWARE, "is_null": True}))], {}, 0),
    ("too far ahead", [("NBIRTH", payload({**FIRMWARE, "timestamp": NOW_MS + 10**9}))], {}, 1),
]


@pytest.mark.parametrize(("messages", "expected", "refused"), [row[1:] for row in SAYS], ids=[row[0] for row in SAYS])
def test_properties_are_attributes(messages: list[tuple[str, bytes]], expected: dict[Any, str], refused: int) -> None:
    session, columns, found, faults = Session(), Columns(), {}, []
    for kind, data in messages:
        kind, _slash, whose = kind.partition("/")
        topic = read_topic(f"spBv1.0/g/{kind}/gw-1" + (f"/{whose}" if whose else ""))
        assert topic is not None
        assert session.read(topic, data, Channels(CHANNELS, "gw-1"), TIMES, columns) == []
        statements, wrong = read_said(session.said(), "gw-1", {"pump-1"}, TIMES, attributes_policy())
        found |= {(one.code, one.name): one.text for one in statements}
        faults += wrong
    assert found == expected
    assert [one.reason for one in faults] == [Reason.ATTRIBUTE_REFUSED] * refused
    assert session.said() == []


def test_properties_are_stored_before_they_are_acknowledged() -> None:
    async def run() -> None:
        door = DoorInMemory(device("gw-1", **CHANNELS))
        connection, transport = door.open()
        connection.data_received(connect(V311, "gw-1"))
        await settle()
        before = len(transport.written)
        door.keeper.is_down = True
        born = payload(METHANE, FIRMWARE, ABSURD)
        connection.data_received(publish(V311, born, packet_id=7, topic="spBv1.0/g/NBIRTH/gw-1"))
        await settle()
        assert len(transport.written) == before
        door.keeper.is_down = False
        await until(lambda: len(transport.written) > before)
        assert bytes(transport.written[before:]) == bytes.fromhex("40020007")
        (stated,) = door.keeper.kept
        assert isinstance(stated, Stated)
        assert [(one.code, one.name, one.text) for one in stated.statements] == [("gw-1", "firmware", "1.4.2")]
        assert door.log.rows() == [(0, NOW_MS, 1.0)]
        assert door.reasons() == {Reason.ATTRIBUTE_REFUSED: 1}

    asyncio.run(run())


def test_a_property_with_a_sensor_is_a_reading() -> None:
    session, columns = Session(), Columns()
    topic = read_topic("spBv1.0/g/NBIRTH/gw-1")
    assert topic is not None
    session.read(topic, payload(CHARGED), Channels({"Properties.Battery": CHANNELS["methane"]}, "gw-1"), TIMES, columns)
    assert columns.readings().value.tolist() == [87.0]
    assert session.said() == []
