"""The duty desk (值班台): shifts, the log that only grows, and handing over what is open.

24-hour duty of governments, departments and units that bear on public safety: Qingdao Emergency Regulation
(青岛市突发事件应对条例) Art. 28. Two signatures under a handover are the trade's practice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class EntryKind(StrEnum):
    """What a line of the shift log is."""

    NOTE = "note"
    TELEPHONE = "telephone"  # said by somebody on the telephone, entered by the desk (代录)
    INSTRUCTION = "instruction"  # a leader's word (领导批示)
    SHIFT = "shift"  # begun, joined, handed over, signed: written by the desk itself


WRITTEN_BY_HAND: Final = (EntryKind.NOTE, EntryKind.TELEPHONE, EntryKind.INSTRUCTION)


class ShiftEnd(StrEnum):
    """How a shift ended."""

    HANDED_OVER = "handed_over"
    UNHANDED = "unhanded"  # another took the desk without a handover, with the reason


class MatterKind(StrEnum):
    """Why something is an open matter of a handover, the most pressing first."""

    OVERDUE = "overdue"  # a clock of the case has run out
    REPORT = "report"  # a report upward that is not sent
    UNREACHED = "unreached"  # a notice that reached nobody
    UNSIGNED = "unsigned"  # an order that its unit has not signed for
    OUTCOME = "outcome"  # an outcome that waits for a second person
    RESUMES = "resumes"  # a suspended case whose date comes
    OPEN = "open"  # open and in time


class TakingVerdict(StrEnum):
    """Whether a person may sign for what another handed over, and why not."""

    TAKES = "takes"
    ONESELF = "oneself"
    ANSWERED = "answered"


def may_take(*, given_by: UUID, person: UUID, answered: bool) -> TakingVerdict:
    """Two signatures are two persons'; what was answered once stands."""
    if answered:
        return TakingVerdict.ANSWERED
    return TakingVerdict.ONESELF if given_by == person else TakingVerdict.TAKES


class ShiftStanding(StrEnum):
    """Whether a running shift should have been handed over by now."""

    RUNNING = "running"
    DUE = "due"  # its time is over
    UNHANDED = "unhanded"  # and the grace too


def standing_of(began_at: datetime, now: datetime, *, longest: timedelta, grace: timedelta) -> ShiftStanding:
    """How a shift that has not ended stands.

    >>> begin = datetime(2026, 1, 3, 8, 30)
    >>> standing_of(begin, begin + timedelta(hours=24, minutes=10), longest=timedelta(hours=24), grace=timedelta(minutes=30))
    <ShiftStanding.DUE: 'due'>
    """
    lasted = now - began_at
    if lasted <= longest:
        return ShiftStanding.RUNNING
    return ShiftStanding.DUE if lasted <= longest + grace else ShiftStanding.UNHANDED


@dataclass(frozen=True)
class Matter:
    """One open matter as a handover freezes it: names of states and steps, never sentences."""

    case: str  # its number
    kinds: tuple[MatterKind, ...]
    figures: Mapping[str, Any]

    def values(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"case": self.case, "kinds": [kind.value for kind in self.kinds], **self.figures}


def first_kind(kinds: Collection[MatterKind]) -> MatterKind:
    """The most pressing of them."""
    return next(kind for kind in MatterKind if kind in kinds)


def by_urgency(matters: Iterable[Matter]) -> list[Matter]:
    """The most pressing first, then by the due of the next clock; what waits for nothing comes last."""
    order = list(MatterKind)
    return sorted(matters, key=lambda one: (order.index(first_kind(one.kinds)), one.figures.get("due_at") or "9", one.case))


def come_since(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Matters of the second list that the first does not have in the same state: what happened between the two signatures."""
    known = {(one["case"], one["state"], tuple(one["kinds"])) for one in before}
    return [one for one in now if (one["case"], one["state"], tuple(one["kinds"])) not in known]
