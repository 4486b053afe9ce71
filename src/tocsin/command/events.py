"""News of cases. Consumers may see one twice."""

import msgspec


class CaseOpened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case has its number. `cause` is the likeliest one of its first alarm, empty where that is not known."""

    case_id: str
    number: str
    alarm_id: str
    level: int
    cause: str


class AlarmJoinedCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alarm was put into a case, for a reason of `command.rules.Reason`."""

    case_id: str
    alarm_id: str
    reason: str


class CasesMerged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All alarms of one case went into another; its number stays as another name of that."""

    case_id: str
    merged_case_id: str
    by_machine: bool


class CaseSplit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms of a case went into a case of their own."""

    case_id: str
    new_case_id: str
    alarm_ids: list[str]
    by_machine: bool


class CaseChangeUndone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merge, split or move was taken back."""

    case_id: str
    change_id: str


class CaseChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case has another state or level."""

    case_id: str
    state: str
    level: int


class CaseNoted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line was added to the time line of a case by other than the machine that gathers; `act` says what."""

    case_id: str
    act: str


class CaseProposed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine would put alarms of one case into another, and asks: a person is at work there."""

    case_id: str
    other_case_id: str
    proposal_id: str


class CaseClosed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Persons signed how a case ended: `outcome` of `command.rules.cases.OutcomeKind`, `code` the cause of a false alarm."""

    case_id: str
    outcome: str
    code: str


class CaseReopened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed case goes on: the same point rang again, or a person opened it."""

    case_id: str


class WarningRaised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader raised a case to a warning of that colour: blue, yellow, orange, red."""

    case_id: str
    declaration_id: str
    colour: str


class IncidentDeclared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader declared an incident of that grade: ordinary, larger, serious, particularly_serious."""

    case_id: str
    declaration_id: str
    grade: str


class OrderSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit was given an order of a case; `role` is one of `rules.orders.OrderRole`."""

    order_id: str
    number: str
    case_id: str
    unit_id: str
    role: str


class OrderEntered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit, its crew or the desk did something with an order. `verdict`: whether it took the order further, and why not."""

    order_id: str
    entry_id: str
    case_id: str
    act: str
    verdict: str
    state: str


class PlanStarted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader started a response plan, by its code, on a case at that level."""

    case_id: str
    plan: str
    start_id: str
    level: int


class PlanTaskEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of a started plan is done or not needed: `state` of `rules.plans.TaskState`."""

    case_id: str
    task_id: str
    state: str


class ClockFired(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a case was not done in time: 50, 100 or 150 per cent of its limit are over, and others have been called."""

    case_id: str
    step: str
    percent: int


class ShiftBegun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A desk is kept by another shift."""

    shift_id: str
    desk_id: str


class ShiftHandedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second signature under a handover was given, or refused."""

    shift_id: str
    handover_id: str
    accepted: bool


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report upward is asked for and its clock runs; `duty` is a key of `reports.toml`, `kind` first, follow_up or final."""

    report_id: str
    case_id: str
    duty: str
    kind: str


class ReportSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The leader on shift signed a report: what it says is frozen under `digest`."""

    report_id: str
    case_id: str
    digest: str


class ReportSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed report was handed upward."""

    report_id: str
    case_id: str


class NoticesWritten(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bodies and persons are about to be told something; `case_id` is empty where it is about no case."""

    case_id: str
    notice_ids: list[str]


class NobodyTold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nobody could be told, at the body itself and upward: the duty desk's screens ring until somebody sees to it."""

    case_id: str
    notice_id: str


class NoticeSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody has signed a notice, on a screen, by a key of the telephone or behind a one-time link."""

    case_id: str
    notice_id: str
    order_id: str


class NoisyRulesListed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The noisy rules of a region's week stand in a list, each with a proposal; never one without a rule."""

    list_id: str
    region_code: str
    week_until: str
    rules: int


class DrillBegan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill runs: its script's acts are done when they are due."""

    drill_id: str
    name: str


class DrillEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill is over, and its cases with it."""

    drill_id: str
    name: str
