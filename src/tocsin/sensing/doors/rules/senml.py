"""SenML (RFC 8428): a pack of records becomes measurements with whole names, absolute times and values. Pure.

    [{"bn": "urn:dev:ow:370213:well-1:", "bt": 1764000000, "n": "methane", "u": "%", "v": 12.5}, {"n": "temperature", "v": 21.4}]

Base fields hold for their record and all that follow, until another one replaces them (4.1). What may not be guessed is a fault:
a label that must be understood (4.4), a newer version, a text or a sum in the place of a value.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import quantity_of
from tocsin.sensing.devices.rules import LEAST_MS, Conversion
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.quarantine.rules import Reason

VERSION: Final = 10  # of RFC 8428
RELATIVE_BELOW_S: Final = 2**28  # 4.5.3: a smaller time counts from now
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")  # 4.5.1
LABELS: Final = {-1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs"} | dict(
    enumerate(("n", "u", "v", "vs", "vb", "s", "t", "ut", "vd"))
)
"""What the integers of CBOR stand for (table 6)."""

FIRST: Final = ("n", "v", *(label for label in LABELS.values() if label.startswith("b")), *LABELS)
"""One of these has the first record of every pack."""

UNITS: Final = {
    **{"Cel": "degC", "K": "K", "Pa": "Pa", "hPa": "hPa", "m": "m", "cm": "cm", "mm": "mm", "m3/s": "m3/s", "l/s": "L/s"},
    **{"A": "A", "mA": "mA", "W": "W", "kW": "kW", "deg": "deg", "ppm": "ppm", "mm/h": "mm/h", "%": "pct", "/100": "pct"},
}
"""Units of SenML (RFC 8428, 8798) -> ours. A percentage is of what the sensor was registered with."""

SAID_UNITS: Final = {"%EL": "%", "%RH": "%", "%": "%", "Cel": "°C", "lat": "°", "lon": "°"}
"""Units of SenML in which attributes are said -> as the vocabulary writes them; others are written alike (V, dBm, s)."""

RATIO: Final = "/"
PERCENT: Final = ("pct", "pct_lel", "pct_vol")

type Record = dict[str, Any]
"""What stands in one record, by label; base fields that hold for it come as another."""


@dataclass(frozen=True)
class Measurement:
    """One value: `ts_ms` in UTC milliseconds, `unit` as it was written or empty."""

    name: str
    ts_ms: float
    value: float
    unit: str


@dataclass(frozen=True)
class Saying:
    """What a device says of itself: as a measurement, and the value may be a text or a truth value, then without a unit."""

    name: str
    ts_ms: float
    value: float | str | bool
    unit: str


class _Refusal(Exception):
    """A record, or with `whole` the pack from here on, that can't be read."""

    def __init__(self, why: InvalidInput, *, reason: Reason = Reason.UNREADABLE, whole: bool = False) -> None:
        super().__init__(why)
        self.why, self.reason, self.whole = why, reason, whole


def is_pack(values: list[Any]) -> bool:
    """Whether a list is SenML and not Tocsin's own form: its first record names something, or a base.

    >>> is_pack([{"n": "methane", "v": 1}]), is_pack([{"values": {"methane": 1}}])
    (True, False)
    """
    first = values[0] if values else None
    return isinstance(first, dict) and "values" not in first and any(label in first for label in FIRST)


def measurements(pack: list[Any], now_ms: int) -> Iterator[Measurement | Fault]:
    """The measurements of a pack in its order, and what of it could not be read.

    >>> list(measurements([{"bn": "well-1:", "bt": 1764000000, "n": "t", "u": "Cel", "v": 20}], 0))
    [Measurement(name='well-1:t', ts_ms=1764000000000.0, value=20.0, unit='Cel')]
    """
    return _read(pack, now_ms, _measured)


def sayings(pack: list[Any], now_ms: int) -> Iterator[Saying | Fault]:
    """The same of a pack in which a device speaks of itself: texts and truth values are values, too.

    >>> list(sayings([{"bn": "well-1:", "bt": 1764000000, "n": "firmware", "vs": "1.4.2"}], 0))
    [Saying(name='well-1:firmware', ts_ms=1764000000000.0, value='1.4.2', unit='')]
    """
    return _read(pack, now_ms, _said)


def _read[Found](
    pack: list[Any], now_ms: int, of_record: Callable[[Record, Record, int], Found | None]
) -> Iterator[Found | Fault]:
    base: Record = {}
    for number, written in enumerate(pack, start=1):
        try:
            record = _labelled(written)
            base |= {label: record[label] for label in record if label.startswith("b") and label != "bs"}
            found = of_record(record, base, now_ms)
        except _Refusal as error:
            why = InvalidInput("record %(number)s: %(why)s", number=number, why=error.why)
            yield Fault(error.reason, why, str(written)[:SAMPLE_BYTES])
            if error.whole:
                return
            continue
        if found is not None:
            yield found


def channel_of(name: str, code: str, known: Mapping[str, object]) -> str:
    """The channel of a whole name: the name itself, what follows the device's code, or `code/channel` of a device that this one
    carries. The name itself, which is no channel, where it is somebody else's.

    >>> channel_of("urn:dev:ow:370213:well-1:methane", "well-1", {"methane": 0})
    'methane'
    >>> channel_of("urn:dev:ow:well-2/methane", "gateway", {"well-2/methane": 0})
    'well-2/methane'
    """
    cut = max(name.rfind(":"), name.rfind("/"))
    if name in known or cut < 0:
        return name
    owner, channel = name[:cut], name[cut + 1 :]
    starts = [0, *(at + 1 for at, letter in enumerate(owner) if letter in ":/")]
    for start in starts:
        if owner[start:] == code:
            return channel
        if (carried := f"{owner[start:]}/{channel}") in known:
            return carried
    return name


