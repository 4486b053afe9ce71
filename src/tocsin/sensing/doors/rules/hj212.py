"""What stands in a segment of HJ 212 (editions of 2005, 2017 and 2025): who speaks, what is measured, what is answered. Pure.

A quantity's real-time value is the channel of its code (`a34004` for `a34004-Rtd`). Other figures have names of their own:
`a34004-ZsRtd` beside real-time values, `a34004-Avg-minute`, `-hour`, `-day` in reports of a time; who wants one registers it,
the others are passed over. Quality follows the flag: what was not measured of the surroundings (stopped, maintenance,
calibration, fault, no connection) is *bad* and no rule believes it; set by hand or beyond the range is *suspect*, and counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, Self

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.hj212_frames import frame
from tocsin.sensing.doors.rules.payload import Channels, Columns, add_measured
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.quarantine.rules import Reason

CHINA: Final = timezone(timedelta(hours=8))  # times of HJ 212 have no zone: the standard's stations stand in this one
CONTENT: Final = "CP=&&"
REALTIME: Final = "2011"
REPORTS: Final = {"2051": "minute", "2061": "hour", "2031": "day"}
LIFE_SIGNS: Final = frozenset(("2081", "9015", "9021"))  # a start, heartbeats: nothing to keep
OF_REPLIES: Final = frozenset(("9011", "9012", "9013", "9014"))  # answers to what a platform asks; this one asks nothing
ASKS_TIME: Final = "1013"
DATA_REPLY, NOTICE_REPLY = "9014", "9013"
PLATFORM: Final = "91"  # ST of who answers
WANTS_REPLY, IS_SPLIT = 1, 2  # bits of Flag; the six above them are the edition
VALUES_OF_REPORTS: Final = frozenset(("Avg", "Min", "Max", "Cou", "ZsAvg", "ZsMin", "ZsMax"))
NOT_OF_THE_SURROUNDINGS: Final = frozenset("FMCDB")
NUMBER: Final = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
PASSWORD: Final = re.compile(rb"((?:^|;)PW=)[^;]*")
MOMENT: Final = re.compile(r"\d{14}(\d{3})?", re.ASCII)


@dataclass(frozen=True)
class Message:
    """A segment's head and its content as it stands. `mn` is the device's code, `password` what it proves itself by."""

    qn: str
    command: str
    mn: str
    password: str
    flag: int
    content: str

    @property
    def wants_reply(self) -> bool:
        """Whether the device sends again until it is answered."""
        return bool(self.flag & WANTS_REPLY)


@dataclass(frozen=True)
class Measured:
    """One value of one channel; UTC milliseconds. `is_optional`: nobody need have registered it."""

    channel: str
    ts_ms: int
    value: float
    quality: Quality
    is_optional: bool


def read_message(segment: bytes) -> Message:
    """The segment's fields, in any order, text in GBK; InvalidInput where it can't be told who speaks or of what.

    >>> read_message(b"QN=1;ST=31;CN=2011;PW=123456;MN=370213000000000000000001;Flag=5;CP=&&DataTime=20260103080000&&").command
    '2011'
    """
    head, _mark, content = segment.decode("gb18030", "replace").partition(CONTENT)
    fields = dict(part.partition("=")[::2] for part in head.split(";") if "=" in part)
    for name in ("CN", "MN", "PW"):
        if not fields.get(name):
            raise InvalidInput("the segment tells no %(name)s, which stands in clear before CP= in every edition", name=name)
    flag = fields.get("Flag", "")
    number = int(flag) if flag.isascii() and flag.isdigit() and len(flag) <= 3 else 0
    return Message(
        qn=fields.get("QN", "")[:20],
        command=fields["CN"][:10],
        mn=fields["MN"][:64],
        password=fields["PW"][:64],
        flag=number,
        content=content.removesuffix("&&"),
    )


def without_password(segment: bytes) -> bytes:
    """The same with a star in place of the password: what is kept of a stranger holds none.

    >>> without_password(b"QN=1;PW=123456;MN=well-1;CP=&&a-Rtd=1&&")
    b'QN=1;PW=*;MN=well-1;CP=&&a-Rtd=1&&'
    """
    head, mark, content = segment.partition(CONTENT.encode())
    return PASSWORD.sub(rb"\1*", head) + mark + content


def reply_to(message: Message) -> bytes:
    """What a device waits for (appendix C): 9014 for data, 9013 for a notice, with its own QN and its edition."""
    command = NOTICE_REPLY if message.command == ASKS_TIME else DATA_REPLY
    edition = message.flag & ~(WANTS_REPLY | IS_SPLIT)
    head = f"QN={message.qn};ST={PLATFORM};CN={command};PW={message.password};MN={message.mn};Flag={edition};CP=&&&&"
    return frame(head.encode("gb18030", "replace"))


def add_measurements(message: Message, reader: "Reader", channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Adds what can be read of a message and returns what can't; what nobody need register is left."""
    faults: list[Fault] = []
    for one in reader.measurements(message):
        if isinstance(one, Fault):
            faults.append(one)
        elif not one.is_optional or one.channel in channels.known:
            add_measured(one.ts_ms, one.channel, one.value, one.quality, channels, times, columns, faults)
    return faults


