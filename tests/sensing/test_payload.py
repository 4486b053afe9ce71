"""Plain JSON into columns: what is taken, what is set aside, and that nothing else can happen."""

import json
import math
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.quantities import conversion
from tocsin.sensing.doors.rules import lines
from tocsin.sensing.doors.rules.lines import LEAST_BYTES, preparing, take_lines
from tocsin.sensing.doors.rules.payload import Channels, Columns, read_payload
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Reason

NOW = 1_764_000_000_000
TIMES = Times(now_ms=NOW, earliest_ms=946_684_800_000, latest_ms=NOW + 300_000)
CHANNELS = Channels(
    {
        "ch4": (0, conversion("methane", "pct_vol"), ("methane", "pct_vol")),
        "t": (1, None, ("temperature", "")),
        "off": (-1, None, ("temperature", "")),
        "well-2/t": (2, None, ("temperature", "")),
    },
    "well-1",
)

type Rows = list[tuple[int, int, float | None, int]]


def read(payload: bytes, channels: Channels = CHANNELS) -> tuple[Rows, list[Reason]]:
    columns = Columns()
    faults = read_payload(payload, channels, TIMES, columns)
    got = columns.readings()
    values = [None if math.isnan(value) else value for value in got.value.tolist()]
    return list(zip(got.sensor.tolist(), got.ts.tolist(), values, got.quality.tolist(), strict=True)), [f.reason for f in faults]


CASES: list[tuple[str, str, Rows, list[Reason]]] = [
    ("one object", '{"ts": 1764000000000, "values": {"ch4": 0.5, "t": 20}}', [(0, NOW, 10.0, 0), (1, NOW, 20.0, 0)], []),
    ("a list", '[{"values": {"t": 1}}, {"values": {"t": 2}}]', [(1, NOW, 1.0, 0), (1, NOW, 2.0, 0)], []),
    ("ndjson", '{"values": {"t": 1}}\n\n{"values": {"t": 2}}\n', [(1, NOW, 1.0, 0), (1, NOW, 2.0, 0)], []),
    ("time with zone", '{"ts": "2025-11-25T00:00:00+08:00", "values": {"t": 1}}', [(1, NOW, 1.0, 0)], []),
    ("float time", '{"ts": 1764000000000.0, "values": {"t": 1}}', [(1, NOW, 1.0, 0)], []),
    ("null is bad", '{"values": {"t": null}}', [(1, NOW, None, 2)], []),
    ("NaN is bad", '{"values": {"t": NaN, "ch4": Infinity}}', [(1, NOW, None, 2), (0, NOW, None, 2)], []),
    ("beyond a float", '{"values": {"t": 1e999}}', [(1, NOW, None, 2)], []),
    ("overflow by conversion", '{"values": {"ch4": 1e308}}', [(0, NOW, None, 2)], []),
    ("other keys", '{"rssi": -70, "values": {"t": 1}}', [(1, NOW, 1.0, 0)], []),
    ("nothing", "[]", [], []),
    ("empty", "", [], [Reason.UNREADABLE]),
    ("no json", "hello", [], [Reason.UNREADABLE]),
    ("a number", "5", [], [Reason.UNREADABLE]),
    ("no values", '{"t": 5}', [], [Reason.UNREADABLE]),
    ("unknown channel beside a known one", '{"values": {"x": 1, "t": 2}}', [(1, NOW, 2.0, 0)], [Reason.UNKNOWN_CHANNEL]),
    ("disabled", '{"values": {"off": 1}}', [], [Reason.SENSOR_DISABLED]),
    ("text for a number", '{"values": {"t": "20", "ch4": 1}}', [(0, NOW, 20.0, 0)], [Reason.VALUE_UNREADABLE]),
    ("true for a number", '{"values": {"t": true}}', [], [Reason.VALUE_UNREADABLE]),
    ("ahead by 5 minutes", '{"ts": 1764000300000, "values": {"t": 1}}', [(1, NOW + 300_000, 1.0, 0)], []),
    ("ahead by more", '{"ts": 1764000300001, "values": {"t": 1}}', [], [Reason.TIME_AHEAD]),
    ("ahead by far more", '{"ts": 1' + "0" * 40 + ', "values": {"t": 1}}', [], [Reason.TIME_AHEAD]),
    ("seconds", '{"ts": 1764000000, "values": {"t": 1}}', [], [Reason.TIME_UNREADABLE]),
    ("clock never set", '{"ts": 900000000000, "values": {"t": 1}}', [], [Reason.TIME_TOO_OLD]),
    ("time without zone", '{"ts": "2025-11-25T00:00:00", "values": {"t": 1}}', [], [Reason.TIME_UNREADABLE]),
    ("no time at all", '{"ts": "noon", "values": {"t": 1}}', [], [Reason.TIME_UNREADABLE]),
    ("time is true", '{"ts": true, "values": {"t": 1}}', [], [Reason.TIME_UNREADABLE]),
]


