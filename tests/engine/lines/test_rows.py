"""Rows of files: a compiled loop takes what a reader of JSON finds, bit by bit, and takes all of the usual form."""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.lines.written import damaged, numbers, objects, passed_over, strictly
from tocsin.engine.lines.names import Names
from tocsin.engine.lines.rows import NO_TIME, read_rows

KNOWN = {"0": 0, "well-1/ch4": 0, "井-1/水位": 1, "well-1/t": 2}
NAMES = Names.of(KNOWN)
TS = 1_764_000_000_000

type Row = tuple[int, int, float | None, int]


def fast(data: bytes) -> list[Row] | None:
    rows = read_rows(data, NAMES)
    if rows is None:
        return None
    values = [None if math.isnan(one) else one for one in rows.value.tolist()]
    return list(zip(rows.sensor.tolist(), rows.ts.tolist(), values, rows.quality.tolist(), strict=True))


def slow(data: bytes) -> list[Row]:
    """The same by the json module; ValueError or KeyError where a line is no row."""
    return [row_of(strictly(line)) for line in data.decode().split("\n") if line.strip(" \t\r")]


def row_of(told: dict[str, Any]) -> Row:
    name = f"{told['device']}/{told['channel']}" if {"device", "channel"} <= set(told) else str(told["sensor"])
    value = None if told["value"] is None else float(told["value"])
    quality = min(told.get("quality") or 0, 2)
    if value is None or math.isinf(value):
        quality = 2
    return KNOWN.get(name, -1), time_of(told["ts"]), value, quality


def time_of(ts: int | str) -> int:
    if isinstance(ts, int):
        return ts
    moment = datetime.fromisoformat(ts)
    delta = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def test_the_columns_are_what_readings_need() -> None:
    rows = read_rows(b'{"sensor":"well-1/t","ts":5,"value":1}\n', NAMES)
    assert rows is not None
    assert (rows.sensor.dtype, rows.ts.dtype, rows.value.dtype, rows.quality.dtype) == (np.int32, np.int64, np.float64, np.uint8)
    assert (len(rows), rows.line.tolist()) == (1, [0])


TWO = '\n\r\n {"sensor":0,"ts":1,"value":1} \r\n\n{"sensor":0,"ts":2,"value":2}'
CASES: list[tuple[str, str, list[Row]]] = [
    ("by path", '{"sensor":"well-1/ch4","ts":5000,"value":1.5}', [(0, 5000, 1.5, 0)]),
    ("by index", '{"sensor":0,"ts":5000,"value":1.5}', [(0, 5000, 1.5, 0)]),
    ("by device and channel", '{"channel":"水位","device":"井-1","ts":5000,"value":-2}', [(1, 5000, -2.0, 0)]),
    ("both: the pair counts", '{"sensor":"x","device":"well-1","channel":"t","ts":1,"value":2}', [(2, 1, 2.0, 0)]),
    ("unknown", '{"sensor":"well-9/t","ts":5000,"value":1}', [(-1, 5000, 1.0, 0)]),
    ("quality", '{"sensor":0,"ts":1,"value":1,"quality":1}', [(0, 1, 1.0, 1)]),
    ("a quality beyond bad", '{"sensor":0,"ts":1,"value":1,"quality":9}', [(0, 1, 1.0, 2)]),
    ("no quality", '{"sensor":0,"ts":1,"value":1,"quality":null}', [(0, 1, 1.0, 0)]),
    ("no value", '{"sensor":0,"ts":1,"value":null}', [(0, 1, None, 2)]),
    ("too large", '{"sensor":0,"ts":1,"value":1e999}', [(0, 1, math.inf, 2)]),
    ("other keys", '{"unit":"ppm","sensor":0,"n":null,"ts":1,"value":1,"rssi":-7e1}', [(0, 1, 1.0, 0)]),
    ("empty lines, the last without an end", TWO, [(0, 1, 1.0, 0), (0, 2, 2.0, 0)]),
    ("nothing", "", []),
    ("a time in UTC", '{"sensor":0,"ts":"2025-11-24T16:00:00Z","value":1}', [(0, TS, 1.0, 0)]),
    ("a time without a zone", '{"sensor":0,"ts":"2025-11-24 16:00:00.25","value":1}', [(0, TS + 250, 1.0, 0)]),
    ("a time in China", '{"sensor":0,"ts":"2025-11-25T00:00:00.123456789+08:00","value":1}', [(0, TS + 123, 1.0, 0)]),
]


