"""Electricity meters behind a gateway (DL/T 645-2007): frames as tables, and the payload of a gateway at the door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.sensing.doors import NOW_MS
from tocsin.base.levels import Quality
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.rules.dlt645 import ITEMS, Metered, is_frames, read_frames
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.payload import Channels, Columns, read_payload
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Reason

ENERGY = bytes.fromhex("68 56 34 12 00 00 00 68 91 08 33 33 34 33 9A 78 56 34 6E 16")  # 12345.67 kWh of meter 000000123456
QUESTION = bytes.fromhex("68 56 34 12 00 00 00 68 11 04 33 33 36 35 52 16")
METER = "000000123456"


def answer(identifier: int, digits: str, *, control: int = 0x91) -> bytes:
    """A frame as a meter writes it: `digits` of each value as people write them, the low byte goes first."""
    values = b"".join(bytes.fromhex(one)[::-1] for one in digits.split())
    data = bytes((one + 0x33) & 0xFF for one in identifier.to_bytes(4, "little") + values)
    body = b"\x68" + bytes.fromhex(METER)[::-1] + b"\x68" + bytes((control, len(data))) + data
    return body + bytes((sum(body) & 0xFF, 0x16))


def told(payload: bytes) -> list[object]:
    return [one.reason if isinstance(one, Fault) else (one.meter, one.name, one.value, one.unit) for one in read_frames(payload)]


E = (METER, "energy", 12345.67, "kWh")
VOLTAGES: list[object] = [
    (METER, "voltage_a", 220.3, "V"),
    (METER, "voltage_b", 219.8, "V"),
    (METER, "voltage_c", None, "V"),
]
PAYLOADS: list[tuple[str, bytes, list[object]]] = [
    ("the golden answer", ENERGY, [E]),
    ("as our own writer has it", answer(0x00010000, "01234567"), [E]),
    ("after its lead-in", b"\xfe\xfe\xfe\xfe" + ENERGY, [E]),
    ("two of them", ENERGY + b"\xfe" + ENERGY, [E, E]),
    ("a voltage", answer(0x02010100, "2203"), [(METER, "voltage_a", 220.3, "V")]),
    ("three voltages", answer(0x0201FF00, "2203 2198 FFFF"), VOLTAGES),
    ("a current", answer(0x02020300, "012345"), [(METER, "current_c", 12.345, "A")]),
    ("a current the other way", answer(0x02020100, "812345"), [(METER, "current_a", -12.345, "A")]),
    ("the total power", answer(0x02030000, "123456"), [(METER, "power", 12.3456, "kW")]),
    ("a power factor", answer(0x02060000, "8950"), [(METER, "power_factor", -0.95, "")]),
    ("more of it follows", answer(0x02010200, "2203", control=0xB1), [(METER, "voltage_b", 220.3, "V")]),
    ("no digits", answer(0x02010100, "22A3"), [Reason.VALUE_UNREADABLE]),
    ("the meter refuses", bytes.fromhex("68 56 34 12 00 00 00 68 D1 01 35 73 16"), [Reason.NO_ANSWER]),
    ("a question", QUESTION, [Reason.UNSUPPORTED]),
    ("an identifier that is not read", answer(0x04000101, "26112900"), [Reason.UNSUPPORTED]),
    ("too few bytes", answer(0x02030000, "1234"), [Reason.UNREADABLE]),
    ("a changed byte", ENERGY[:14] + b"\x00" + ENERGY[15:] + ENERGY, [E, Reason.UNREADABLE]),
    ("half a frame", ENERGY[:12], [Reason.UNREADABLE]),
    ("noise before it", b"\x68noise" + ENERGY, [E, Reason.UNREADABLE]),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "expected"), [row[1:] for row in PAYLOADS], ids=[row[0] for row in PAYLOADS])
def test_frames(payload: bytes, expected: list[object]) -> None:
    assert told(payload) == expected


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([ENERGY, QUESTION, b"\xfe", ENERGY[:10]])), max_size=12))
def test_whatever_comes_nothing_fails_and_whole_frames_are_found(pieces: list[bytes]) -> None:
    found = told(b"".join(pieces))
    assert len(found) <= sum(map(len, pieces)) + 1


@given(st.sampled_from(sorted(ITEMS)), st.data())
def test_every_item_reads_what_is_written(identifier: int, data: st.DataObject) -> None:
    item = ITEMS[identifier]
    most = 10 ** (2 * item.width) - 1
    numbers = [data.draw(st.integers(0, most // 2 if item.is_signed else most)) for _ in item.names]
    numbers = [one % (8 * 10 ** (2 * item.width - 1)) if item.is_signed else one for one in numbers]
    frame = answer(identifier, " ".join(f"{one:0{2 * item.width}d}" for one in numbers))
    assert [one.value for one in read_frames(frame) if isinstance(one, Metered)] == [one / item.step for one in numbers]


CHANNELS: dict[str, Channel] = {f"{METER}/energy": (0, None, ("energy", "kWh")), f"{METER}/power": (1, None, ("current", "A"))}
TIMES = Times(NOW_MS, NOW_MS - 10**9, NOW_MS + 300_000)


def test_a_gateway_hands_frames_on_as_a_payload() -> None:
    columns = Columns()
    payload = ENERGY + answer(0x02030000, "123456") + answer(0x02010100, "2203")
    faults = read_payload(payload, Channels(CHANNELS, "gw-1"), TIMES, columns)
    found = columns.readings()
    assert (found.sensor.tolist(), found.ts.tolist(), found.value.tolist()) == ([0], [NOW_MS], [12345.67])
    assert [one.reason for one in faults] == [Reason.VALUE_UNREADABLE, Reason.UNKNOWN_CHANNEL]


def test_what_a_meter_has_not_measured_is_a_bad_reading() -> None:
    columns = Columns()
    read_payload(answer(0x00010000, "FFFFFFFF"), Channels(CHANNELS, "gw-1"), TIMES, columns)
    assert columns.readings().quality.tolist() == [int(Quality.BAD)]


@pytest.mark.parametrize("payload", [b'{"values": {}}', b"[1]", b"\x81\xa1", b"ARROW1", b""])
def test_other_payloads_are_no_frames(payload: bytes) -> None:
    assert not is_frames(payload)
