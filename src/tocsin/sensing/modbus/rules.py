"""Registers of Modbus: a map as people write it, which reads bring them, and what their words mean. Pure.

A map has one register a line: channel, table, address, type, and perhaps byte order, factor, offset and raw values that mean
"not measured", separated by blanks, tabs or commas. What follows `#` is a remark.

    methane      holding  0   u16  ABCD  0.1  0  65535   # tenths of %LEL
    flow         input    10  f32  CDAB
    pump         coil     3   bool
    alarm_high   holding  2   bit1
"""

import math
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.devices.rules import check_channel

TABLES: Final = ("coil", "discrete", "input", "holding")
BITS: Final = ("coil", "discrete")
FORMATS: Final = {"u16": ">H", "s16": ">h", "u32": ">I", "s32": ">i", "u64": ">Q", "s64": ">q", "f32": ">f", "f64": ">d"}
TYPES: Final = ("bool", *FORMATS, *(f"bit{number}" for number in range(16)))
ORDERS: Final = ("ABCD", "CDAB", "BADC", "DCBA")
MOST_WORDS: Final = 125  # of one request (Modbus Application Protocol 1.1b3, 6.3)
MOST_BITS: Final = 2000  # (6.1)
LAST: Final = 65_535
HOST: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
REFUSALS: Final = {  # exception codes (7)
    1: InvalidInput("the unit does not know this function"),
    2: InvalidInput("the unit has no such register"),
    3: InvalidInput("the unit refuses the number of registers"),
    4: InvalidInput("the unit has failed"),
    5: InvalidInput("the unit takes longer"),
    6: InvalidInput("the unit is busy"),
    10: InvalidInput("the gateway has no way to the unit"),
    11: InvalidInput("the unit behind the gateway does not answer"),
}


@dataclass(frozen=True)
class Register:
    """One value of a unit: value = raw × factor + offset, in the unit that its sensor is registered with."""

    channel: str
    table: str
    address: int
    type: str
    order: str = "ABCD"
    factor: float = 1.0
    offset: float = 0.0
    missing: tuple[float, ...] = ()  # raw values that mean: not measured

    @property
    def size(self) -> int:
        """How many words, or bits in a table of bits, it takes."""
        return struct.calcsize(FORMATS[self.type]) // 2 if self.type in FORMATS else 1

    def line(self) -> str:
        """As it stands in a map."""
        parts = [self.channel, self.table, str(self.address), self.type]
        if self.type in FORMATS:
            parts += [self.order, f"{self.factor:g}", f"{self.offset:g}", *(f"{one:g}" for one in self.missing)]
        return " ".join(parts)

    def value(self, raw: Sequence[int | bool]) -> float | None:
        """What its words mean; None for "not measured"."""
        if self.table in BITS:
            return float(bool(raw[0]))
        if self.type.startswith("bit"):
            return float(int(raw[0]) >> int(self.type[3:]) & 1)
        words = [int(one).to_bytes(2) for one in raw]
        if self.order in ("BADC", "DCBA"):
            words = [one[::-1] for one in words]
        if self.order in ("CDAB", "DCBA"):
            words.reverse()
        (found,) = struct.unpack(FORMATS[self.type], b"".join(words))
        number = float(found)
        if number in self.missing or not math.isfinite(number):
            return None
        return number * self.factor + self.offset


@dataclass(frozen=True)
class Block:
    """One request: so many words or bits of a table from an address on, and which registers it brings."""

    table: str
    address: int
    count: int
    registers: tuple[Register, ...]


@dataclass(frozen=True)
class KnownUnit:
    """A unit as the poller knows it."""

    code: str
    host: str
    port: int
    unit: int
    period_s: float
    registers: tuple[Register, ...]


def blocks_of(registers: Iterable[Register]) -> list[Block]:
    """The fewest requests that read what was asked for and nothing between: a register that nobody has is an error of the whole.

    >>> [(one.address, one.count) for one in blocks_of(read_map("a holding 0 u16\\nb holding 1 f32\\nc holding 9 u16"))]
    [(0, 3), (9, 1)]
    """
    found: list[Block] = []
    for one in sorted(registers, key=lambda one: (one.table, one.address, one.channel)):
        last = found[-1] if found else None
        most = MOST_BITS if one.table in BITS else MOST_WORDS
        end = one.address + one.size
        if last and last.table == one.table and one.address <= last.address + last.count and end - last.address <= most:
            count = max(last.count, end - last.address)
            found[-1] = Block(last.table, last.address, count, (*last.registers, one))
        else:
            found.append(Block(one.table, one.address, one.size, (one,)))
    return found


