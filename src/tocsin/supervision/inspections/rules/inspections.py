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
    PARTY_SIGN = "party_sign"  # the firm's person, on the inspector's phone
    PARTY_REFUSE = "party_refuse"  # does not sign: the reason, and who saw it


type Strokes = Annotated[str, msgspec.Meta(max_length=12_000, pattern=r"^[MmLl0-9 .,-]*$")]
"""A signature as the path of an SVG, within 300 by 100."""


class InspectionData(ActData, frozen=True, kw_only=True):
    """What an act in an inspection may carry."""

    item: Short = ""  # of the check list
    answer: Answer | None = None
    grade: FindingGrade | None = None
    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None  # to rectify
    finding: UUID | None = None  # the id that the device gives a hidden danger, so that photos can be added before it is sent
    name: Short = ""  # of the firm's person who signs or refuses
    position: Short = ""
    witness: Short = ""  # who saw that nobody signs
    strokes: Strokes = ""  # the signature as it was drawn
    object: UUID | None = None  # of a new inspection: of what, by which list, with whom
    check_list: Short = ""
    list_version: Annotated[int, msgspec.Meta(ge=1)] | None = None
    second: UUID | None = None


class InspectionVerdict(StrEnum):
    """What an act does. All but the first two are shown; all but these, `differs` and those of a new one are without effect."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    ALREADY = "already"
    ENDED = "ended"
    NOT_BEGUN = "not_begun"
    DIFFERS = "differs"  # counts: the other inspector answers otherwise, and the stricter answer stands until both say the same
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
OF_THE_PARTY: Final = frozenset({InspectionAct.PARTY_SIGN, InspectionAct.PARTY_REFUSE})
_RECORDS: Final = frozenset({InspectionAct.ANSWER, InspectionAct.FINDING, InspectionAct.PHOTO})


def step(
    state: InspectionState, act: InspectionAct, *, first: bool = True, differs: bool = False, heard: bool = False
) -> tuple[InspectionVerdict, InspectionState]:
    """What an act does in a state, and the state after it.

    `first`: the actor is the inspector who signed or would sign first. `differs`: the answer is another than the other
    inspector's. `heard`: the firm's person has signed.
    """
    if act is InspectionAct.NOTE:
        return InspectionVerdict.STAYS, state
    if act is InspectionAct.OPEN:
        return InspectionVerdict.ALREADY, state
    if act in _RECORDS:
        if state is InspectionState.PLANNED:
            return InspectionVerdict.NOT_BEGUN, state
        if state is not InspectionState.OPEN:
            return InspectionVerdict.ENDED, state
        return (InspectionVerdict.DIFFERS if differs else InspectionVerdict.STAYS), state
    if act in OF_THE_PARTY:
        return _heard(state, heard=heard), state
    if act in (InspectionAct.CONFIRM, InspectionAct.REOPEN) and state is InspectionState.SIGNED and first:
        return InspectionVerdict.ONE_PERSON, state
    after = _STEPS.get((state, act))
    if after is None:
        early = act is not InspectionAct.BEGIN and state in UNSIGNED
        return (InspectionVerdict.NOT_BEGUN if early else InspectionVerdict.ALREADY), state
    return InspectionVerdict.GOES_ON, after


def _heard(state: InspectionState, *, heard: bool) -> InspectionVerdict:
    """The firm's person signs what an inspector has signed, once."""
    if state in UNSIGNED:
        return InspectionVerdict.NOT_BEGUN
    return InspectionVerdict.ALREADY if heard else InspectionVerdict.STAYS
