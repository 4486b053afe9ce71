"""A kept message is read again as its door has read it, and nothing of it counts twice. Pure."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sensing.doors import NOW_MS
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.rules import hj212, sparkplug
from tocsin.sensing.doors.rules.payload import Channels, Columns
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.rules.unread import Message, pairs, read, without
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.rereading.rules import Tally, common_region, view_of

TIMES = Times(NOW_MS, NOW_MS - 86_400_000, NOW_MS + 300_000)
NAMES = ("methane", "ethane", "level")
KNOWN: dict[str, Channel] = {name: (index, None, ("methane", "")) for index, name in enumerate(NAMES)}


def channels(*names: str, code: str = "well-1") -> Channels:
    return Channels({name: KNOWN[name] for name in names}, code)


def rows(message: Message, known: Channels) -> tuple[list[tuple[int, int]], list[Reason]]:
    columns = Columns()
    faults = read(message, known, TIMES, columns)
    return list(zip(columns.sensor, columns.ts, strict=True)), [one.reason for one in faults]


def payload(*values: dict[str, float], ts: int | None = None) -> Message:
    return Message(
        "mqtt", Form.READINGS, "", json.dumps([{"values": one, **({"ts": ts} if ts else {})} for one in values]).encode()
    )


@given(
    sent=st.lists(st.dictionaries(st.sampled_from(NAMES), st.floats(0, 100), min_size=1), min_size=1, max_size=4),
    steps=st.lists(st.sets(st.sampled_from(NAMES)), min_size=1, max_size=4),
)
def test_whatever_is_registered_when_each_reading_is_taken_once(sent: list[dict[str, float]], steps: list[set[str]]) -> None:
    message = Message(
        "http",
        Form.READINGS,
        "/v1/readings",
        json.dumps([{"ts": NOW_MS + number, "values": one} for number, one in enumerate(sent)]).encode(),
    )
    taken, found = b"", []
    known: set[str] = set()
    for step in [*steps, set(NAMES)]:
        known |= step
        columns = Columns()
        read(message, channels(*known), TIMES, columns)
        new = without(columns.readings(), taken)
        found += list(zip(new.sensor.tolist(), new.ts.tolist(), strict=True))
        part = Columns()
        part.sensor.extend(new.sensor.tolist())
        part.ts.extend(new.ts.tolist())
        taken += pairs(part)
    expected = [(NAMES.index(name), NOW_MS + number) for number, one in enumerate(sent) for name in one]
    assert sorted(found) == sorted(expected)


def test_the_moment_of_arrival_is_the_present() -> None:
    assert rows(payload({"methane": 1.0}), channels("methane")) == ([(0, NOW_MS)], [])


def test_observations_are_read_at_their_address() -> None:
    message = Message("http", Form.OBSERVATIONS, "/sensorthings/v1.1/Datastreams(0)/Observations", b'{"result": 12.5}')
    assert rows(message, channels()) == ([], [Reason.UNKNOWN_CHANNEL])
    assert rows(message, channels("methane")) == ([(0, NOW_MS)], [])


def test_a_later_part_of_a_split_packet_knows_its_time() -> None:
    first = b"QN=20251124160000000;ST=31;CN=2011;PW=1;MN=well-1;Flag=6;PNUM=2;PNO=1;CP=&&DataTime=20251125000000;methane-Rtd=1&&"
    second = b"QN=20251124160000000;ST=31;CN=2011;PW=1;MN=well-1;Flag=6;PNUM=2;PNO=2;CP=&&level-Rtd=3&&"
    reader = hj212.Reader()
    hj212.add_measurements(hj212.read_message(first), reader, channels("methane"), TIMES, Columns())
    message = Message("hj212", Form.HJ212, "", second, reader.context)
    assert rows(message, channels("level")) == ([(2, NOW_MS)], [])
    other = Message("hj212", Form.HJ212, "", second.replace(b"MN=well-1", b"MN=well-9"), reader.context)
    assert rows(other, channels("level")) == ([], [Reason.UNREADABLE])


def test_data_of_sparkplug_know_their_birth() -> None:
    topic, birth = sparkplug.read_topic("spBv1.0/g/NDATA/well-1"), sparkplug.read_topic("spBv1.0/g/NBIRTH/well-1")
    assert topic is not None
    assert birth is not None
    # a metric with name (1), alias (2), datatype (4) double and value (13); then the same by its alias alone
    born = bytes.fromhex("1217") + b"\x0a\x08new/gaug" + bytes.fromhex("1007200a69000000000000f03f") + b"\x18\x00"
    data = bytes.fromhex("120b100769000000000000004018") + b"\x01"
    session = sparkplug.Session()
    assert session.read(birth, born, channels(), TIMES, Columns()) == []
    assert [one.reason for one in session.read(topic, data, channels(), TIMES, Columns())] == [Reason.UNKNOWN_CHANNEL]
    message = Message("mqtt", Form.SPARKPLUG, "spBv1.0/g/NDATA/well-1", data, session.context_of(topic, data))
    assert rows(message, Channels({"new.gaug": (5, None, ("methane", ""))}, "well-1")) == ([(5, NOW_MS)], [])
    assert rows(message, Channels({}, "well-2"))[1] == [Reason.FOREIGN_TOPIC]


def test_a_foreign_topic_stays_foreign() -> None:
    message = Message("mqtt", Form.FOREIGN, "tocsin/well-9/readings", b'{"values": {"methane": 1}}')
    assert rows(message, channels("methane")) == ([], [Reason.FOREIGN_TOPIC])


@pytest.mark.parametrize(
    ("content", "is_hex", "begins"),
    [
        (b'{"values": {}}', False, '{"values"'),
        ("井".encode(), False, "井"),
        (b"\x68\xaa<b>", True, "0000  68 aa 3c 62 3e"),
        (b"a\x00b", True, "0000  61 00 62"),
    ],
    ids=["json", "text", "bytes", "a NUL"],
)
def test_a_content_is_shown_as_what_it_is(content: bytes, is_hex: bool, begins: str) -> None:
    view = view_of(content)
    assert (view.is_hex, view.text.startswith(begins), view.is_cut) == (is_hex, True, False)


def test_a_large_content_is_cut() -> None:
    assert view_of(b"a" * 300_000).is_cut
    assert len(view_of(b"\xff" * 300_000).text) < 12_000


def test_messages_are_counted_by_what_is_left() -> None:
    tally = Tally()
    for fault, readings, imported in (
        ("", 2, 0),
        ("", 0, 1),
        ("unreadable", 0, 0),
        ("unknown_channel", 1, 0),
        ("unreadable", 0, 0),
    ):
        tally.add(fault, readings, imported)
    assert (tally.tried, tally.whole, tally.partly, tally.unread) == (5, 2, 1, 2)
    assert (tally.readings, tally.imported, tally.reasons) == (3, 1, {"unreadable": 2, "unknown_channel": 1})
    assert common_region(["370213", "370202"]) == "370200"