def read_map(text: str, most: int = 1000) -> tuple[Register, ...]:
    """The registers of a map; InvalidInput names the line that can't be read."""
    found: list[Register] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = re.split(r"[\s,;]+", line.partition("#")[0].strip())
        if parts == [""]:
            continue
        try:
            found.append(_checked(_register(parts)))
        except InvalidInput as error:
            raise InvalidInput("line %(line)s: %(why)s", line=number, why=error) from None
    return check_registers(found, most)


def check_registers(registers: Sequence[Register], most: int) -> tuple[Register, ...]:
    """All of them; InvalidInput for one that can't be, one that comes twice, too many, or none."""
    if not registers:
        raise InvalidInput("the map has no register; write one a line, such as: %(example)s", example="methane holding 0 u16")
    if len(registers) > most:
        raise InvalidInput("%(count)s registers; one unit has %(most)s at most", count=len(registers), most=most)
    seen: set[str] = set()
    for one in registers:
        _checked(one)
        if one.channel in seen:
            raise InvalidInput("channel “%(channel)s” stands twice in the map", channel=one.channel)
        seen.add(one.channel)
    return tuple(registers)


def check_place(host: str, port: int, unit: int, period_s: float, least_s: float) -> None:
    """InvalidInput for a place that can't be asked, or one that would be asked too often."""
    if not HOST.fullmatch(host):
        raise InvalidInput("“%(given)s” is no name or address of a host", given=host[:60])
    if not 1 <= port <= LAST:
        raise InvalidInput("port %(given)s: it is a number from 1 to 65535", given=port)
    if not 0 <= unit <= 255:
        raise InvalidInput("unit %(given)s: it is a number from 0 to 255", given=unit)
    if not least_s <= period_s <= 86_400:
        raise InvalidInput(
            "every %(given)s s: units are asked every %(least)s s at most, and once a day at least", given=period_s, least=least_s
        )


def _register(parts: list[str]) -> Register:
    if len(parts) < 4:
        raise InvalidInput(
            "a register has channel, table, address and type, such as: %(example)s", example="methane holding 0 u16"
        )
    channel, table, address, kind, *others = parts
    order = others.pop(0).upper() if others else "ABCD"
    numbers = [_number(one) for one in others]
    return Register(
        channel=channel,
        table=table.lower(),
        address=int(address) if address.isascii() and address.isdigit() and len(address) < 6 else -1,
        type=kind.lower(),
        order=order,
        factor=numbers[0] if numbers else 1.0,
        offset=numbers[1] if len(numbers) > 1 else 0.0,
        missing=tuple(numbers[2:]),
    )


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise InvalidInput("“%(given)s” is no number", given=text[:40])
    return found


def _checked(one: Register) -> Register:
    check_channel(one.channel)
    if one.table not in TABLES:
        raise InvalidInput("table “%(given)s” is none of %(known)s", given=one.table[:20], known=", ".join(TABLES))
    if one.type not in TYPES:
        raise InvalidInput("type “%(given)s” is none of %(known)s", given=one.type[:20], known=", ".join(TYPES))
    if (one.table in BITS) != (one.type == "bool"):
        raise InvalidInput(
            "type “%(type)s” does not fit table “%(table)s”: coils and discrete inputs are bool", type=one.type, table=one.table
        )
    if one.order not in ORDERS:
        raise InvalidInput("byte order “%(given)s” is none of %(known)s", given=one.order[:20], known=", ".join(ORDERS))
    if not one.address >= 0 or one.address + one.size - 1 > LAST:
        raise InvalidInput("the address is a number from 0 to 65535, counted as it stands in the request")
    if not all(map(math.isfinite, (one.factor, one.offset, *one.missing))) or one.factor == 0 or len(one.missing) > 8:
        raise InvalidInput("factor, offset and values that are missing are numbers; the factor is not 0")
    return one
