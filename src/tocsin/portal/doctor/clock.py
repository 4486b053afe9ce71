"""The clock of the machine: what keeps it, how far it may be off, and the time zone in which people read."""

import ctypes
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.words import told as _

WARN_OFF_S = 1.0
_UNSYNCHRONISED = 0x0040  # STA_UNSYNC, adjtimex(2)
_NANOSECONDS = 0x2000  # STA_NANO: the offset is in nanoseconds


def keep() -> str:
    """How a clock is kept."""
    return _("keep it by chrony or systemd-timesyncd (`timedatectl set-ntp true`)")


class Timex(ctypes.Structure):
    """`struct timex` of adjtimex(2), as far as it is read; what follows is kept room for."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 160),
    )


def look_at_clock(configuration: Configuration) -> Iterator[Finding]:
    """Synchronised or not, the year, the time zone, and a clock of a demonstration that was left switched on."""
    yield kept_by_kernel()
    yield _against_installation()
    try:
        here = datetime.now(tz=ZoneInfo(configuration.time_zone))
        yield Finding(
            "clock",
            "time zone",
            Verdict.GOOD,
            _("%(zone)s, now %(time)s", zone=configuration.time_zone, time=f"{here:%Y-%m-%d %H:%M %z}"),
        )
    except (ZoneInfoNotFoundError, ValueError):
        text = _("%(zone)s is no time zone that this Python knows", zone=repr(configuration.time_zone))
        yield Finding("clock", "time zone", Verdict.BAD, text, _("set TOCSIN_TIME_ZONE to a name such as Asia/Shanghai"))
    if not configuration.clock.is_real:
        text = _("TOCSIN_CLOCK is set: alarms and legal clocks are judged by the time of a demonstration")
        yield Finding("clock", "judging clock", Verdict.WARNING, text, _("unset TOCSIN_CLOCK wherever alarms are real"))


def kept_by_kernel() -> Finding:
    """What the kernel says of the one that keeps its clock (Linux)."""
    if sys.platform != "linux":
        return Finding("clock", "kept", Verdict.UNKNOWN, _("this system is not asked what keeps its clock"), keep())
    told = Timex()
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told)) < 0:
        return Finding(
            "clock", "kept", Verdict.UNKNOWN, _("the kernel does not tell what keeps its clock (a container?)"), keep()
        )
    if told.status & _UNSYNCHRONISED:
        text = _("nothing keeps it: readings, alarms and the audit trail drift away from the true time")
        return Finding("clock", "kept", Verdict.WARNING, text, keep())
    off_s = abs(told.offset) / (1e9 if told.status & _NANOSECONDS else 1e6)
    verdict = Verdict.GOOD if off_s < WARN_OFF_S else Verdict.WARNING
    text = _(
        "synchronised; %(rest)s ms are still to be made up, at most %(most)s ms off",
        rest=f"{off_s * 1000:.1f}",
        most=f"{told.maxerror / 1000:.0f}",
    )
    return Finding("clock", "kept", verdict, text, "" if verdict is Verdict.GOOD else keep())


def _against_installation() -> Finding:
    """A machine whose battery is empty begins in a past year, before this program was made."""
    made = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    now = datetime.fromtimestamp(time.time(), UTC)
    if now < made - timedelta(days=1):
        text = _("it says %(now)s, but this program was installed on %(made)s", now=f"{now:%Y-%m-%d}", made=f"{made:%Y-%m-%d}")
        return Finding("clock", "date", Verdict.BAD, text, _("set it, and %(keep)s", keep=keep()))
    return Finding("clock", "date", Verdict.GOOD, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def beside(other: str, its_time: datetime, ours: datetime) -> Finding:
    """The clock of another machine, asked just now, beside our own."""
    off_s = abs((its_time - ours).total_seconds())
    if off_s < WARN_OFF_S:
        return Finding("clock", other, Verdict.GOOD, _("%(off)s ms from this machine's", off=f"{off_s * 1000:.0f}"))
    return Finding(
        "clock",
        other,
        Verdict.WARNING,
        _("%(off)s s from this machine's", off=f"{off_s:.1f}"),
        _("on both machines %(keep)s", keep=keep()),
    )