@pytest.mark.parametrize(("line", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_lines_of_the_usual_form(line: str, rows: list[Row]) -> None:
    assert fast(line.encode()) == rows == slow(line.encode())


ODD = [
    '{"sensor":0,"ts":1}',
    '{"sensor":0,"value":1}',
    '{"ts":1,"value":1}',
    '{"device":"well-1","ts":1,"value":1}',
    '{"sensor":0,"ts":null,"value":1}',
    '{"sensor":0,"ts":1.5,"value":1}',
    '{"sensor":0,"ts":"yesterday","value":1}',
    '{"sensor":0,"ts":"2025-02-29T00:00:00Z","value":1}',
    '{"sensor":0,"ts":"2025-11-24T24:00:00Z","value":1}',
    '{"sensor":0,"ts":"2025-11-24T16:00:00 Z","value":1}',
    '{"sensor":0,"ts":1,"value":"1"}',
    '{"sensor":0,"ts":1,"value":NaN}',
    '{"sensor":0,"ts":1,"value":01}',
    '{"sensor":0,"ts":1,"value":1.}',
    '{"sensor":0,"ts":1,"value":+1}',
    '{"sensor":0,"ts":1,"value":true}',
    '{"sensor":0,"ts":1,"value":1,"quality":"bad"}',
    '{"sensor":0,"ts":1,"value":1,"more":[1]}',
    '{"sensor":0,"ts":1,"value":1,"value":2}',
    '{"sensor":0,"ts":1,"value":1,}',
    '{"sensor":0,"ts":1,"value":1} {"sensor":0,"ts":1,"value":1}',
    '{"sensor":"well\\u002d1/t","ts":1,"value":1}',
    '{"sensor":"井-2/水位","ts":1,"value":1}',
    '[{"sensor":0,"ts":1,"value":1}]',
    '{"sensor":0,"ts":1,"value":1',
    "{}",
    "x",
]


@pytest.mark.parametrize("line", ODD)
def test_a_line_of_another_form_is_left_to_a_reader_of_json(line: str) -> None:
    usual = '{"sensor":0,"ts":1,"value":1}\n'
    assert fast(f"{usual}{line}\n{usual}".encode()) is None


def test_a_time_that_is_none_can_not_be_taken_for_one() -> None:
    assert NO_TIME == 1


names = st.sampled_from(['"well-1/ch4"', '"井-1/水位"', '"well-7/x"', "0", "17"])
who = st.one_of(
    names.map(lambda name: [('"sensor"', name)]),
    st.sampled_from([[('"device"', '"well-1"'), ('"channel"', '"t"')], [('"device"', '"井-1"'), ('"channel"', '"水位"')]]),
)
moments = st.datetimes(*(datetime.fromisoformat(one) for one in ("1970-01-01", "2199-12-31T23:59:59")))
zones = st.sampled_from(["", "Z", "+08:00", "-03:30", "+00:00"])
times = st.one_of(
    st.integers(-(10**15), 10**15).map(str),
    st.tuples(moments, st.sampled_from("T "), zones).map(lambda one: f'"{one[0].isoformat(one[1])}{one[2]}"'),
)


@st.composite
def lines(draw: Any) -> str:
    pairs = [*draw(who), ('"ts"', draw(times)), ('"value"', draw(st.one_of(numbers, st.just("null"))))]
    if draw(st.booleans()):
        pairs.append(('"quality"', draw(st.sampled_from(["0", "1", "2", "7", "255", "null"]))))
    if draw(st.booleans()):
        pairs.append(draw(passed_over))
    return str(draw(objects(draw(st.permutations(pairs)))))


files = st.lists(lines(), max_size=5).map(lambda found: "\n".join(found).encode())


@given(files)
def test_everything_of_the_usual_form_is_read_as_a_reader_of_json_reads_it(data: bytes) -> None:
    assert fast(data) == slow(data)


@given(files.flatmap(damaged).flatmap(damaged))
def test_nothing_else_is_taken_for_rows(data: bytes) -> None:
    found = fast(data)
    assert found is None or found == slow(data)
