"""How a case is handled, in words: steps with their clocks, declarations, outcomes, what closing still lacks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.models import Clock, Declaration, Outcome
from tocsin.command.queries.escalation import PlannedCall
from tocsin.command.queries.handling import Link
from tocsin.command.rules.cases import DeclarationKind, OutcomeKind
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.closing import ClosingNeed
from tocsin.command.rules.escalation import Whom
from tocsin.warning.sentences import LEVEL_NAMES

STEP_NAMES = {
    Step.JUDGE: pgettext_lazy("step of a case", "analysis"),
    Step.CONFIRM: pgettext_lazy("step of a case", "confirmation by the duty officer"),
    Step.NOTIFY_OWNER: pgettext_lazy("step of a case", "notice to owner and department"),
    Step.NOTIFY_CITY: pgettext_lazy("step of a case", "notice to the city"),
    Step.SIGN: pgettext_lazy("step of a case", "signature of the unit"),
    Step.LEAVE: pgettext_lazy("step of a case", "crew leaves"),
    Step.ARRIVE: pgettext_lazy("step of a case", "crew on site"),
    Step.CONTROL: pgettext_lazy("step of a case", "first control measure"),
    Step.PROGRESS: pgettext_lazy("step of a case", "progress report"),
    Step.FIND_CAUSE: pgettext_lazy("step of a case", "cause found"),
    Step.CLOSE: pgettext_lazy("step of a case", "closing"),
    Step.REPORT: pgettext_lazy("step of a case", "report upward"),
    Step.CHECK_IN: pgettext_lazy("step of a case", "check-in of the crew"),
    Step.TASK: pgettext_lazy("step of a case", "task of a plan"),
}
OUTCOME_NAMES = {
    OutcomeKind.SETTLED: pgettext_lazy("outcome of a case", "settled"),
    OutcomeKind.HARMLESS: pgettext_lazy("outcome of a case", "true reading, no danger"),
    OutcomeKind.FALSE_ALARM: pgettext_lazy("outcome of a case", "false alarm"),
    OutcomeKind.BY_ITSELF: pgettext_lazy("outcome of a case", "over by itself"),
    OutcomeKind.DRILL_OVER: pgettext_lazy("outcome of a case", "the drill is over"),
}
FALSE_ALARM_NAMES = {
    "sensor_fault": pgettext_lazy("cause of a false alarm", "sensor fault"),
    "calibration": pgettext_lazy("cause of a false alarm", "calibration"),
    "maintenance_work": pgettext_lazy("cause of a false alarm", "maintenance work"),
    "interference": pgettext_lazy("cause of a false alarm", "interference"),
    "wrong_limit": pgettext_lazy("cause of a false alarm", "wrong limit"),
    "test": pgettext_lazy("cause of a false alarm", "test"),
    "other": pgettext_lazy("cause of a false alarm", "other"),
}
DECLARATION_NAMES = {
    DeclarationKind.WARNING: pgettext_lazy("declaration", "warning"),
    DeclarationKind.INCIDENT: pgettext_lazy("declaration", "incident"),
}
DECLARED_LEVEL_NAMES = {
    DeclarationKind.WARNING: {
        "blue": pgettext_lazy("warning level", "blue (IV)"),
        "yellow": pgettext_lazy("warning level", "yellow (III)"),
        "orange": pgettext_lazy("warning level", "orange (II)"),
        "red": pgettext_lazy("warning level", "red (I)"),
    },
    DeclarationKind.INCIDENT: {
        "ordinary": pgettext_lazy("incident grade", "ordinary"),
        "larger": pgettext_lazy("incident grade", "larger"),
        "serious": pgettext_lazy("incident grade", "serious"),
        "particularly_serious": pgettext_lazy("incident grade", "particularly serious"),
    },
}
NEED_NAMES = {
    ClosingNeed.READINGS_HIGH: gettext_lazy("a reading is not low enough"),
    ClosingNeed.READINGS_FEW: gettext_lazy("readings have not been low for long enough"),
    ClosingNeed.READINGS_SILENT: gettext_lazy("a point is silent: its newest value says nothing of now"),
    ClosingNeed.WARMTH: gettext_lazy("a temperature is still away from its usual value"),
    ClosingNeed.PROOF: gettext_lazy("no photo or document"),
    ClosingNeed.UNIT_SIGNATURE: gettext_lazy("the lead unit has not signed that it is mended"),
    ClosingNeed.FINDING: gettext_lazy("no finding: what was it really?"),
}
ACTS = {
    "reopened_by_hand": gettext_lazy("Opened again by a person"),
    "opened_by_hand": gettext_lazy("Case taken in %(reference)s"),
    "taken": gettext_lazy("Confirmed by the duty officer"),
    "level_set": gettext_lazy("Level changed from %(from)s to %(to)s"),
    "suspended": gettext_lazy("Suspended until %(until)s"),
    "resumed": gettext_lazy("Suspension ended"),
    "declared": gettext_lazy("Declared: %(declaration)s, %(level)s"),
    "handed_upward": gettext_lazy("Handed to the level above: %(body)s"),
    "declaration_ended": gettext_lazy("Ended: %(declaration)s, %(level)s"),
    "outcome_proposed": gettext_lazy("Proposed to close: %(outcome)s; a second person has to agree"),
    "outcome_refused": gettext_lazy("Not agreed to close: %(outcome)s"),
    "ended": gettext_lazy("Closed: %(outcome)s"),
    "attached": gettext_lazy("Attached: %(name)s"),
    "calm": gettext_lazy("Readings keep the closing rule since %(since)s"),
    "calm_over": gettext_lazy("Readings no longer keep the closing rule"),
    "clock": gettext_lazy("%(step)s: %(percent)s %% of the time is over; called: %(called)s"),
}


CHAIN_NAMES = {
    "received": pgettext_lazy("link of the chain", "received"),
    "judged": pgettext_lazy("link of the chain", "judged"),
    "dispatched": pgettext_lazy("link of the chain", "dispatched"),
    "accepted": pgettext_lazy("link of the chain", "signed for"),
    "arrived": pgettext_lazy("link of the chain", "on site"),
    "controlled": pgettext_lazy("link of the chain", "controlled"),
    "mended": pgettext_lazy("link of the chain", "mended, re-check"),
    "closed": pgettext_lazy("link of the chain", "closed"),
}
STANDING_NAMES = {
    "met": pgettext_lazy("standing of a clock", "in time"),
    "met_late": pgettext_lazy("standing of a clock", "late"),
    "stopped": pgettext_lazy("standing of a clock", "no longer waited for"),
    "overdue": pgettext_lazy("standing of a clock", "overdue"),
    "nearly_overdue": pgettext_lazy("standing of a clock", "nearly overdue"),
    "running": pgettext_lazy("standing of a clock", "running"),
}
WHOM_NAMES = {
    Whom.ON_CALL: pgettext_lazy("who is called", "person on call"),
    Whom.DESK: pgettext_lazy("who is called", "duty desk"),
    Whom.SUPERIOR: pgettext_lazy("who is called", "desk above"),
    Whom.LEADER: pgettext_lazy("who is called", "leader on shift"),
}


def describe_chain(chain: Iterable[Link]) -> list[dict[str, Any]]:
    """The links with name and time; the last one reached is `current`."""
    links = list(chain)
    last = max((number for number, one in enumerate(links) if one.at is not None), default=-1)
    return [
        {"key": one.name, "name": str(CHAIN_NAMES[one.name]), "at": one.at, "standing": _link_standing(number, last, one)}
        for number, one in enumerate(links)
    ]


def _link_standing(number: int, last: int, one: Link) -> str:
    if number == last:
        return "current"
    if one.at is not None:
        return "done"
    return "skipped" if number < last else "ahead"


def describe_planned_call(one: PlannedCall) -> dict[str, Any]:
    """One line of the dry run of the escalation."""
    step = Step(one.clock.step)
    return {
        "at": one.call.at,
        "step": step.value,
        "step_name": str(STEP_NAMES.get(step, step.value)),
        "percent": one.call.stage,
        "whom": one.call.whom.value,
        "whom_name": str(WHOM_NAMES[one.call.whom]),
        "called": [called.name for called in one.called],
    }


def figure_words(figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a line of the time line as words, by their names."""
    words = {name: str(value) for name, value in figures.items() if isinstance(value, str | int | float)}
    if "step" in figures and figures["step"] in set(Step):
        words["step"] = str(STEP_NAMES.get(Step(figures["step"]), figures["step"]))
    for name in ("from", "to"):
        if isinstance(figures.get(name), int):
            words[name] = str(LEVEL_NAMES[figures[name]])
    for name in ("until", "since"):
        if figures.get(name):
            words[name] = moment_words(datetime.fromisoformat(figures[name]))
    if figures.get("kind") in set(OutcomeKind):
        words["outcome"] = outcome_words(figures["kind"], figures.get("code", ""))
    if figures.get("kind") in set(DeclarationKind):
        kind = DeclarationKind(figures["kind"])
        words["declaration"] = str(DECLARATION_NAMES[kind])
        words["level"] = str(DECLARED_LEVEL_NAMES[kind].get(figures.get("level", ""), figures.get("level", "")))
    return words


