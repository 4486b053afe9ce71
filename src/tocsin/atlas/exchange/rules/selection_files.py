"""Files of large selections: how far one has come, why one is not made, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class FileState(StrEnum):
    """How far the file of a selection has come."""

    ASKED = "asked"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    DROPPED = "dropped"
    """Its asker no longer wants it."""
    LAPSED = "lapsed"
    """Its time is over: the bytes are gone."""


class Trouble(StrEnum):
    """Why a file was not made."""

    RIGHTS = "rights"
    """The asker may not read the collection any more, or by other rights than when the file was asked for."""
    SPENT = "spent"
    """The asker's rows of the day were used up."""
    QUESTION = "question"
    """The selection does not fit the collection any more."""
    ROWS = "rows"
    """There are more rows now than a file of the form holds."""
    BYTES = "bytes"
    NO_ROOM = "no_room"
    BROKEN = "broken"
    """It was begun several times, and each time the process died or failed."""


WAITING: Final = (FileState.ASKED.value, FileState.MAKING.value)
HELD: Final = (*WAITING, FileState.READY.value)
MOST_TRIES: Final = 3


@dataclass(frozen=True)
class Turn:
    """A file that waits to be made."""

    id: UUID
    person: UUID
    tries: int
    asked_at: datetime


def next_turn(waiting: Sequence[Turn], served_at: Mapping[UUID, datetime]) -> Turn | None:
    """Whose file is made next: one that was not begun in vain before others, then the person who was served longest ago, then
    the oldest wish. So nobody who asks for many files keeps others waiting for more than one.

    >>> from datetime import UTC
    >>> from uuid import UUID
    >>> early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    >>> anna, bai = UUID(int=1), UUID(int=2)
    >>> turns = [Turn(UUID(int=7), anna, 0, early), Turn(UUID(int=8), bai, 0, late)]
    >>> next_turn(turns, {}).id.int, next_turn(turns, {anna: early}).id.int
    (7, 8)
    """

    def rank(one: Turn) -> tuple[int, float, datetime]:
        last = served_at.get(one.person)
        return one.tries, 0.0 if last is None else last.timestamp(), one.asked_at

    return min(waiting, key=rank, default=None)


def rest_s(worked_s: float, share: float) -> float:
    """How long the maker rests after a part that took so long, so that it works for this share of the time; at most a second.

    >>> rest_s(0.1, 0.5), round(rest_s(0.1, 0.25), 3), rest_s(9.0, 0.5)
    (0.1, 0.3, 1.0)
    """
    return min(1.0, worked_s * (1.0 - share) / share)
