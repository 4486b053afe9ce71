"""An inspection from its plan to the second signature."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec

from tocsin.fieldwork.rules import ActData, Short
from tocsin.supervision.inspections.rules.checklists import Answer
from tocsin.supervision.inspections.rules.findings import FindingGrade


class InspectionState(StrEnum):
    """From the plan to the second signature."""

    PLANNED = "planned"
    OPEN = "open"  # under way
    SIGNED = "signed"  # the first inspector has signed; the second has still to confirm
    CONFIRMED = "confirmed"


class InspectionSource(StrEnum):
    """Why there is an inspection."""

    DRAW = "draw"
    SCAN = "scan"
    COLOUR = "colour"
    EPISODE = "episode"
    REPORT = "report"
    HAND = "hand"


class InspectionAct(StrEnum):
    """What an inspector does."""

    OPEN = "open"  # a new inspection, made by the device: `subject_id` is its id
    BEGIN = "begin"
    ANSWER = "answer"  # one item
    FINDING = "finding"  # a hidden danger
    NOTE = "note"
    PHOTO = "photo"
    SIGN = "sign"
    CONFIRM = "confirm"  # the second inspector
    REOPEN = "reopen"  # the second does not agree: back to the first


class InspectionData(ActData, frozen=True, kw_only=True):
    """What an act in an inspection may carry."""

    item: Short = ""  # of the check list
    answer: Answer | None = None
    grade: FindingGrade | None = None
    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None  # to rectify
    object: UUID | None = None  # of a new inspection: of what, by which list, with whom
    check_list: Short = ""
    list_version: Annotated[int, msgspec.Meta(ge=1)] | None = None
    second: UUID | None = None


class InspectionVerdict(StrEnum):
    """What an act does. All but the first two are conflicts: kept and shown, and but for those of a new one without effect."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    ALREADY = "already"
    ENDED = "ended"
    NOT_BEGUN = "not_begun"
    OUTDATED = "outdated"  # a later answer of the other inspector stands
    ONE_PERSON = "one_person"  # who signed first can't confirm
    BESIDE = "beside"  # of a new one: another inspection of the object was under way; both go on
    NO_SECOND = "no_second"  # of a new one: the second inspector may not inspect here and was left out


UNSIGNED: Final = frozenset({InspectionState.PLANNED, InspectionState.OPEN})
_STEPS: Final[dict[tuple[InspectionState, InspectionAct], InspectionState]] = {
    (InspectionState.PLANNED, InspectionAct.BEGIN): InspectionState.OPEN,
    (InspectionState.OPEN, InspectionAct.SIGN): InspectionState.SIGNED,
    (InspectionState.SIGNED, InspectionAct.CONFIRM): InspectionState.CONFIRMED,
    (InspectionState.SIGNED, InspectionAct.REOPEN): InspectionState.OPEN,
}
_RECORDS: Final = frozenset({InspectionAct.ANSWER, InspectionAct.FINDING, InspectionAct.PHOTO})


def step(
    state: InspectionState, act: InspectionAct, *, first: bool = True, outdated: bool = False
) -> tuple[InspectionVerdict, InspectionState]:
    """What an act does in a state, and the state after it. `first`: the actor is the inspector who signed or would sign first."""
    if act is InspectionAct.NOTE:
        return InspectionVerdict.STAYS, state
    if act is InspectionAct.OPEN:
        return InspectionVerdict.ALREADY, state
    if act in _RECORDS:
        if state is InspectionState.PLANNED:
            return InspectionVerdict.NOT_BEGUN, state
        if state is not InspectionState.OPEN:
            return InspectionVerdict.ENDED, state
        return (InspectionVerdict.OUTDATED if outdated else InspectionVerdict.STAYS), state
    if act in (InspectionAct.CONFIRM, InspectionAct.REOPEN) and state is InspectionState.SIGNED and first:
        return InspectionVerdict.ONE_PERSON, state
    after = _STEPS.get((state, act))
    if after is None:
        early = act is not InspectionAct.BEGIN and state in UNSIGNED
        return (InspectionVerdict.NOT_BEGUN if early else InspectionVerdict.ALREADY), state
    return InspectionVerdict.GOES_ON, after