def outcome_words(kind: str, code: str) -> str:
    """How a case ended, with the cause of a false alarm."""
    name = str(OUTCOME_NAMES[OutcomeKind(kind)])
    return f"{name} ({FALSE_ALARM_NAMES.get(code, code)})" if code else name


def moment_words(moment: datetime) -> str:
    """A time as the reader's clock on the wall says it."""
    return date_format(timezone.localtime(moment), "Y-m-d H:i")


_OF_ORDERS = (Step.SIGN, Step.CHECK_IN)


def describe_clock(clock: Clock, now: datetime) -> dict[str, Any]:
    """One clock with how it stands: met, stopped, running, nearly_overdue (from half its time on) or overdue."""
    if clock.met_at is not None:
        standing = "met" if clock.met_at <= clock.due_at else "met_late"
    elif clock.stopped_at is not None:
        standing = "stopped"
    elif now > clock.due_at:
        standing = "overdue"
    else:
        standing = "nearly_overdue" if now - clock.began_at >= (clock.due_at - clock.began_at) / 2 else "running"
    return {
        "step": clock.step,
        "step_name": str(STEP_NAMES.get(Step(clock.step), clock.step)),
        "subject": clock.subject,
        "order": f"…{clock.subject[-3:]}" if clock.step in _OF_ORDERS and clock.subject else "",
        "began_at": clock.began_at,
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "standing": standing,
        "standing_name": str(STANDING_NAMES[standing]),
        "seconds_left": round((clock.due_at - (clock.met_at or now)).total_seconds()),
    }


def describe_outcome(outcome: Outcome) -> dict[str, Any]:
    """How a case ended or is proposed to end."""
    return {
        "kind": outcome.kind,
        "code": outcome.code,
        "words": outcome_words(outcome.kind, outcome.code),
        "text": outcome.text,
        "proposed_by": str(outcome.proposed_by),
        "proposed_at": outcome.proposed_at,
        "waits_for_second_person": outcome.confirmed_at is None,
    }


def describe_declaration(one: Declaration) -> dict[str, Any]:
    """A warning or an incident, on the scale of its kind."""
    kind = DeclarationKind(one.kind)
    return {
        "kind": one.kind,
        "kind_name": str(DECLARATION_NAMES[kind]),
        "scale": one.kind,
        "level": one.level,
        "level_name": str(DECLARED_LEVEL_NAMES[kind].get(one.level, one.level)),
        "text": one.text,
        "declared_by": str(one.declared_by),
        "declared_at": one.declared_at,
        "ended_at": one.ended_at,
    }
