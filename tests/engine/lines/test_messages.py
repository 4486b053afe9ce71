"""Messages of gateways: a compiled loop takes what a reader of JSON finds, bit by bit, and takes all of the usual form."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.lines.written import damaged, numbers, objects, passed_over, strictly
from tocsin.engine.lines.messages import ARRIVED, read_messages
from tocsin.engine.lines.names import Names

KNOWN = {"ch4": 7, "水位": 8, "well-2/t": 9}
NAMES = Names.of(KNOWN)

type Reading = tuple[int, int, bytes, int]


def fast(data: bytes) -> list[Reading] | None:
    found = read_messages(data, NAMES)
    if found is None:
        return None
    columns = (found.sensor.tolist(), found.ts.tolist(), found.value.tolist(), found.quality.tolist())
    return [(sensor, ts, bits(value), quality) for sensor, ts, value, quality in zip(*columns, strict=True)]


def bits(value: float) -> bytes:
    return struct.pack("d", math.nan if math.isnan(value) else value)


def slow(data: bytes) -> list[Reading]:
    """The same by the json module; ValueError or KeyError where a line is no message of known channels."""
    found = []
    for line in data.decode().split("\n"):
        if not line.strip(" \t\r"):
            continue
        told = strictly(line)
        ts = told.get("ts", ARRIVED)
        for name, sent in told["values"].items():
            value = math.nan if sent is None else float(sent)
            is_known = math.isfinite(value)
            found.append((KNOWN[name], ts, bits(value if is_known else math.nan), 0 if is_known else 2))
    return found


USUAL = [
    '{"ts":1764000000000,"values":{"ch4":12.5,"水位":-0.0,"well-2/t":null}}',
    '{"values":{"ch4":1}}\n\n{"values":{"ch4":2},"ts":-5}\r\n',
    '{"rssi":-70,"values":{"ch4":0.30000000000000004},"unit":"ppm","x":null}',
    '{"ts":1,"values":{"ch4":1e999}}',
    '{"ts":1,"values":{}}',
    "",
]


@pytest.mark.parametrize("text", USUAL)
def test_messages_of_the_usual_form(text: str) -> None:
    assert fast(text.encode()) == slow(text.encode())


ODD = [
    '{"ts":1,"values":{"wind":1}}',
    '{"ts":1,"values":{"ch4":1,"ch4":2}}',
    '{"ts":"2025-11-24T16:00:00Z","values":{"ch4":1}}',
    '{"ts":1.5,"values":{"ch4":1}}',
    '{"ts":null,"values":{"ch4":1}}',
    '{"ts":9999999999999999999,"values":{"ch4":1}}',
    '{"ts":1,"values":{"ch4":"1"}}',
    '{"ts":1,"values":{"ch4":NaN}}',
    '{"ts":1,"values":{"ch4":1},"values":{"ch4":2}}',
    '{"ts":1,"values":null}',
    '{"ts":1}',
    '[{"ts":1,"values":{"ch4":1}}]',
    '{"ts":1,"values":{"ch4":1,}}',
    '{"ts":1,"values":{"ch4":1}}x',
    '{"ts":1,"values":{"ch4":1}',
]


@pytest.mark.parametrize("line", ODD)
def test_a_message_of_another_form_is_left_to_a_reader_of_json(line: str) -> None:
    assert fast(f'{{"values":{{"ch4":1}}}}\n{line}'.encode()) is None


@st.composite
def messages(draw: Any) -> str:
    channels = draw(st.lists(st.sampled_from(['"ch4"', '"水位"', '"well-2/t"']), unique=True))
    values = draw(objects([(name, draw(st.one_of(numbers, st.just("null")))) for name in channels]))
    pairs = [('"values"', values.strip())]
    if draw(st.booleans()):
        pairs.append(('"ts"', str(draw(st.integers(-(10**18) + 1, 10**18 - 1)))))
    if draw(st.booleans()):
        pairs.append(draw(passed_over))
    return str(draw(objects(draw(st.permutations(pairs)))))


bodies = st.lists(messages(), max_size=5).map(lambda found: "\n".join(found).encode())


@given(bodies)
def test_everything_of_the_usual_form_is_read_as_a_reader_of_json_reads_it(data: bytes) -> None:
    assert fast(data) == slow(data)


@given(bodies.flatmap(damaged).flatmap(damaged))
def test_nothing_else_is_taken_for_messages(data: bytes) -> None:
    found = fast(data)
    assert found is None or found == slow(data)
