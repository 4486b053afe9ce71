"""How a case ended and what was declared upon it, in words."""

from datetime import datetime

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Declaration, Outcome
from tocsin.command.casebook.rules.cases import DECLARED_LEVELS, DeclarationKind, OutcomeKind

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


TERM_NAMES = {
    "area": gettext_lazy("Area that may be hit"),
    "begins_at": gettext_lazy("Holds from"),
    "ends_at": gettext_lazy("Holds until"),
    "cautions": gettext_lazy("Points of caution"),
    "measures": gettext_lazy("Measures"),
}
# Emergency Response Law Art. 66 (every level), 67 (the two upper ones), 72 (a response).
_OF_EVERY_WARNING = gettext_lazy(
    "Plan started; information collected, analysed and reported around the clock; warnings and hotlines published."
)
_OF_UPPER_WARNINGS = gettext_lazy(
    "Rescue teams stand by; supplies moved, shelters opened; key points guarded; transport, water, drainage, power, gas, heat "
    "and health kept running; people moved, places closed where needed."
)
_OF_RESPONSES = gettext_lazy(
    "Rescue and treatment; cordon and traffic control; danger removed; people sheltered; one voice to the public."
)
_CAUTIONS = gettext_lazy("Keep out of the cordon; no fire; follow the people on site; call in what you see.")


def proposed_words(kind: DeclarationKind, level: str) -> tuple[str, str]:
    """Points of caution and measures that a form begins with."""
    if kind is DeclarationKind.INCIDENT:
        return str(_CAUTIONS), str(_OF_RESPONSES)
    upper = level in DECLARED_LEVELS[DeclarationKind.WARNING][2:]
    return str(_CAUTIONS), "\n".join([str(_OF_EVERY_WARNING), *([str(_OF_UPPER_WARNINGS)] if upper else [])])


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
    area: str = Field(description="that may be hit")
    begins_at: datetime | None
    ends_at: datetime | None = Field(description="until when it holds, or is expected to last; a leader lifts or prolongs it")
    cautions: str
    measures: str
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
        area=declaration.area,
        begins_at=declaration.begins_at,
        ends_at=declaration.ends_at,
        cautions=declaration.cautions,
        measures=declaration.measures,
        declared_by=str(declaration.declared_by),
        declared_at=declaration.declared_at,
        ended_at=declaration.ended_at,
    )