def owner_of(name: str, code: str, carried: Collection[str]) -> tuple[str, str]:
    """Whose attribute a whole name is, and the attribute: of this device, or of one that it carries. Of somebody else the owner
    is what stands before the last `:` or `/`.

    >>> owner_of("urn:dev:ow:370213:well-1:battery", "gateway", {"well-1"}), owner_of("battery", "gateway", ())
    (('well-1', 'battery'), ('gateway', 'battery'))
    """
    cut = max(name.rfind(":"), name.rfind("/"))
    owner, attribute = name[: max(cut, 0)], name[cut + 1 :]
    ends = [owner, *(owner[at + 1 :] for at, letter in enumerate(owner) if letter in ":/")]
    return next((one for one in ends if one == code or one in carried), owner or code), attribute


def conversion_of(unit: str, quantity: str, registered: str, convert: Conversion) -> Conversion:
    """How a value in a unit of SenML becomes canonical, InvalidInput where it can't; without a unit it is in the registered one.

    >>> conversion_of("K", "temperature", "", None)(300.0)
    26.850000000000023
    """
    if not unit:
        return convert
    known = quantity_of(quantity)
    sent_in_percent = (registered or known.unit) in PERCENT
    if unit == RATIO and sent_in_percent:
        return lambda value: value * 100.0 if convert is None else convert(value * 100.0)
    ours = UNITS.get(unit, unit)
    if ours == "pct" and sent_in_percent:
        return convert
    if ours == known.unit:
        return None
    if ours in known.conversions:
        return known.conversions[ours]
    raise InvalidInput(
        "%(quantity)s can't be read in “%(unit)s”; send it in %(registered)s, or without a unit",
        quantity=quantity,
        unit=unit[:20],
        registered=registered or known.unit,
    )


def _labelled(written: Any) -> Record:
    if not isinstance(written, dict) or not written:
        raise _Refusal(InvalidInput("expected an object such as %(example)s", example='{"n": "methane", "v": 12.5}'))
    record = {LABELS.get(label, str(label)) if not isinstance(label, str) else label: value for label, value in written.items()}
    for label in record:
        if label.endswith("_"):
            why = InvalidInput("the label “%(label)s” must be understood, and is not known here", label=label[:40])
            raise _Refusal(why, whole=True)
    for label in ("bt", "bv", "t", "v"):
        if label in record:
            record[label] = _number(label, record[label])
    for label in ("bn", "bu", "n", "u"):
        if not isinstance(record.get(label, ""), str):
            raise _Refusal(InvalidInput("%(label)s must be a text", label=label), whole=label.startswith("b"))
    version = record.get("bver", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version > VERSION:
        why = InvalidInput(
            "version %(version)s of SenML is not known here; send version %(known)s", version=str(version)[:20], known=VERSION
        )
        raise _Refusal(why, whole=True)
    return record


def _number(label: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        reason = Reason.TIME_UNREADABLE if label in ("bt", "t") else Reason.VALUE_UNREADABLE
        raise _Refusal(InvalidInput("%(label)s must be a number", label=label), reason=reason, whole=label.startswith("b"))
    try:
        return float(value)
    except OverflowError:  # an integer of more than 308 digits
        return float("inf")


def _measured(record: Record, base: Record, now_ms: int) -> Measurement | None:
    """None for a record that only sets base fields."""
    if "v" not in record:
        given = next((label for label in ("vs", "vb", "vd", "s") if label in record), "")
        if given:
            why = InvalidInput("%(label)s is no measured value; send a number as v", label=given)
            raise _Refusal(why, reason=Reason.VALUE_UNREADABLE)
        if _only_sets_bases(record):
            return None
        raise _Refusal(InvalidInput("there is no value; send a number as v"), reason=Reason.VALUE_UNREADABLE)
    name, ts_ms = _named(record, base, now_ms)
    return Measurement(name, ts_ms, record["v"] + base.get("bv", 0.0), record.get("u") or base.get("bu", ""))


def _said(record: Record, base: Record, now_ms: int) -> Saying | None:
    """None for a record that only sets base fields."""
    if "v" in record:
        value = record["v"] + base.get("bv", 0.0)
    elif isinstance(record.get("vs"), str) or isinstance(record.get("vb"), bool):
        value = record["vs"] if "vs" in record else record["vb"]
    elif _only_sets_bases(record):
        return None
    else:
        why = InvalidInput("there is no value; send a number as v, a text as vs, true or false as vb")
        raise _Refusal(why, reason=Reason.VALUE_UNREADABLE)
    name, ts_ms = _named(record, base, now_ms)
    return Saying(name, ts_ms, value, (record.get("u") or base.get("bu", "")) if "v" in record else "")


def _only_sets_bases(record: Record) -> bool:
    return "n" not in record and any(label.startswith("b") for label in record) and not {"vs", "vb", "vd", "s"} & set(record)


def _named(record: Record, base: Record, now_ms: int) -> tuple[str, float]:
    """Whole name and absolute time, UTC milliseconds."""
    name = base.get("bn", "") + record.get("n", "")
    if not NAME.fullmatch(name):
        raise _Refusal(InvalidInput("the name “%(name)s” is none of SenML: letters, digits and - : . / _", name=name[:80]))
    seconds = base.get("bt", 0.0) + record.get("t", 0.0)
    if seconds >= LEAST_MS:
        why = InvalidInput("the time looks like milliseconds; SenML counts seconds")
        raise _Refusal(why, reason=Reason.TIME_UNREADABLE)
    return name, seconds * 1000.0 if seconds >= RELATIVE_BELOW_S else now_ms + seconds * 1000.0