@pytest.mark.parametrize(("payload", "rows", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_payloads(payload: str, rows: Rows, reasons: list[Reason]) -> None:
    assert read(payload.encode()) == (rows, reasons)


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["ts", "values", "t", "ch4", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


GATEWAY = Channels({**CHANNELS.known, **{f"t{k}": (10 + k, None, ("temperature", "")) for k in range(6)}}, "well-1")
NUMBERS = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
MOMENTS = st.sampled_from([None, NOW, NOW - 1, float(NOW), "2025-11-25T00:00:00+08:00", 5, NOW + 300_001])


@given(
    st.lists(
        st.tuples(MOMENTS, st.dictionaries(st.sampled_from([*GATEWAY.known, "x"]), NUMBERS, max_size=9)), min_size=1, max_size=6
    )
)
def test_many_messages_are_read_as_each_alone(sent: list[tuple[Any, dict[str, Any]]]) -> None:
    lines = [json.dumps({"values": values} | ({} if ts is None else {"ts": ts})) for ts, values in sent]
    alone = [read(line.encode(), GATEWAY) for line in lines]
    expected = [row for rows, _ in alone for row in rows], [reason for _, reasons in alone for reason in reasons]
    assert read("\n".join(lines).encode(), GATEWAY) == expected
    assert read(f"[{','.join(lines)}]".encode(), GATEWAY) == expected


@given(json_values)
def test_any_json_is_taken_or_set_aside(value: Any) -> None:
    rows, _ = read(json.dumps(value).encode())
    assert all(TIMES.earliest_ms <= ts <= TIMES.latest_ms for _, ts, _, _ in rows)


@given(st.binary(max_size=80))
def test_any_bytes_are_taken_or_set_aside(payload: bytes) -> None:
    read(payload)  # raises nothing


PLAIN = Channels(
    {f"m{number}": (number, None, ("methane", "")) for number in range(40)} | {"off": (-1, None, ("temperature", ""))}
)
FULL = {f"m{number}": number / 10 for number in range(40)}


def body(*lines: dict[str, Any]) -> bytes:
    """The lines behind ninety of all channels, which make it a large one."""
    told = [{"ts": NOW + number, "values": FULL} for number in range(90)]
    return "\n".join(json.dumps(one, allow_nan=False) for one in [*told, *lines]).encode()


@pytest.fixture
def loop() -> None:
    preparing().join()


@pytest.mark.parametrize(
    ("line", "by_loop"),
    [
        ({"ts": NOW, "values": {"m3": 1.5, "m2": None}}, True),
        ({"values": {"m1": 7}, "rssi": -70}, True),
        ({"ts": NOW, "values": {"wind": 1}}, False),
        ({"ts": NOW, "values": {"off": 1, "m1": 2}}, False),
        ({"ts": NOW + 300_001, "values": {"m1": 2}}, False),
        ({"ts": "2025-11-24T16:00:00Z", "values": {"m1": 2}}, False),
        ({"ts": NOW, "values": {"m1": "2"}}, False),
    ],
)
def test_a_large_body_is_read_as_a_small_one(
    loop: None, line: dict[str, Any], by_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = body(line)
    assert len(payload) >= LEAST_BYTES
    assert take_lines(payload, PLAIN, TIMES, Columns()) is by_loop
    found = read(payload, PLAIN)
    monkeypatch.setattr(lines, "LEAST_BYTES", len(payload) + 1)
    assert found == read(payload, PLAIN)


def test_until_the_loop_is_ready_a_large_body_is_read_by_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    waiting = threading.Thread(target=over.wait)
    waiting.start()
    monkeypatch.setattr(lines, "preparing", lambda: waiting)
    try:
        assert not take_lines(body(), PLAIN, TIMES, Columns())
        assert len(read(body(), PLAIN)[0]) == 3600
    finally:
        over.set()
        waiting.join()
