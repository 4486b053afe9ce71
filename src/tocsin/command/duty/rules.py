"""The duty desk (值班台): shifts, the log that only grows, and handing over what is open.

24-hour duty of governments, departments and units that bear on public safety: Qingdao Emergency Regulation
(青岛市突发事件应对条例) Art. 28. Two signatures under a handover are the trade's practice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import msgspec

from tocsin.base.decoding import convert


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


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A body in both languages, or anybody by one name; with the number of its order."""

    zh: str = ""
    en: str = ""
    any: str = ""
    number: str = ""


class Matter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One open matter as a handover freezes it: names of states and steps, never sentences; moments are ISO 8601, UTC.

    Under the name of each kind stands what it lists: steps, numbers of reports and orders, who was not reached.
    """

    id: str
    case: str  # its number
    kinds: tuple[MatterKind, ...]
    state: str
    level: int = 0
    drill: bool = False
    next_step: str = ""
    due_at: str = ""
    suspended_until: str = ""
    overdue: tuple[str, ...] = ()
    report: tuple[str | Named, ...] = ()
    unreached: tuple[str | Named, ...] = ()
    unsigned: tuple[str | Named, ...] = ()
    outcome: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()

    def values(self) -> dict[str, object]:
        """As plain JSON."""
        return cast("dict[str, object]", msgspec.to_builtins(self))


def read_matters(frozen: object) -> list[Matter]:
    """Matters as a handover keeps them."""
    return convert(frozen, list[Matter])


def first_kind(kinds: Collection[MatterKind]) -> MatterKind:
    """The most pressing of them."""
    return next(kind for kind in MatterKind if kind in kinds)


def by_urgency(matters: Iterable[Matter]) -> list[Matter]:
    """The most pressing first, then by the due of the next clock; what waits for nothing comes last."""
    order = list(MatterKind)
    return sorted(matters, key=lambda one: (order.index(first_kind(one.kinds)), one.due_at or "9", one.case))


class Change(StrEnum):
    """What became of a matter between two handovers."""

    NEW = "new"
    CHANGED = "changed"  # another state or level
    SAME = "same"
    OVER = "over"  # no matter any more


@dataclass(frozen=True)
class MatterChange:
    """A matter's change since the last handover; `state`, `level`: how it stood then."""

    change: Change
    state: str = ""
    level: int = 0


def changes_between(before: Iterable[Matter], now: Iterable[Matter]) -> dict[str, MatterChange]:
    """By number of the case what became of it since the last handover; what is over comes last."""
    known = {one.case: one for one in before}
    found: dict[str, MatterChange] = {}
    for one in now:
        was = known.pop(one.case, None)
        if was is None:
            found[one.case] = MatterChange(Change.NEW)
        else:
            moved = (was.state, was.level) != (one.state, one.level)
            found[one.case] = MatterChange(Change.CHANGED if moved else Change.SAME, was.state, was.level)
    return found | {number: MatterChange(Change.OVER, was.state, was.level) for number, was in known.items()}


def come_since(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Matters of the second list that the first does not have in the same state: what happened between the two signatures."""
    known = {(one["case"], one["state"], tuple(one["kinds"])) for one in before}
    return [one for one in now if (one["case"], one["state"], tuple(one["kinds"])) not in known]
