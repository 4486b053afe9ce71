"""What waits for somebody, as people and programs read it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from ninja import Field, Schema

from tocsin.screens.waiting import Waiting, WaitingKind


class WaitingOut(Schema):
    """One thing that waits for you."""

    kind: str
    kind_name: str
    about: str = Field(description="about whom or where")
    address: str = Field(description="path of the page on which it is done")
    since: datetime
    due: datetime | None = Field(description="the end of its time; null: it has none")
    overdue: bool

    @property
    def due_told(self) -> str:
        """The end of its time in words: the last day that counts where it is a midnight, else the minute."""
        if self.due is None:
            return ""
        local = timezone.localtime(self.due)
        if (local.hour, local.minute) == (0, 0):
            return (local - timedelta(seconds=1)).strftime("%m-%d")
        return local.strftime("%m-%d %H:%M")


class WaitingKindOut(Schema):
    """How many of one kind wait for you."""

    kind: str
    kind_name: str
    waiting: int


def describe_waiting(rows: Iterable[tuple[WaitingKind, Waiting]], *, now: datetime) -> list[WaitingOut]:
    """Rows with their kinds in words."""
    return [
        WaitingOut(
            kind=kind.code,
            kind_name=str(kind.words),
            about=row.about,
            address=row.address,
            since=row.since,
            due=row.due,
            overdue=row.due is not None and row.due <= now,
        )
        for kind, row in rows
    ]


def describe_kinds(counts: Iterable[tuple[WaitingKind, int]]) -> list[WaitingKindOut]:
    """Kinds with their numbers."""
    return [WaitingKindOut(kind=kind.code, kind_name=str(kind.words), waiting=number) for kind, number in counts]
