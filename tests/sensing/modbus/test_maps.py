"""Maps of registers, values and places as tables."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.sensing.modbus.rules import (
    FORMATS,
    MOST_WORDS,
    ORDERS,
    Register,
    blocks_of,
    check_place,
    read_map,
)

WRONG = [
    ("", "no register"),
    ("# nothing", "no register"),
    ("methane holding 0", "line 1: a register has"),
    ("methane holding 0 u16\nmethane input 0 u16", "twice"),
    ("methane memory 0 u16", "line 1: table “memory”"),
    ("methane holding 0 u24", "type “u24”"),
    ("methane holding 0 bool", "does not fit"),
    ("methane coil 0 u16", "does not fit"),
    ("methane holding 40001x u16", "from 0 to 65535"),
    ("methane holding 65535 f32", "from 0 to 65535"),
    ("methane holding 0 u16 ACBD", "byte order"),
    ("methane holding 0 u16 ABCD ten", "is no number"),
    ("methane holding 0 u16 ABCD 0", "the factor is not 0"),
    ("methane holding 0 u16 ABCD inf", "is no number"),
    ("a/b holding 0 u16", "channel"),
    ("\n".join(f"c{number} holding {number} u16" for number in range(4)), "4 registers; one unit has 3 at most"),
]


@pytest.mark.parametrize(("text", "refusal"), WRONG)
def test_maps_that_are_refused(text: str, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        read_map(text, 3)


def test_a_map() -> None:
    text = """
        # of a gas detector
        methane, holding, 0, u16, ABCD, 0.1, 0, 65535   # tenths
        flow\tinput\t10\tF32\tcdab
        pump coil 3 bool
        high;holding;2;bit1
    """
    found = read_map(text)
    assert found == (
        Register("methane", "holding", 0, "u16", "ABCD", 0.1, 0.0, (65535.0,)),
        Register("flow", "input", 10, "f32", "CDAB"),
        Register("pump", "coil", 3, "bool"),
        Register("high", "holding", 2, "bit1"),
    )
    assert read_map("\n".join(one.line() for one in found)) == found


VALUES: list[tuple[str, list[int | bool], float | None]] = [
    ("u16", [0x0102], 258.0),
    ("u16 BADC", [0x0201], 258.0),
    ("s16", [0xFFFE], -2.0),
    ("u32 ABCD", [0x0001, 0x0002], 65538.0),
    ("u32 CDAB", [0x0002, 0x0001], 65538.0),
    ("u32 BADC", [0x0100, 0x0200], 65538.0),
    ("u32 DCBA", [0x0200, 0x0100], 65538.0),
    ("s32", [0xFFFF, 0xFFFE], -2.0),
    ("f32", [0x4148, 0x0000], 12.5),
    ("f32 CDAB", [0x0000, 0x4148], 12.5),
    ("f32", [0x7FC0, 0x0000], None),
    ("f32", [0x7F80, 0x0000], None),
    ("f64", [0x4029, 0, 0, 0], 12.5),
    ("s64", [0xFFFF] * 4, -1.0),
    ("u16 ABCD 0.1 -5", [100], 5.0),
    ("u16 ABCD 0.1 0 65535", [65535], None),
    ("u16 ABCD 1 0 65535 32767", [32767], None),
    ("s16 ABCD 1 0 -32768", [0x8000], None),
    ("bit0", [0b10], 0.0),
    ("bit1", [0b10], 1.0),
    ("bit15", [0x8000], 1.0),
]


@pytest.mark.parametrize(("kind", "raw", "expected"), VALUES)
def test_values(kind: str, raw: list[int | bool], expected: float | None) -> None:
    (register,) = read_map(f"c holding 0 {kind}")
    assert register.size == len(raw)
    assert register.value(raw) == (expected if expected is None else pytest.approx(expected))


def test_bits_of_a_table_of_bits() -> None:
    (register,) = read_map("c coil 0 bool")
    assert (register.value([True]), register.value([False])) == (1.0, 0.0)


@given(st.sampled_from(sorted(FORMATS)), st.sampled_from(ORDERS), st.integers(-(2**15), 2**15 - 1))
def test_every_type_and_order_reads_what_a_slow_twin_writes(kind: str, order: str, number: int) -> None:
    if kind.startswith("u"):
        number = abs(number)
    data = struct.pack(FORMATS[kind], number)
    words = [data[at : at + 2] for at in range(0, len(data), 2)]
    words = words[::-1] if order in ("CDAB", "DCBA") else words
    words = [one[::-1] for one in words] if order in ("BADC", "DCBA") else words
    assert Register("c", "holding", 0, kind, order).value([int.from_bytes(one) for one in words]) == number


@given(st.text(max_size=80))
def test_whatever_a_map_says_it_is_read_or_refused(text: str) -> None:
    try:
        read_map(text)
    except InvalidInput:
        return


@given(
    st.lists(st.tuples(st.sampled_from(("holding", "input")), st.integers(0, 400), st.sampled_from(sorted(FORMATS))), max_size=60)
)
def test_blocks_read_every_register_and_nothing_between(rows: list[tuple[str, int, str]]) -> None:
    registers = [Register(f"c{number}", table, address, kind) for number, (table, address, kind) in enumerate(rows)]
    wanted = {(one.table, one.address + at) for one in registers for at in range(one.size)}
    blocks = blocks_of(registers)
    assert {(one.table, one.address + at) for one in blocks for at in range(one.count)} == wanted
    assert sorted(one.channel for block in blocks for one in block.registers) == sorted(one.channel for one in registers)
    assert all(one.count <= MOST_WORDS for one in blocks)


PLACES = [
    ("10.8.1.20", 502, 1, 60.0, ""),
    ("plc-7.plant.example", 502, 255, 1.0, ""),
    ("2001:db8::7", 502, 0, 60.0, ""),
    ("http://x", 502, 1, 60.0, "no name or address"),
    ("", 502, 1, 60.0, "no name or address"),
    ("10.8.1.20", 0, 1, 60.0, "port 0"),
    ("10.8.1.20", 502, 256, 60.0, "unit 256"),
    ("10.8.1.20", 502, 1, 0.5, "every 0.5 s"),
    ("10.8.1.20", 502, 1, float("nan"), "every nan s"),
]


@pytest.mark.parametrize(("host", "port", "unit", "period_s", "refusal"), PLACES)
def test_places(host: str, port: int, unit: int, period_s: float, refusal: str) -> None:
    if refusal:
        with pytest.raises(InvalidInput, match=refusal):
            check_place(host, port, unit, period_s, 1.0)
    else:
        check_place(host, port, unit, period_s, 1.0)
