"""Moments and hours as offices write them into tables."""

from datetime import datetime, timedelta, tzinfo


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
