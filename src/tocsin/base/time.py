"""Time: integers of UTC milliseconds in columns, aware datetimes elsewhere, and one clock that a demonstration may speed up."""

import time as _time
from dataclasses import dataclass
from datetime import UTC, datetime

from tocsin.base.errors import SettingRefused


def datetime_from_ms(milliseconds: int) -> datetime:
    """Aware UTC datetime of Unix milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def ms_from_datetime(moment: datetime) -> int:
    """Unix milliseconds of an aware datetime; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone has no place on the time line")
    return round(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Clock:
    """The time by which readings are judged.

    In service it is the machine's own. A demonstration starts it at another moment (`origin_ms` at the machine's `started_ms`)
    and lets it run `speed` times as fast; all processes of one demonstration hold the same three numbers. Before `started_ms` it
    stands.
    """

    origin_ms: int = 0
    started_ms: int = 0
    speed: float = 1.0

    def now_ms(self) -> int:
        """Unix milliseconds, UTC."""
        machine_ms = _time.time_ns() // 1_000_000
        return self.origin_ms + round(max(0, machine_ms - self.started_ms) * self.speed)

    def now(self) -> datetime:
        """Aware UTC datetime."""
        return datetime_from_ms(self.now_ms())

    @property
    def is_real(self) -> bool:
        """True where this is the machine's own clock."""
        return self.origin_ms == self.started_ms and self.speed == 1.0

    @classmethod
    def parse(cls, text: str) -> "Clock":
        """The clock of `origin_ms,started_ms,speed`; the machine's own for an empty text; SettingRefused for anything else."""
        if not text:
            return cls()
        try:
            origin, started, speed = text.split(",")
            return cls(int(origin), int(started), float(speed))
        except ValueError:
            raise SettingRefused("TOCSIN_CLOCK is %(value)s; it must read origin_ms,started_ms,speed", value=repr(text)) from None

    def text(self) -> str:
        """What `parse` reads back."""
        return f"{self.origin_ms},{self.started_ms},{self.speed:g}"
