"""Words for kinds, grades, states, roles, and for what lacks."""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from tocsin.hazchem.permits.policy.permits import Toxic
from tocsin.hazchem.permits.rules.conflicts import ConflictKind
from tocsin.hazchem.permits.rules.gas import GasFault
from tocsin.hazchem.permits.rules.grading import Raise
from tocsin.hazchem.permits.rules.kinds import (
    Approver,
    BlindAction,
    Emission,
    Measure,
    PermitAct,
    PermitKind,
    PermitState,
    SigningRole,
)
from tocsin.hazchem.permits.rules.signing import Lack, Missing

KIND_NAMES: Final[dict[str, Promise]] = {
    PermitKind.HOT_WORK: pgettext_lazy("work permit", "hot work"),
    PermitKind.CONFINED_SPACE: pgettext_lazy("work permit", "confined space"),
    PermitKind.BLIND_PLATE: pgettext_lazy("work permit", "blind plate"),
    PermitKind.WORK_AT_HEIGHT: pgettext_lazy("work permit", "work at height"),
    PermitKind.LIFTING: pgettext_lazy("work permit", "lifting"),
    PermitKind.TEMPORARY_POWER: pgettext_lazy("work permit", "temporary power"),
    PermitKind.EARTHWORK: pgettext_lazy("work permit", "earthwork"),
    PermitKind.ROAD_CLOSURE: pgettext_lazy("work permit", "road closure"),
}
GRADE_NAMES: Final[dict[str, Promise]] = {
    "special": pgettext_lazy("grade of a work permit", "special"),
    "first": pgettext_lazy("grade of a work permit", "first grade"),
    "second": pgettext_lazy("grade of a work permit", "second grade"),
    "third": pgettext_lazy("grade of a work permit", "third grade"),
    "I": pgettext_lazy("grade of a work permit", "grade I"),
    "II": pgettext_lazy("grade of a work permit", "grade II"),
    "III": pgettext_lazy("grade of a work permit", "grade III"),
    "IV": pgettext_lazy("grade of a work permit", "grade IV"),
    "single": pgettext_lazy("grade of a work permit", "without grades"),
}
RAISE_NAMES: Final[dict[str, Promise]] = {
    Raise.OFF_DAY: pgettext_lazy("raises a work permit", "off-day"),
    Raise.NIGHT: pgettext_lazy("raises a work permit", "night"),
    Raise.WIND: pgettext_lazy("raises a work permit", "wind"),
    Raise.FALL_FACTOR: pgettext_lazy("raises a work permit", "fall factor"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    PermitState.DRAFT: pgettext_lazy("state of a work permit", "draft"),
    PermitState.SIGNING: pgettext_lazy("state of a work permit", "being signed"),
    PermitState.APPROVED: pgettext_lazy("state of a work permit", "approved"),
    PermitState.RUNNING: pgettext_lazy("state of a work permit", "work goes on"),
    PermitState.PAUSED: pgettext_lazy("state of a work permit", "paused"),
    PermitState.STOPPED: pgettext_lazy("state of a work permit", "stopped"),
    PermitState.CLOSED: pgettext_lazy("state of a work permit", "closed"),
    PermitState.CANCELLED: pgettext_lazy("state of a work permit", "cancelled"),
    PermitState.EXPIRED: pgettext_lazy("state of a work permit", "expired"),
}
STATE_COLOURS: Final[dict[str, str]] = {
    PermitState.RUNNING: "good",
    PermitState.PAUSED: "warn",
    PermitState.STOPPED: "red",
    PermitState.SIGNING: "blue",
    PermitState.APPROVED: "blue",
}
ROLE_NAMES: Final[dict[str, Promise]] = {
    SigningRole.APPLICANT: pgettext_lazy("signs a work permit", "applicant"),
    SigningRole.ANALYST: pgettext_lazy("signs a work permit", "analyst"),
    SigningRole.WATCHER: pgettext_lazy("signs a work permit", "watcher"),
    SigningRole.APPROVER: pgettext_lazy("signs a work permit", "approver"),
}
APPROVER_NAMES: Final[dict[str, Promise]] = {
    Approver.UNIT: pgettext_lazy("approves a work permit", "unit in charge"),
    Approver.EQUIPMENT: pgettext_lazy("approves a work permit", "equipment department"),
    Approver.SAFETY: pgettext_lazy("approves a work permit", "safety department"),
    Approver.LEADER: pgettext_lazy("approves a work permit", "leader in charge of the enterprise"),
    Approver.POWER: pgettext_lazy("approves a work permit", "power supply unit"),
    Approver.DEPARTMENTS: pgettext_lazy("approves a work permit", "department in charge, the others signing beside"),
}
EMISSION_NAMES: Final[dict[str, Promise]] = {
    Emission.LIQUID_DISCHARGE: pgettext_lazy("a work lets out", "combustible liquid is discharged"),
    Emission.GAS_VENTING: pgettext_lazy("a work lets out", "combustible gas is vented"),
    Emission.SOLVENT: pgettext_lazy("a work lets out", "solvent cleaning or spray painting"),
}
BLIND_NAMES: Final[dict[str, Promise]] = {
    BlindAction.INSERT: pgettext_lazy("blind plate", "insert"),
    BlindAction.REMOVE: pgettext_lazy("blind plate", "remove"),
}
CONFLICT_NAMES: Final[dict[str, Promise]] = {
    ConflictKind.DISCHARGE: pgettext_lazy("beside a work permit", "fire too near to what is let out"),
    ConflictKind.BLIND_REMOVED: pgettext_lazy("beside a work permit", "a blind plate is taken out that a work relies on"),
    ConflictKind.BLIND_MISSING: pgettext_lazy("beside a work permit", "no finished permit has set this blind plate"),
    ConflictKind.LOADING: pgettext_lazy("beside a work permit", "a loading arm is near"),
    ConflictKind.NEAR: pgettext_lazy("beside a work permit", "another work within reach"),
    ConflictKind.SHARED_ISOLATION: pgettext_lazy("beside a work permit", "the same isolation"),
}
FAULT_NAMES: Final[dict[str, Promise]] = {
    GasFault.MISSING: pgettext_lazy("gas test", "not measured"),
    GasFault.HIGH: pgettext_lazy("gas test", "too high"),
    GasFault.LOW: pgettext_lazy("gas test", "too low"),
}
GAS_NAMES: Final[dict[str, Promise]] = {
    "flammable": pgettext_lazy("gas test", "combustible gas"),
    "oxygen": pgettext_lazy("gas test", "oxygen"),
}
LACK_NAMES: Final[dict[str, Promise]] = {
    Lack.ANALYSIS: pgettext_lazy("lacks of a work permit", "hazard analysis"),
    Lack.PERSON: pgettext_lazy("lacks of a work permit", "people to be named"),
    Lack.TEST: pgettext_lazy("lacks of a work permit", "gas test"),
    Lack.TEST_FAILED: pgettext_lazy("lacks of a work permit", "gas test that holds"),
    Lack.TEST_OLD: pgettext_lazy("lacks of a work permit", "new gas test, the last is too old"),
    Lack.TEST_AGAIN: pgettext_lazy("lacks of a work permit", "new gas test after the pause or stop"),
    Lack.MEASURES: pgettext_lazy("lacks of a work permit", "measures to be ticked on site"),
    Lack.CONFLICT: pgettext_lazy("lacks of a work permit", "another time or place: works beside it forbid it"),
    Lack.JOINT: pgettext_lazy("lacks of a work permit", "works beside it to be accepted"),
    Lack.SIGNATURE: pgettext_lazy("lacks of a work permit", "signature"),
}
ACT_NAMES: Final[dict[str, Promise]] = {
    PermitAct.DRAFTED: pgettext_lazy("step of a work permit", "drafted"),
    PermitAct.CHANGED: pgettext_lazy("step of a work permit", "changed, signatures void"),
    PermitAct.SIGNED: pgettext_lazy("step of a work permit", "signed"),
    PermitAct.TESTED: pgettext_lazy("step of a work permit", "gas tested"),
    PermitAct.TICKED: pgettext_lazy("step of a work permit", "measures ticked"),
    PermitAct.STARTED: pgettext_lazy("step of a work permit", "work began"),
    PermitAct.PAUSED: pgettext_lazy("step of a work permit", "paused"),
    PermitAct.RESUMED: pgettext_lazy("step of a work permit", "work went on"),
    PermitAct.STOPPED: pgettext_lazy("step of a work permit", "stopped"),
    PermitAct.EXTENDED: pgettext_lazy("step of a work permit", "another end"),
    PermitAct.CLOSED: pgettext_lazy("step of a work permit", "closed"),
    PermitAct.CANCELLED: pgettext_lazy("step of a work permit", "cancelled"),
    PermitAct.EXPIRED: pgettext_lazy("step of a work permit", "expired"),
    PermitAct.ROUND: pgettext_lazy("step of a work permit", "watcher's round"),
    PermitAct.PHOTO: pgettext_lazy("step of a work permit", "photo"),
    PermitAct.LATE: pgettext_lazy("step of a work permit", "came too late, does nothing"),
}
FLAG_NAMES: Final[dict[str, Promise]] = {
    "explosive_area": pgettext_lazy("of a work", "in a fire or explosion hazard area"),
    "live": pgettext_lazy("of a work", "on equipment in operation, or not isolated and cleaned"),
    "bund": pgettext_lazy("of a work", "in the bund of a major hazard with flammable media"),
    "pipe_rack": pgettext_lazy("of a work", "on a pipe rack"),
    "open_air": pgettext_lazy("of a work", "in the open air"),
    "necessary": pgettext_lazy("of a work", "can't wait for less wind"),
    "fall_factor": pgettext_lazy("of a work", "with an objective fall factor (GB/T 3608)"),
    "enriched": pgettext_lazy("of a work", "in air enriched with oxygen"),
}


def missing_words(lacks: Iterable[Missing]) -> str:
    """What lacks and who must do it, in one line."""
    return "; ".join(f"{LACK_NAMES[one.lack]} ({ROLE_NAMES[one.role]})" for one in lacks)


def in_words(row: Measure | Toxic) -> str:
    """A measure or substance of the policy in the reader's language."""
    return row.zh if (get_language() or "zh").startswith("zh") else row.en


def approver_name(code: Approver) -> str:
    """Whose signature lets work begin."""
    return str(APPROVER_NAMES[code])
