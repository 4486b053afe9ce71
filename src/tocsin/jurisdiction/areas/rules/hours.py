"""Hours of the week as people write them, for duties, telephones and turns."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from tocsin.base.errors import InvalidInput

IsWorkingDay = Callable[[date], bool]

_DAY: Final = timedelta(days=1)
_EVERY_DAY: Final = frozenset(range(1, 8))
_SPAN = re.compile(r"(?:(?P<days>work|rest|[1-7](?:[-,][1-7])*)\s+)?(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")


def monday_to_friday(day: date) -> bool:
    """Working days where no calendar says more."""
    return day.isoweekday() <= 5


@dataclass(frozen=True)
class Span:
    """A piece of a day: `days` are of ISO 8601 (Monday is 1); `worked` narrows them to working days or days off.

    `start` and `end` are minutes after midnight; where `end` is not later than `start` the piece ends on the next day.
    """

    days: frozenset[int]
    worked: bool | None
    start: int
    end: int

    def begins_on(self, day: date, is_working_day: IsWorkingDay) -> bool:
        """Does the piece begin on that day?"""
        if self.worked is not None:
            return is_working_day(day) is self.worked
        return day.isoweekday() in self.days

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Beginning and end on that day, in local time without a zone; the end is not in it."""
        midnight = datetime.combine(day, time())
        length = (self.end - self.start) % 1440 or 1440
        return midnight + timedelta(minutes=self.start), midnight + timedelta(minutes=self.start + length)


@dataclass(frozen=True)
class WeekHours:
    """When something holds: pieces of days; none at all is always."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "WeekHours":
        """Hours of a text such as `1-5 08:30-17:30; 6,7 09:00-12:00`, `work 17:30-08:30`, `rest 00:00-24:00`.

        A piece without days is of every day; an empty text is always. InvalidInput names the piece that can't be read.
        """
        pieces = [piece.strip() for piece in text.split(";")]
        return cls(tuple(_span(piece) for piece in pieces if piece))

    def holds(self, local: datetime, is_working_day: IsWorkingDay = monday_to_friday) -> bool:
        """Whether the hours hold at that local time."""
        local = local.replace(tzinfo=None)
        return not self.spans or any(
            start <= local < end for start, end in self.windows(local.date() - _DAY, local.date(), is_working_day)
        )

    def windows(
        self, first: date, last: date, is_working_day: IsWorkingDay = monday_to_friday
    ) -> Iterator[tuple[datetime, datetime]]:
        """Beginning and end, local without a zone, of every piece that begins on one of the days; whole days for always."""
        day = first
        while day <= last:
            if not self.spans:
                yield datetime.combine(day, time()), datetime.combine(day + _DAY, time())
            for span in self.spans:
                if span.begins_on(day, is_working_day):
                    yield span.on(day)
            day += _DAY


ALWAYS: Final = WeekHours()


def minute_of_day(text: str) -> int:
    """Minutes after midnight of `08:30`; 1440 for `24:00`; InvalidInput for anything else."""
    hour, colon, minute = text.partition(":")
    if not (colon and len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()):
        raise InvalidInput("“%(given)s” is no time of day; write it as 08:30", given=text)
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > 1440:
        raise InvalidInput("“%(given)s” is no time of day; write it as 08:30", given=text)
    return minutes


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise InvalidInput(
            "“%(given)s” are no hours; write them as 1-5 08:30-17:30, days before times, or work, or rest", given=text
        )
    start, end = minute_of_day(match["start"]), minute_of_day(match["end"])
    if start == 1440:
        raise InvalidInput("“%(given)s”: hours begin before 24:00", given=text)
    days = match["days"] or ""
    worked = {"work": True, "rest": False}.get(days)
    return Span(_EVERY_DAY if worked is not None else _days(days), worked, start, end)


def _days(text: str) -> frozenset[int]:
    """The days of `1-5,7`; every day for an empty text. `6-1` goes over the end of the week."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        day = int(first)
        found.add(day)
        while day != int(last[-1] if last else first):
            day = day % 7 + 1
            found.add(day)
    return frozenset(found) or _EVERY_DAY
