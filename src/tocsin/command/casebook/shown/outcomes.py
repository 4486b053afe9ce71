"""How a case ended and what was declared upon it, in words."""

from datetime import datetime

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Declaration, Outcome
from tocsin.command.casebook.rules.cases import DeclarationKind, OutcomeKind

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


def outcome_words(kind: str, code: str) -> str:
    """How a case ended, with the cause of a false alarm."""
    name = str(OUTCOME_NAMES[OutcomeKind(kind)])
    return f"{name} ({FALSE_ALARM_NAMES.get(code, code)})" if code else name


class OutcomeOut(Schema):
    kind: str
    code: str
    words: str
    text: str
    proposed_by: str
    proposed_at: datetime
    waits_for_second_person: bool


def describe_outcome(outcome: Outcome) -> OutcomeOut:
    """How a case ended or is proposed to end."""
    return OutcomeOut(
        kind=outcome.kind,
        code=outcome.code,
        words=outcome_words(outcome.kind, outcome.code),
        text=outcome.text,
        proposed_by=str(outcome.proposed_by),
        proposed_at=outcome.proposed_at,
        waits_for_second_person=outcome.confirmed_at is None,
    )


class DeclarationOut(Schema):
    kind: str
    kind_name: str
    scale: str = Field(description="the scale that its level is on: warning or incident")
    level: str
    level_name: str
    text: str
    declared_by: str
    declared_at: datetime
    ended_at: datetime | None


def describe_declaration(declaration: Declaration) -> DeclarationOut:
    """A warning or an incident, on the scale of its kind."""
    kind = DeclarationKind(declaration.kind)
    return DeclarationOut(
        kind=declaration.kind,
        kind_name=str(DECLARATION_NAMES[kind]),
        scale=declaration.kind,
        level=declaration.level,
        level_name=str(DECLARED_LEVEL_NAMES[kind].get(declaration.level, declaration.level)),
        text=declaration.text,
        declared_by=str(declaration.declared_by),
        declared_at=declaration.declared_at,
        ended_at=declaration.ended_at,
    )
