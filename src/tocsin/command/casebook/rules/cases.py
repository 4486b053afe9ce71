"""What a case is by its alarms, its lead order and what persons decided: values in, a state out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules.order_states import OrderState

MOVES: Final = ("merged", "split", "moved")  # lines of the time line that can be taken back


class CaseState(StrEnum):
    """Where a case stands (待研判 … 已办结). Suspended is no state but an overlay with a reason and an end."""

    WAITING = "waiting"
    ANALYSING = "analysing"  # a person has touched it: the machine proposes from here on
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    CREW_LEFT = "crew_left"
    ON_SITE = "on_site"
    CONTROLLED = "controlled"
    CAUSE_FOUND = "cause_found"
    MENDED = "mended"
    RECHECKING = "rechecking"  # the readings keep the closing rule: a person has to sign
    CLOSED = "closed"
    MERGED = "merged"


OPEN_STATES: Final = tuple(state for state in CaseState if state not in (CaseState.CLOSED, CaseState.MERGED))

_BY_ORDER: Final[dict[OrderState, CaseState]] = {
    OrderState.SENT: CaseState.DISPATCHED,
    OrderState.ACCEPTED: CaseState.ACCEPTED,
    OrderState.LEFT: CaseState.CREW_LEFT,
    OrderState.ON_SITE: CaseState.ON_SITE,
    OrderState.CONTROLLED: CaseState.CONTROLLED,
    OrderState.CAUSE_FOUND: CaseState.CAUSE_FOUND,
    OrderState.MENDED: CaseState.MENDED,
}

FAULT: Final = "fault"
"""The kind of a case of a lost or faulty instrument (离线, 设备故障), which has limits of its own: nothing leaks meanwhile."""


TRADE: Final = "trade"
"""What a case of a firm is called where its kind matters: its limits, classes and plans are those of no lifeline."""
EPISODE: Final = "episode:"
"""How the reference of a case begins that an episode of a firm's work opened; its id follows."""


def own_limits(kind: str, origin_reference: str) -> str:
    """The name of the limits of a case that has its own whatever its level: `FAULT` or `TRADE`, else empty.

    >>> own_limits("fine_chemical_batch", "episode:60c5f7f0")
    'trade'
    """
    if kind == FAULT:
        return FAULT
    return TRADE if origin_reference.startswith(EPISODE) else ""


class Origin(StrEnum):
    """Whence a case comes. Another capability or platform names itself in the case's `origin_reference`."""

    ALARM = "alarm"
    PERSON = "person"  # taken by telephone or entered by hand (接报)
    CAPABILITY = "capability"  # a citizen's report, an inspection, a camera
    PLATFORM = "platform"


class OutcomeKind(StrEnum):
    """How a case ended."""

    SETTLED = "settled"  # a real matter, found and mended
    HARMLESS = "harmless"  # 非险情: the reading was true, nothing was in danger
    FALSE_ALARM = "false_alarm"  # 误报: with a cause code, above a level with a second person
    BY_ITSELF = "by_itself"  # 自行恢复: all alarms over before anybody was sent
    DRILL_OVER = "drill_over"  # 演练结束: nothing of it was real


class DeclarationKind(StrEnum):
    """A legal act of a named leader upon a case; never the machine's."""

    WARNING = "warning"  # 预警
    INCIDENT = "incident"  # 突发事件


DECLARED_LEVELS: Final[dict[DeclarationKind, tuple[str, ...]]] = {
    DeclarationKind.WARNING: ("blue", "yellow", "orange", "red"),  # Emergency Response Law Art. 63
    DeclarationKind.INCIDENT: ("ordinary", "larger", "serious", "particularly_serious"),  # State Council order 493 Art. 3
}


@dataclass(frozen=True)
class Member:
    """What a case knows of one of its alarms."""

    alarm_id: UUID
    raised_ms: int
    level: AlarmLevel
    peak_level: AlarmLevel
    is_open: bool


@dataclass(frozen=True)
class CaseFacts:
    """What the state of a case follows from. `lead_order`: of the lead unit's running order, if any."""

    any_alarm: bool
    any_open: bool
    peak_level: AlarmLevel
    touched: bool
    lead_order: OrderState | None = None
    calm: bool = False  # the readings keep the closing rule
    outcome: OutcomeKind | None = None


def state_of(facts: CaseFacts, *, closes_itself_up_to: AlarmLevel) -> CaseState:
    """The state of a case that has not been merged.

    A case ends by an outcome that persons signed. One that nobody touched and nobody was sent for ends with its last alarm, if
    its level was low enough for that. A returned order leaves the case in analysis: the local government keeps it.
    """
    if facts.outcome is not None:
        return CaseState.CLOSED
    if facts.lead_order in _BY_ORDER:
        reached = _BY_ORDER[facts.lead_order]
        return CaseState.RECHECKING if reached is CaseState.MENDED and facts.calm else reached
    if facts.any_alarm and not facts.any_open and not facts.touched and facts.peak_level <= closes_itself_up_to:
        return CaseState.CLOSED
    return CaseState.ANALYSING if facts.touched else CaseState.WAITING


def level_of(members: Iterable[Member], set_level: AlarmLevel | None = None) -> AlarmLevel:
    """The level of a case: what a person set, else the highest of its open alarms, NONE when all are over."""
    if set_level is not None:
        return set_level
    return max((one.level for one in members if one.is_open), default=AlarmLevel.NONE)


def lead_of(members: Sequence[Member]) -> UUID:
    """The alarm that speaks for a case whose lead has left it: the highest it has had, then the earliest."""
    return min(members, key=lambda one: (-one.peak_level, one.raised_ms, one.alarm_id)).alarm_id


def number_of(region_code: str, day: str, sequence: int) -> str:
    """The label of the county's case: `370213-20261124-0007`. For people; nothing reads it back.

    >>> number_of("370213", "20261124", 7)
    '370213-20261124-0007'
    """
    return f"{region_code}-{day}-{sequence:04d}"