class Reader:
    """What the messages of one device measure. A packet that was split may tell its time in its first part only."""

    def __init__(self) -> None:
        self._split_qn = ""
        self._split_ms: int | None = None

    @property
    def context(self) -> bytes:
        """What a later part of a split packet has to know, so that it can be read alone later; empty for nothing."""
        return b"" if self._split_ms is None else f"{self._split_qn}:{self._split_ms}".encode()

    @classmethod
    def knowing(cls, context: bytes) -> Self:
        """A reader that has seen the first part."""
        made = cls()
        qn, _mark, moment = context.decode().rpartition(":")
        if moment:
            made._split_qn, made._split_ms = qn, int(moment)
        return made

    def measurements(self, message: Message) -> Iterator[Measured | Fault]:
        """Every value that can be read, and a fault for what can't; nothing for signs of life."""
        if message.command in LIFE_SIGNS or message.command in OF_REPLIES:
            return
        if message.command != REALTIME and message.command not in REPORTS:
            why = InvalidInput(
                "command %(command)s is not read here; real-time data (2011) and reports (2051, 2061, 2031) are",
                command=message.command[:10],
            )
            yield Fault(Reason.UNSUPPORTED, why, message.content[:SAMPLE_BYTES])
            return
        items = [dict(_fields(part)) for part in message.content.split(";") if part.strip()]
        moment = next((one["DataTime"] for one in items if "DataTime" in one), None)
        if moment is None:
            ts_ms = self._split_ms if message.flag & IS_SPLIT and message.qn == self._split_qn else _ms_of(message.qn)
        else:
            ts_ms = _ms_of(moment)
        if message.flag & IS_SPLIT:
            self._split_qn, self._split_ms = message.qn, ts_ms
        if ts_ms is None:
            why = InvalidInput("no time can be read: DataTime is yyyyMMddHHmmss, local time of China")
            yield Fault(Reason.TIME_UNREADABLE, why, (moment or message.qn)[:40])
            return
        for one in items:
            yield from _values(one, ts_ms, REPORTS.get(message.command))


def _fields(item: str) -> Iterator[tuple[str, str]]:
    """`code-Rtd=12.5,code-Flag=N` as pairs; what has no `=` is kept under its whole text, to be told."""
    for part in item.split(","):
        name, mark, value = part.strip().partition("=")
        if name or mark:
            yield name, value.strip()


def _values(item: dict[str, str], ts_ms: int, report: str | None) -> Iterator[Measured | Fault]:
    """The values of one item: of one quantity, as a rule."""
    for name, text in item.items():
        code, mark, figure = name.rpartition("-")
        wanted = figure in VALUES_OF_REPORTS if report else figure in ("Rtd", "ZsRtd")
        if not mark or not wanted:
            continue
        quality = _quality(item.get(f"{code}-Flag", "N"))
        moment = _ms_of(item[f"{code}-SampleTime"]) if f"{code}-SampleTime" in item else ts_ms
        if not NUMBER.fullmatch(text):
            if quality is not Quality.BAD:  # a logger with nothing measured leaves it empty
                why = InvalidInput("the value of “%(name)s” must be a number", name=name[:64])
                yield Fault(Reason.VALUE_UNREADABLE, why, f"{name}={text}"[:SAMPLE_BYTES])
                continue
            text = "nan"
        if moment is None:
            why = InvalidInput("SampleTime of “%(name)s” is no yyyyMMddHHmmss", name=code[:64])
            yield Fault(Reason.TIME_UNREADABLE, why, item[f"{code}-SampleTime"][:40])
            continue
        channel = f"{code}-{figure}-{report}" if report else code if figure == "Rtd" else name
        yield Measured(channel, moment, float(text), quality, is_optional=figure != "Rtd")


def _quality(flag: str) -> Quality:
    if flag.upper() in ("N", ""):
        return Quality.GOOD
    return Quality.BAD if flag.upper() in NOT_OF_THE_SURROUNDINGS else Quality.SUSPECT


def _ms_of(text: str) -> int | None:
    """UTC milliseconds of `yyyyMMddHHmmss`, perhaps with `zzz`; None where it is none.

    >>> _ms_of("20260103080000"), _ms_of("20261340080000")
    (1767398400000, None)
    """
    if not MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError:
        return None
    return ms_from_datetime(found) + int(text[14:] or 0)
