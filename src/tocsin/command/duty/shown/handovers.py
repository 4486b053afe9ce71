"""Handovers and the matters that they froze as people and programs read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language
from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.shown.cases import STATE_NAMES, CaseOut, describe_case
from tocsin.command.casebook.shown.clocks import step_words
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import last_taken
from tocsin.command.duty.rules import Change, Matter, MatterChange, MatterKind, Named, changes_between, read_matters
from tocsin.command.duty.shown.shifts import ShiftOut, describe_shift
from tocsin.command.duty.shown.words import CHANGE_NAMES, MATTER_NAMES
from tocsin.screens.shapes import OnPages
from tocsin.screens.words import LEVEL_NAMES
from tocsin.screens.words import listed as listed_words

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class MatterReason:
    """Why it is a matter: the kind, in words, and what it lists."""

    kind: str
    name: str
    details: list[str]


class MatterOut(Schema):
    """One open matter as a handover froze it; title and place are those of today."""

    case: str
    title: str
    place: str
    drill: bool
    state: str
    state_name: str
    level: int
    level_name: str
    kinds: list[str] = Field(description="overdue, report, unreached, unsigned, outcome, resumes, open: the most pressing first")
    kind_names: list[str]
    details: list[str]
    next_step_name: str
    due_at: datetime | None
    suspended_until: datetime | None
    change: str = Field(description="since the last handover of the desk: new, changed, same, over; empty without one")
    change_name: str
    was: str = Field(description="its state and level at the last handover, in words")
    reasons: OnPages[list[MatterReason]]

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()


class HandoverOut(Schema):
    id: UUID
    shift_id: UUID
    desk: str
    state: str = Field(description="waiting, taken or refused")
    words: str
    digest: str = Field(description="of what the giver signed")
    given_by: str
    given_at: datetime
    answered_by: str
    answered_at: datetime | None
    reason: str
    next_shift_id: UUID | None


class SheetOut(HandoverOut):
    shift: ShiftOut
    matter_list: list[MatterOut]
    since_list: list[MatterOut] = Field(description="what came between the two signatures")
    over_list: list[str] = Field(description="numbers of cases that were matters at the last handover and are none any more")


def describe_matters(user: "Person", matters: Iterable[Matter], before: Handover | None = None) -> list[MatterOut]:
    """Frozen matters with the words of their cases, and how they changed since the handover `before`; one query."""
    listed = list(matters)
    found = visible_cases(user).filter(pk__in=[one.id for one in listed]) if listed else []
    words = {case.number: describe_case(case) for case in found}
    told = [_matter(one, words.get(one.case)) for one in listed]
    if before is not None:
        changes = changes_between(read_matters(before.matters), listed)
        for one in told:
            _tell_change(one, changes[one.case])
    return told


def numbers_over(matters: Iterable[Matter], before: Handover | None) -> list[str]:
    """Cases that were matters of the handover before and are none any more."""
    changes = changes_between(read_matters(before.matters), matters) if before is not None else {}
    return [number for number, one in changes.items() if one.change is Change.OVER]


def _tell_change(told: MatterOut, change: MatterChange) -> None:
    told.change, told.change_name = change.change.value, str(CHANGE_NAMES[change.change])
    if change.change is Change.CHANGED:
        told.was = listed_words(str(STATE_NAMES[CaseState(change.state)]), str(LEVEL_NAMES[change.level]))


def _matter(matter: Matter, case: CaseOut | None) -> MatterOut:
    """`case`: words of the case as the reader may see it, for title and place."""
    reasons = [MatterReason(kind.value, str(MATTER_NAMES[kind]), _details(kind, matter)) for kind in matter.kinds]
    return MatterOut(
        case=matter.case,
        title=case.title if case else "",
        place=case.place if case else "",
        drill=matter.drill,
        state=matter.state,
        state_name=str(STATE_NAMES[CaseState(matter.state)]),
        level=matter.level,
        level_name=str(LEVEL_NAMES[matter.level]),
        kinds=[one.kind for one in reasons],
        kind_names=[one.name for one in reasons],
        details=[detail for one in reasons for detail in one.details],
        change="",
        change_name="",
        was="",
        reasons=reasons,
        next_step_name=step_words(matter.next_step) if matter.next_step else "",
        due_at=datetime.fromisoformat(matter.due_at) if matter.due_at else None,
        suspended_until=datetime.fromisoformat(matter.suspended_until) if matter.suspended_until else None,
    )


def _details(kind: MatterKind, matter: Matter) -> list[str]:
    """What a kind lists: steps, numbers, bodies; nothing for the kinds that say it all."""
    if kind is MatterKind.OVERDUE:
        return [step_words(step) for step in matter.overdue]
    named = {
        MatterKind.REPORT: matter.report,
        MatterKind.UNREACHED: matter.unreached,
        MatterKind.UNSIGNED: matter.unsigned,
    }
    return [_detail(one) for one in named.get(kind, ())]


def _detail(one: str | Named) -> str:
    if isinstance(one, str):
        return one
    name = (one.zh if (get_language() or "zh").startswith("zh") else one.en) or one.any
    return " ".join(filter(None, (one.number, name)))


def describe_handover(handover: Handover) -> HandoverOut:
    """One handover without its matters; `state` is waiting, taken or refused."""
    state = "waiting" if handover.accepted is None else ("taken" if handover.accepted else "refused")
    return HandoverOut(
        id=handover.pk,
        shift_id=handover.shift_id,
        desk=str(handover.shift.desk),
        state=state,
        words=handover.words,
        digest=handover.digest,
        given_by=str(handover.given_by),
        given_at=handover.given_at,
        answered_by=str(handover.answered_by) if handover.answered_by else "",
        answered_at=handover.answered_at,
        reason=handover.reason,
        next_shift_id=handover.next_shift_id,
    )


def handover_sheet(user: "Person", handover: Handover, now: datetime) -> SheetOut:
    """Everything on the handover sheet (交接班表): the shift, its open matters as frozen, what came since, words, signatures."""
    before, matters = last_taken(handover.shift), read_matters(handover.matters)
    return SheetOut(
        **dict(describe_handover(handover)),
        shift=describe_shift(handover.shift, now),
        matter_list=describe_matters(user, matters, before),
        over_list=numbers_over(matters, before),
        since_list=describe_matters(user, read_matters(handover.since)),
    )
