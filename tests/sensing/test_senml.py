"""SenML at the door (RFC 8428): packs in JSON and CBOR, resolved or with bases, units, gateways; what is set aside and why."""

import json
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sensing.test_payload import NOW, TIMES, read
from tocsin.sensing.doors.rules.senml import LABELS
from tocsin.sensing.quarantine.rules import Reason

NOW_S = NOW // 1000
BASE = {"bn": "urn:dev:ow:370213:well-1:", "bt": NOW_S}

CASES: list[tuple[str, list[Any], Any, list[Reason]]] = [
    ("a resolved record", [{"n": "well-1:t", "t": NOW_S, "v": 20}], [(1, NOW, 20.0, 0)], []),
    ("a bare channel", [{"n": "t", "v": 20}], [(1, NOW, 20.0, 0)], []),
    ("whole name in the base", [{"bn": "t", "v": 20}], [(1, NOW, 20.0, 0)], []),
    (
        "base of the first holds for all",
        [BASE | {"n": "t", "v": 1}, {"n": "t", "t": -60, "v": 2}],
        [(1, NOW, 1.0, 0), (1, NOW - 60_000, 2.0, 0)],
        [],
    ),
    ("base alone first", [BASE, {"n": "t", "v": 1}], [(1, NOW, 1.0, 0)], []),
    (
        "a base that is replaced",
        [BASE | {"bv": 10, "n": "t", "v": 1}, {"bv": 0, "n": "t", "v": 1}],
        [(1, NOW, 11.0, 0), (1, NOW, 1.0, 0)],
        [],
    ),
    ("seconds before now", [{"n": "t", "t": -5.5, "v": 1}], [(1, NOW - 5500, 1.0, 0)], []),
    ("by a slash", [{"n": "urn:dev:mac:0024befffe804ff1:well-1/t", "v": 1}], [(1, NOW, 1.0, 0)], []),
    ("of a device that it carries", [{"bn": "urn:dev:ow:370213:", "n": "well-2:t", "v": 1}], [(2, NOW, 1.0, 0)], []),
    ("of somebody else", [{"n": "urn:dev:ow:well-3:t", "v": 1}], [], [Reason.UNKNOWN_CHANNEL]),
    ("disabled", [{"n": "off", "v": 1}], [], [Reason.SENSOR_DISABLED]),
    ("kelvin", [{"n": "t", "u": "K", "v": 293.15}], [(1, NOW, 20.0, 0)], []),
    ("unit of the base", [{"bu": "Cel", "n": "t", "v": 20}], [(1, NOW, 20.0, 0)], []),
    ("registered in percent by volume", [{"n": "ch4", "u": "%", "v": 0.5}], [(0, NOW, 10.0, 0)], []),
    ("a ratio", [{"n": "ch4", "u": "/", "v": 0.005}], [(0, NOW, 10.0, 0)], []),
    ("parts in a million", [{"n": "ch4", "u": "ppm", "v": 5000}], [(0, NOW, 10.0, 0)], []),
    (
        "a unit of something else",
        [{"n": "t", "u": "Pa", "v": 20}, {"n": "t", "v": 1}],
        [(1, NOW, 1.0, 0)],
        [Reason.VALUE_UNREADABLE],
    ),
    ("a ratio of a temperature", [{"n": "t", "u": "/", "v": 0.2}], [], [Reason.VALUE_UNREADABLE]),
    ("texts and truths", [{"n": "t", "vs": "20"}, {"n": "t", "vb": True}, {"n": "t", "s": 5}], [], [Reason.VALUE_UNREADABLE] * 3),
    ("a text as number", [{"n": "t", "v": "20"}], [], [Reason.VALUE_UNREADABLE]),
    ("no value", [{"n": "t"}], [], [Reason.VALUE_UNREADABLE]),
    ("a time that is none", [{"n": "t", "t": "noon", "v": 1}], [], [Reason.TIME_UNREADABLE]),
    (
        "a base time that is none ends the pack",
        [{"bt": "noon", "n": "t", "v": 1}, {"n": "t", "v": 2}],
        [],
        [Reason.TIME_UNREADABLE],
    ),
    ("milliseconds as seconds", [{"n": "t", "t": NOW, "v": 1}], [], [Reason.TIME_UNREADABLE]),
    ("a name that is none", [{"n": "wärme", "v": 1}], [], [Reason.UNREADABLE]),
    ("a record that is none", [{"n": "t", "v": 1}, 5], [(1, NOW, 1.0, 0)], [Reason.UNREADABLE]),
    ("a newer version", [{"bver": 11, "n": "t", "v": 1}, {"n": "t", "v": 2}], [], [Reason.UNREADABLE]),
    (
        "what must be understood",
        [{"n": "t", "v": 1}, {"n": "t", "v": 1, "cal_": 2}, {"n": "t", "v": 3}],
        [(1, NOW, 1.0, 0)],
        [Reason.UNREADABLE],
    ),
    ("what need not", [{"n": "t", "v": 1, "rssi": -70, "ut": 60}], [(1, NOW, 1.0, 0)], []),
]

