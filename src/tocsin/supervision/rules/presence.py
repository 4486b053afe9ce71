"""Words of rosters, leave and swaps, and roll calls, and how tables of shifts are read."""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class ChangeState(StrEnum):
    """Where a wish for leave or a swap stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Means(StrEnum):
    """How a roll call was answered."""

    PHONE_PAGE = "phone_page"
    TERMINAL = "terminal"
    TELEPHONE = "telephone"


LAPSED: Final = "lapsed"
"""State of a call whose shift ended before it ran out, beside those of `engine.duty.CallState`."""


class CertificateStatus(StrEnum):
    """What the register says of a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "person": ("人员编号", "工号", "姓名", "人员"),
    "role": ("角色", "职务"),
    "post": ("岗位", "值班岗位"),
    "start": ("开始", "开始时间", "上班时间", "班次开始"),
    "end": ("结束", "结束时间", "下班时间", "班次结束"),
    "leave": ("请假", "是否请假"),
}
"""Columns of a roster and what offices call them."""
NEEDED: Final = ("person", "start", "end")
_YES: Final = ("1", "yes", "y", "true", "是", "请假", "√")
_NO: Final = ("", "0", "no", "n", "false", "否", "×")


def column_of(heading: str) -> str:
    """The column that a heading means; '' for one that is not known.

    >>> column_of("开始时间（本地）"), column_of("Start"), column_of("备注")
    ('start', 'start', '')
    """
    bare = "".join(heading.replace("（", "(").partition("(")[0].replace("*", "").split())
    return next((column for column, names in HEADINGS.items() if bare in names or bare.lower() == column), "")


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A moment as tables write it, in `zone` where it names none; ValueError for one that can't be read.

    >>> from datetime import UTC
    >>> read_moment("2026/11/25 8:00", UTC).isoformat(), read_moment("2026-11-25T08:00:00+08:00", UTC).hour
    ('2026-11-25T08:00:00+00:00', 8)
    """
    day, _, clock = text.strip().replace("/", "-").replace("T", " ").partition(" ")
    parts = day.split("-")
    if len(parts) == 3 and clock:
        day = f"{int(parts[0]):04}-{int(parts[1]):02}-{int(parts[2]):02}"
        clock = clock if clock[1:2] != ":" else f"0{clock}"
    moment = datetime.fromisoformat(f"{day} {clock}" if clock else day)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_end(text: str, start: datetime) -> datetime:
    """The end of a shift: a moment, or a time of day after `start`, 24:00 among them. ValueError for one that can't be read.

    >>> from datetime import UTC
    >>> read_end("08:00", datetime(2026, 11, 25, 20, tzinfo=UTC)).isoformat()
    '2026-11-26T08:00:00+00:00'
    """
    text = text.strip()
    if len(text) > 8 or text.count(":") == 0:
        return read_moment(text, start.tzinfo or start.astimezone().tzinfo)  # type: ignore[arg-type]
    hours, minutes = (int(one) for one in text.split(":")[:2])
    if not (0 <= hours <= 24 and 0 <= minutes < 60 and hours * 60 + minutes <= 1440):
        raise ValueError(text)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        end = midnight + timedelta(hours=hours, minutes=minutes)
        return end if end > start else end + timedelta(days=1)
    except OverflowError:
        raise ValueError(text) from None


def read_flag(text: str) -> bool:
    """Yes or no in either language; ValueError for anything else."""
    known = text.strip().lower()
    if known in _YES:
        return True
    if known in _NO:
        return False
    raise ValueError(text)
