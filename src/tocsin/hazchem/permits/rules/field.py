"""What people enter on site away from the network, and whether it still does something when it arrives."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tocsin.fieldwork.rules import ActData, Short
from tocsin.hazchem.permits.rules.kinds import OVER, PermitState, SigningRole

WORK_PERMIT: Final = "work_permit"

type Codes = Annotated[list[Short], msgspec.Meta(max_length=50)]
type Share = Annotated[float, msgspec.Meta(ge=0, le=100)]


class PermitFieldAct(StrEnum):
    """What somebody does on site."""

    TICK = "tick"
    TEST = "test"
    PHOTO = "photo"
    ROUND = "round"
    PAUSE = "pause"
    STOP = "stop"
    CLOSE = "close"


class PermitVerdict(StrEnum):
    """What an act of the field does."""

    COUNTS = "counts"
    BEHIND = "behind"  # the permit went on after it was done, before it arrived: it is kept and does nothing


class PermitFieldData(ActData, frozen=True, kw_only=True):
    """What an act may carry. Shares in percent of the volume, toxics in mg/m³; `code`: what was scanned at the place."""

    done: Codes = []
    without: Codes = []
    flammable_percent: Share | None = None
    oxygen_percent: Share | None = None
    toxics: dict[str, float] = {}
    place: Annotated[str, msgspec.Meta(max_length=200)] = ""
    code: Annotated[str, msgspec.Meta(max_length=300)] = ""


_AT_WORK: Final = (PermitState.RUNNING, PermitState.PAUSED)
_NOT_OVER: Final = tuple(one for one in PermitState if one not in OVER)
_WHERE: Final[dict[PermitFieldAct, tuple[PermitState, ...]]] = {
    PermitFieldAct.TICK: _NOT_OVER,
    PermitFieldAct.TEST: tuple(one for one in _NOT_OVER if one is not PermitState.DRAFT),
    PermitFieldAct.PHOTO: tuple(PermitState),
    PermitFieldAct.ROUND: tuple(PermitState),
    PermitFieldAct.PAUSE: (PermitState.RUNNING,),
    PermitFieldAct.STOP: _AT_WORK,
    PermitFieldAct.CLOSE: (*_AT_WORK, PermitState.STOPPED, PermitState.EXPIRED),
}
_MOVES: Final = (PermitFieldAct.PAUSE, PermitFieldAct.STOP)

AT_ANY_PLACE: Final = (PermitFieldAct.PAUSE, PermitFieldAct.STOP)
"""What a wrong code never holds up: whoever stops work is right wherever they stand."""

CARRY_NO_CODE: Final = (*AT_ANY_PLACE, PermitFieldAct.PHOTO)
"""Of these no policy demands that the code of the place was scanned."""

DONE_BY: Final[dict[PermitFieldAct, tuple[SigningRole, ...]]] = {
    PermitFieldAct.TICK: (SigningRole.WATCHER,),
    PermitFieldAct.TEST: (SigningRole.ANALYST, SigningRole.WATCHER),
    PermitFieldAct.PHOTO: tuple(SigningRole),
    PermitFieldAct.ROUND: (SigningRole.WATCHER,),
    PermitFieldAct.PAUSE: (SigningRole.APPLICANT, SigningRole.WATCHER),
    PermitFieldAct.STOP: tuple(SigningRole),
    PermitFieldAct.CLOSE: (SigningRole.APPLICANT, SigningRole.WATCHER, SigningRole.APPROVER),
}
"""Whose button it is on the phone."""


def weigh_field_act(act: PermitFieldAct, state: PermitState, *, at: datetime, state_at: datetime) -> PermitVerdict:
    """Whether an act done at `at` counts for a permit that stands as it does since `state_at`.

    It is judged by its own time: what others did after it, and before it arrived, is not undone by it. An act that was never
    possible counts, too: its service refuses it with the reason.
    """
    possible = state in _WHERE[act]
    if possible and act in _MOVES and at < state_at:
        return PermitVerdict.BEHIND
    if not possible and at < state_at:
        return PermitVerdict.BEHIND
    return PermitVerdict.COUNTS