NUMBERS = {label: number for number, label in LABELS.items()}


def in_cbor(pack: list[Any]) -> bytes:
    """With the integers of table 6 where there are some."""
    return cbor2.dumps([{NUMBERS.get(k, k): v for k, v in one.items()} if isinstance(one, dict) else one for one in pack])


@pytest.mark.parametrize(("pack", "rows", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_packs_in_json_and_cbor(pack: list[Any], rows: Any, reasons: list[Reason]) -> None:
    for payload in (json.dumps(pack).encode(), in_cbor(pack)):
        got, faults = read(payload)
        assert [(*row[:2], pytest.approx(row[2]), row[3]) for row in got] == rows
        assert faults == reasons


def test_numbers_of_cbor() -> None:
    half, big, fraction = bytes.fromhex("f94d00"), bytes.fromhex("c249010000000000000000"), bytes.fromhex("c48221 1907d5")
    for value, number in ((half, 20.0), (big, 2.0**64), (fraction, 20.05)):
        assert read(bytes.fromhex("81a2006174 02") + value)[0] == [(1, NOW, number, 0)]
    assert read(bytes.fromhex("81a2006174 02f97e00"))[0] == [(1, NOW, None, 2)]  # NaN: it spoke, and knows no value


BROKEN = {
    "cut": in_cbor([{"n": "t", "v": 1}])[:-1],
    "more behind it": in_cbor([{"n": "t", "v": 1}]) + b"\x00",
    "deep": b"\x81" * 1000,
    "endless": b"\x9f" * 1000,
    "a list of 2^64": bytes.fromhex("9bffffffffffffffff"),
    "refers to itself": bytes.fromhex("81d81c81d81d00"),
    "twice the same key": bytes.fromhex("81a2006174006174"),
}


@pytest.mark.parametrize("payload", BROKEN.values(), ids=BROKEN)
def test_broken_cbor_is_set_aside(payload: bytes) -> None:
    assert read(payload) == ([], [Reason.UNREADABLE])


numbers: Any = st.integers() | st.floats() | st.decimals(allow_nan=False)
values: Any = st.none() | st.booleans() | numbers | st.text(max_size=4) | st.binary(max_size=3)
told: Any = values | st.sampled_from(["t", "ch4", NOW_S, "Cel"])
labels = st.sampled_from([*LABELS, *LABELS.values(), "x_"])
records: Any = st.lists(st.dictionaries(labels, told, max_size=5) | values, max_size=5)


@given(records | st.lists(records, max_size=2))
def test_anything_in_cbor_is_taken_or_set_aside(pack: list[Any]) -> None:
    rows, _ = read(cbor2.dumps(pack))
    assert all(TIMES.earliest_ms <= ts <= TIMES.latest_ms for _, ts, _, _ in rows)


@given(st.binary(max_size=60), st.sampled_from([0x80, 0x81, 0x9B, 0x9F]))
def test_any_bytes_after_a_list_are_taken_or_set_aside(data: bytes, first: int) -> None:
    rows, faults = read(bytes([first]) + data)
    assert rows or faults or first == 0x80
