"""Kinds of special operations, their grades, who signs, how a permit stands, and the figures that the standard gives for each."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tocsin.base.errors import InvalidInput


class PermitKind(StrEnum):
    """The eight special operations (GB 30871-2022, 3.1)."""

    HOT_WORK = "hot_work"
    CONFINED_SPACE = "confined_space"
    BLIND_PLATE = "blind_plate"
    WORK_AT_HEIGHT = "work_at_height"
    LIFTING = "lifting"
    TEMPORARY_POWER = "temporary_power"
    EARTHWORK = "earthwork"
    ROAD_CLOSURE = "road_closure"


SINGLE: Final = "single"
GRADES: Final[dict[PermitKind, tuple[str, ...]]] = {
    PermitKind.HOT_WORK: ("special", "first", "second"),
    PermitKind.WORK_AT_HEIGHT: ("IV", "III", "II", "I"),
    PermitKind.LIFTING: ("first", "second", "third"),
}
"""By kind its grades, the gravest first; a kind that is not named has the one grade SINGLE."""
STOPPED_BY_ALARMS: Final = (PermitKind.HOT_WORK, PermitKind.CONFINED_SPACE)


class SigningRole(StrEnum):
    """As what somebody signs a permit, in this order."""

    APPLICANT = "applicant"
    ANALYST = "analyst"
    WATCHER = "watcher"
    APPROVER = "approver"


class Approver(StrEnum):
    """Whose signature lets work begin."""

    UNIT = "unit"
    EQUIPMENT = "equipment"
    SAFETY = "safety"
    LEADER = "leader"
    POWER = "power"
    DEPARTMENTS = "departments"


class PermitState(StrEnum):
    """How a permit stands."""

    DRAFT = "draft"
    SIGNING = "signing"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PermitAct(StrEnum):
    """What happens to a permit."""

    DRAFTED = "drafted"
    CHANGED = "changed"
    SIGNED = "signed"
    TESTED = "tested"
    TICKED = "ticked"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    EXTENDED = "extended"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ROUND = "round"
    PHOTO = "photo"
    LATE = "late"  # something done on site came after the permit had gone on


OVER: Final = (PermitState.CLOSED, PermitState.CANCELLED, PermitState.EXPIRED)


class Emission(StrEnum):
    """What a work lets out, that no fire may meet."""

    LIQUID_DISCHARGE = "liquid_discharge"
    GAS_VENTING = "gas_venting"
    SOLVENT = "solvent"


class BlindAction(StrEnum):
    """What is done to a blind plate; one permit for one plate and one action."""

    INSERT = "insert"
    REMOVE = "remove"


type Minutes = Annotated[float, msgspec.Meta(gt=0, le=10_080)]
type Hours = Annotated[float, msgspec.Meta(gt=0, le=8_760)]
type Metres = Annotated[float, msgspec.Meta(gt=0, le=10_000)]
type Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class GradeRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the standard asks of one grade of one kind. What is None is not limited.

    `start_min`: how old a gas test may be as work starts; `pause_min`: after a longer pause there is a new one; `record_min`: how
    often continuous monitoring is written down; `raised`: one grade more on off-days and at night.
    """

    kind: PermitKind
    grade: str
    approver: Approver
    most_h: Hours | None = None
    gas_test: bool = False
    oxygen: bool = False
    start_min: Minutes | None = None
    pause_min: Minutes | None = None
    record_min: Minutes | None = None
    raised: bool = False
    video: bool = False


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measure that is ticked on site. `kinds`: of which works."""

    code: str
    kinds: tuple[PermitKind, ...]
    zh: str
    en: str


def check_rows(rows: tuple[GradeRow, ...]) -> None:
    """InvalidInput unless every grade of every kind has exactly one row."""
    wanted = {(kind, grade) for kind in PermitKind for grade in grades_of(kind)}
    told = [(row.kind, row.grade) for row in rows]
    for kind, grade in told:
        if (kind, grade) not in wanted or told.count((kind, grade)) > 1:
            raise InvalidInput("%(kind)s, %(grade)s: a grade stands once, and is one of its kind.", kind=kind, grade=grade)
    for kind, grade in sorted(wanted - set(told)):
        raise InvalidInput("%(kind)s, %(grade)s has no row.", kind=kind, grade=grade)


def grades_of(kind: PermitKind) -> tuple[str, ...]:
    """The grades of a kind, the gravest first.

    >>> grades_of(PermitKind.LIFTING), grades_of(PermitKind.EARTHWORK)
    (('first', 'second', 'third'), ('single',))
    """
    return GRADES.get(kind, (SINGLE,))
