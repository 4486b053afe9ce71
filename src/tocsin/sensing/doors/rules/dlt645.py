"""Answers of electricity meters (DL/T 645-2007) as a gateway hands them on: the frames as they stood on the line. Pure.

    [FE …] 68 | address 6 | 68 | control | length | data, each byte + 33H | checksum | 16

Numbers are BCD with their low byte first; an address is written as its twelve digits, the high ones first, and is the code of a
device that the gateway carries. A frame has no time: the time of arrival is taken. Gateways ask their meters; nothing is asked
here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.quarantine.rules import Reason

MARK, END, LEAD = 0x68, 0x16, 0xFE
HEAD_BYTES: Final = 10  # from the mark to the length
SHIFT: Final = 0x33
ANSWER, ANSWER_GOES_ON, REFUSAL = 0x91, 0xB1, 0xD1
BEGINNINGS: Final = (b"\x68", b"\xfe")
ERRORS: Final = (
    InvalidInput("another error"),
    InvalidInput("it has no such data"),
    InvalidInput("wrong password, or not allowed"),
    InvalidInput("its line speed can't be changed"),
    InvalidInput("too many yearly zones"),
    InvalidInput("too many daily periods"),
    InvalidInput("too many tariffs"),
)
"""What the bits of a refusal mean, the lowest first."""


@dataclass(frozen=True)
class Item:
    """What one data identifier holds: channels of equal width, the step, whether the highest bit is a sign, the unit."""

    names: tuple[str, ...]
    width: int
    step: int  # the value is the number divided by it
    unit: str
    is_signed: bool = False


def _phases(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{phase}" for phase in "abc")


def _with_total(name: str) -> tuple[str, ...]:
    return (name, *_phases(name))


ITEMS: Final[dict[int, Item]] = {
    0x00000000: Item(("energy_combined",), 4, 100, "kWh", is_signed=True),
    0x00010000: Item(("energy",), 4, 100, "kWh"),
    0x00020000: Item(("energy_reverse",), 4, 100, "kWh"),
    **{0x02010100 + (n << 8): Item((name,), 2, 10, "V") for n, name in enumerate(_phases("voltage"))},
    0x0201FF00: Item(_phases("voltage"), 2, 10, "V"),
    **{0x02020100 + (n << 8): Item((name,), 3, 1000, "A", is_signed=True) for n, name in enumerate(_phases("current"))},
    0x0202FF00: Item(_phases("current"), 3, 1000, "A", is_signed=True),
    **{0x02030000 + (n << 8): Item((name,), 3, 10_000, "kW", is_signed=True) for n, name in enumerate(_with_total("power"))},
    0x0203FF00: Item(_with_total("power"), 3, 10_000, "kW", is_signed=True),
    **{0x02060000 + (n << 8): Item((name,), 2, 1000, "", is_signed=True) for n, name in enumerate(_with_total("power_factor"))},
    0x0206FF00: Item(_with_total("power_factor"), 2, 1000, "", is_signed=True),
}


@dataclass(frozen=True)
class Metered:
    """One value of one meter; None where the meter itself has none (all digits FH)."""

    meter: str
    name: str
    value: float | None
    unit: str


def is_frames(payload: bytes) -> bool:
    """Whether the payload begins as frames do. No JSON, no CBOR list and no Arrow does."""
    return payload.startswith(BEGINNINGS)


def read_frames(payload: bytes) -> Iterator[Metered | Fault]:
    """Every value in the frames of a payload, and a fault for what can't be read; what lies between frames is told once."""
    at = passed = 0
    while at < len(payload):
        if payload[at] == LEAD:
            at += 1
            continue
        frame = _frame_at(payload, at)
        if frame is None:
            passed += 1
            at += 1
            continue
        yield from _values(frame)
        at += len(frame)
    if passed:
        why = InvalidInput(
            "%(bytes)s bytes belong to no frame of DL/T 645, or to one whose checksum does not fit; hand each frame on whole",
            bytes=passed,
        )
        yield Fault(Reason.UNREADABLE, why, payload.hex(" ")[:SAMPLE_BYTES])


def _frame_at(payload: bytes, at: int) -> bytes | None:
    if len(payload) < at + HEAD_BYTES + 2 or payload[at] != MARK or payload[at + 7] != MARK:
        return None
    whole = HEAD_BYTES + payload[at + 9] + 2
    frame = payload[at : at + whole]
    if len(frame) < whole or frame[-1] != END or sum(frame[:-2]) & 0xFF != frame[-2]:
        return None
    return frame


def _values(frame: bytes) -> Iterator[Metered | Fault]:
    sample = frame.hex(" ")[:SAMPLE_BYTES]
    meter, control = frame[6:0:-1].hex(), frame[8]
    data = bytes((one - SHIFT) & 0xFF for one in frame[HEAD_BYTES:-2])
    if control == REFUSAL:
        bits = data[0] if data else 0
        error = next((text for bit, text in enumerate(ERRORS) if bits >> bit & 1), ERRORS[0])
        yield Fault(Reason.NO_ANSWER, InvalidInput("meter %(meter)s refuses: %(error)s", meter=meter, error=error), sample)
        return
    if control not in (ANSWER, ANSWER_GOES_ON):
        why = InvalidInput("control code %(code)s is no answer to a question for data (91)", code=f"{control:02X}")
        yield Fault(Reason.UNSUPPORTED, why, sample)
        return
    item = ITEMS.get(int.from_bytes(data[:4], "little")) if len(data) >= 4 else None
    if item is None:
        identifier = data[3::-1].hex(" ").upper() if len(data) >= 4 else ""
        why = InvalidInput(
            "data identifier %(identifier)s is not read; voltages, currents, powers, energies and power factors are",
            identifier=identifier,
        )
        yield Fault(Reason.UNSUPPORTED, why, sample)
        return
    if len(data) != 4 + item.width * len(item.names):
        why = InvalidInput("%(bytes)s bytes of data are not what the identifier has", bytes=len(data) - 4)
        yield Fault(Reason.UNREADABLE, why, sample)
        return
    for number, name in enumerate(item.names):
        start = 4 + number * item.width
        yield _value(meter, name, data[start : start + item.width][::-1], item, sample)


def _value(meter: str, name: str, digits: bytes, item: Item, sample: str) -> Metered | Fault:
    if digits == b"\xff" * item.width:
        return Metered(meter, name, None, item.unit)
    is_negative = item.is_signed and bool(digits[0] & 0x80)
    plain = (bytes((digits[0] & 0x7F,)) + digits[1:] if item.is_signed else digits).hex()
    if not plain.isdigit():
        return Fault(Reason.VALUE_UNREADABLE, InvalidInput("“%(digits)s” are no decimal digits", digits=plain), sample)
    return Metered(meter, name, (-1 if is_negative else 1) * int(plain) / item.step, item.unit)
