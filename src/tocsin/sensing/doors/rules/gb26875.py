"""What stands in the data of a GB/T 26875.3-2011 frame: states, analogue values, records of operation. Pure.

Channels are named after where something is, as the standard numbers it: `fire` is the transmitter's own, `1.0.fire` that of a
system of type 1 with address 0, `1.0.40.00010010.fire` that of a component of type 40 (smoke) with address 00010010, which is
written as eight hexadecimal digits, the high byte first. A state is 0 or 1. What tells of danger or of a fault (`ALARMING`) must
have a sensor or is set aside, where it is 1; the other states and records are kept for who registers them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.base.quantities import conversion
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.gb26875_frames import read_time
from tocsin.sensing.doors.rules.payload import Channels, Columns, add_measured
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Reason

SYSTEM_STATE, COMPONENT_STATE, ANALOGUE, SYSTEM_RECORD, OWN_STATE, OWN_RECORD = 1, 2, 3, 4, 21, 24
OBJECT_BYTES: Final = {SYSTEM_STATE: 4, COMPONENT_STATE: 40, ANALOGUE: 10, SYSTEM_RECORD: 4, OWN_STATE: 1, OWN_RECORD: 2}
TIME_BYTES: Final = 6
PASSED_OVER: Final = frozenset((5, 6, 7, 8, 25, 26, 28))  # versions, set-ups, times: nothing to keep
SET_CLOCK: Final = 90

_FIRST: Final = ("normal", "fire", "fault", "shielded", "supervised", "started", "feedback", "delayed", "main_power_fault")
SYSTEM_BITS: Final = (*_FIRST, "backup_power_fault", "bus_fault", "manual", "set_up_changed", "reset")
COMPONENT_BITS: Final = _FIRST
OWN_BITS: Final = ("normal", "fire", "fault", "main_power_fault", "backup_power_fault", "link_fault", "lines_fault")
RECORD_BITS: Final = ("reset", "mute", "manual_alarm", "cleared", "self_test", "confirmed", "test")
OWN_RECORD_BITS: Final = ("reset", "mute", "manual_alarm", "cleared", "self_test", "roll_call", "test")
ALARMING: Final = frozenset(
    ("fire", "fault", "manual_alarm", "main_power_fault", "backup_power_fault", "bus_fault", "link_fault", "lines_fault")
)
ANALOGUES: Final = {  # type -> name, unit, step (table 6)
    1: ("events", "", 1.0),
    2: ("height", "m", 0.01),
    3: ("temperature", "degC", 0.1),
    4: ("pressure", "MPa", 0.1),
    5: ("pressure", "kPa", 0.1),
    6: ("gas", "pct_lel", 0.1),
    7: ("time", "s", 1.0),
    8: ("voltage", "V", 0.1),
    9: ("current", "A", 0.1),
    10: ("flow", "L/s", 0.1),
    11: ("air_flow", "m3/min", 0.1),
    12: ("air_speed", "m/s", 1.0),
}


@dataclass(frozen=True)
class Told:
    """One value of one channel; UTC milliseconds. `unit` is the standard's, "" for a state; `text` is the maker's name of it."""

    channel: str
    ts_ms: int
    value: float
    unit: str = ""
    text: str = ""
    is_optional: bool = False  # nobody need have registered it


def read_data(data: bytes) -> Iterator[Told | Fault]:
    """Every value in the data of a frame that sends, and a fault for what can't be read."""
    if not data:
        return  # a sign of life
    kind = data[0]
    if kind in PASSED_OVER:
        return
    size = OBJECT_BYTES.get(kind)
    if size is None:
        why = InvalidInput("information of type %(kind)s is not read here; types 1, 2, 3, 4, 21 and 24 are", kind=kind)
        yield Fault(Reason.UNSUPPORTED, why, _shown(data))
        return
    step, count = size + TIME_BYTES, data[1] if len(data) > 1 else 0
    if len(data) != 2 + count * step:
        why = InvalidInput(
            "%(count)s objects of type %(kind)s take %(wanted)s bytes, there are %(bytes)s; what is whole of them was read",
            count=count,
            kind=kind,
            wanted=2 + count * step,
            bytes=len(data),
        )
        yield Fault(Reason.UNREADABLE, why, _shown(data))
    for start in range(2, 2 + min(count, (len(data) - 2) // step) * step, step):
        one, label = data[start : start + size], data[start + size : start + step]
        ts_ms = read_time(label)
        if ts_ms is None:
            why = InvalidInput("the time label %(label)s is no time", label=label.hex(" "))
            yield Fault(Reason.TIME_UNREADABLE, why, _shown(one))
        else:
            yield from _READERS[kind](one, ts_ms)


def _system_state(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    yield from _states(f"{one[0]}.{one[1]}.", SYSTEM_BITS, int.from_bytes(one[2:4], "little"), ts_ms)


def _component_state(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    text = one[9:40].split(b"\0")[0].decode("gb18030", "replace").strip()
    yield from _states(_place(one), COMPONENT_BITS, int.from_bytes(one[7:9], "little"), ts_ms, text)


def _own_state(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    yield from _states("", OWN_BITS, one[0], ts_ms)


def _states(place: str, names: tuple[str, ...], bits: int, ts_ms: int, text: str = "") -> Iterator[Told | Fault]:
    for number, name in enumerate(names):
        value = bits >> number & 1
        yield Told(f"{place}{name}", ts_ms, float(value), text=text, is_optional=not (value and name in ALARMING))


def _analogue(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    found = ANALOGUES.get(one[7])
    if found is None:
        why = InvalidInput("an analogue value of type %(kind)s is none of the standard's, 1 to 12", kind=one[7])
        yield Fault(Reason.UNSUPPORTED, why, _shown(one))
        return
    name, unit, step = found
    value = int.from_bytes(one[8:10], "little", signed=True)
    yield Told(f"{_place(one)}{name}", ts_ms, value / round(1 / step), unit)


def _system_record(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    yield from _records(f"{one[0]}.{one[1]}.", RECORD_BITS, one[2], ts_ms)


def _own_record(one: bytes, ts_ms: int) -> Iterator[Told | Fault]:
    yield from _records("", OWN_RECORD_BITS, one[0], ts_ms)


def _records(place: str, names: tuple[str, ...], bits: int, ts_ms: int) -> Iterator[Told | Fault]:
    """What somebody has done: a record tells that it was done, and nothing of the others. `cleared` ends `manual_alarm`."""
    done = [name for number, name in enumerate(names) if bits >> number & 1]
    for name in done:
        yield Told(f"{place}{name}", ts_ms, 1.0, is_optional=name not in ALARMING)
    if "cleared" in done and "manual_alarm" not in done:
        yield Told(f"{place}manual_alarm", ts_ms, 0.0, is_optional=True)


def _place(one: bytes) -> str:
    return f"{one[0]}.{one[1]}.{one[2]}.{one[6:2:-1].hex()}."


def _shown(data: bytes) -> str:
    return data.hex(" ")[:SAMPLE_BYTES]


_READERS: Final = {
    SYSTEM_STATE: _system_state,
    COMPONENT_STATE: _component_state,
    ANALOGUE: _analogue,
    SYSTEM_RECORD: _system_record,
    OWN_STATE: _own_state,
    OWN_RECORD: _own_record,
}


def add_told(data: bytes, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Adds what can be read of a frame's data and returns what can't."""
    faults: list[Fault] = []
    for one in read_data(data):
        fault = one if isinstance(one, Fault) else _add(one, channels, times, columns)
        if fault is not None:
            faults.append(fault)
    return faults


def _add(one: Told, channels: Channels, times: Times, columns: Columns) -> Fault | None:
    known = channels.known.get(one.channel)
    if known is None and one.is_optional:
        return None
    faults: list[Fault] = []
    if known is not None and one.unit:
        index, _registered, measured = known
        try:
            channels = Channels({one.channel: (index, conversion(measured[0], one.unit), measured)}, channels.code)
        except InvalidInput as error:
            return Fault(Reason.VALUE_UNREADABLE, error, f"{one.channel}: {one.value} {one.unit}"[:SAMPLE_BYTES])
    add_measured(one.ts_ms, one.channel, one.value, Quality.GOOD, channels, times, columns, faults)
    if not faults:
        return None
    (fault,) = faults
    return Fault(fault.reason, fault.why, f"{fault.sample} {one.text}".strip()[:SAMPLE_BYTES])
