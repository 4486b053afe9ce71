"""Conditions, their terms and the branch that was true, in the reader's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from ninja import Field, Schema

from tocsin.engine.conditions.model import Condition, Measure, Term
from tocsin.screens.words import LEVEL_NAMES, figure, in_language, measured, quantity_name
from tocsin.sensing.face import sensors_by_index
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.conditions.policy import CONDITIONS
from tocsin.warning.conditions.rules import PREFIX, branch_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class AlarmConditionOut(Schema):
    """A condition of the policy in force in a region, and what it does there now."""

    code: str
    name: str = Field(description="in the reader's language")
    level: int = Field(description="of its alarm: 1 blue, 2 yellow, 3 orange, 4 red")
    level_name: str
    on: bool
    terms: list[str]
    need: str = Field(description="how many of the terms, and how near to each other, in words")
    source: str
    confidence: str
    ringing: int = Field(description="open alarms of it that you see")


def describe_condition(condition: Condition, ringing: int) -> AlarmConditionOut:
    """One row of the page."""
    return AlarmConditionOut(
        code=condition.code,
        name=in_language(condition.words),
        level=condition.level,
        level_name=str(LEVEL_NAMES[condition.level]),
        on=condition.on,
        terms=[term_words(term) for term in condition.terms],
        need=need_words(condition),
        source=condition.source,
        confidence=condition.confidence,
        ringing=ringing,
    )


_AT_LEAST = {
    Measure.ALARM: gettext_lazy("%(quantity)s: an alarm of %(limit)s or higher"),
    Measure.VALUE: gettext_lazy("%(quantity)s at %(limit)s or above"),
    Measure.TOTAL: gettext_lazy("%(quantity)s of the last %(hours)s h adds up to %(limit)s or more"),
    Measure.DEVIATION: gettext_lazy("%(quantity)s above its usual band for %(hours)s h, by %(limit)s half bands from its middle"),
    Measure.NIGHT_MINIMUM: gettext_lazy("%(quantity)s at night %(limit)s times its fortnight's median or more"),
    Measure.BALANCE: gettext_lazy("%(limit)s or more of the %(quantity)s that enters a section in %(hours)s h does not leave it"),
}
_AT_MOST = {
    Measure.VALUE: gettext_lazy("%(quantity)s at %(limit)s or below"),
    Measure.TOTAL: gettext_lazy("%(quantity)s of the last %(hours)s h adds up to %(limit)s or less"),
    Measure.DEVIATION: gettext_lazy("%(quantity)s below its usual band for %(hours)s h, by %(limit)s half bands from its middle"),
    Measure.NIGHT_MINIMUM: gettext_lazy("%(quantity)s at night %(limit)s times its fortnight's median or less"),
    Measure.BALANCE: gettext_lazy("%(limit)s or less of the %(quantity)s that enters a section in %(hours)s h does not leave it"),
}


def term_words(term: Term) -> str:
    """What must be true: "Rainfall of the last 12 h adds up to 50 or more"."""
    pattern = (_AT_LEAST if term.limit == term.at_least else _AT_MOST)[term.measure]
    sentence = str(pattern) % {"quantity": quantity_name(term.quantity), "hours": term.hours, "limit": _figure(term, term.limit)}
    if term.rule:
        sentence = _("%(sentence)s, by the rule %(rule)s") % {"sentence": sentence, "rule": term.rule}
    if term.sensors == 1:
        return sentence
    several = ngettext("%(sentence)s, at %(count)d sensor", "%(sentence)s, at %(count)d different sensors", term.sensors)
    return several % {"sentence": sentence, "count": term.sensors}


def _figure(term: Term, value: float) -> str:
    """A limit or a value of a term, as people read it."""
    match term.measure:
        case Measure.VALUE:
            return measured(value, term.quantity)
        case Measure.DEVIATION:
            return figure(abs(value))
        case Measure.BALANCE:
            return f"{figure(100 * value)} %"
        case Measure.ALARM:
            return str(LEVEL_NAMES.get(int(value), ""))
        case _:
            return figure(value)


def need_words(condition: Condition) -> str:
    """How many terms, and where."""
    if condition.need == len(condition.terms):
        many = _("all of them")
    elif condition.need == 1:
        many = _("any of them")
    else:
        many = _("%(need)d of %(count)d") % {"need": condition.need, "count": len(condition.terms)}
    if condition.within_m == 0:
        return _("%(many)s, at one sensor") % {"many": many}
    words = {"many": many, "metres": figure(condition.within_m)}
    return (
        _("%(many)s, within %(metres)s m along the pipes") % words
        if condition.along
        else _("%(many)s, within %(metres)s m") % words
    )


class ConditionWords:
    """Titles and reasons of alarms of conditions, see `tocsin.warning.alarms.shown.sentences.RuleWords`."""

    prefix = PREFIX

    def title(self, alarm: Alarm) -> str:
        """The condition's own name."""
        condition = _condition_of(alarm)
        return in_language(condition.words) if condition else alarm.rule.removeprefix(PREFIX)

    def reasons(self, alarm: Alarm) -> list[str]:
        """Which terms were true, and at which sensors with which values."""
        condition = _condition_of(alarm)
        branch = branch_of(alarm.figures)
        if condition is None or not branch:
            return []
        names = {one.index: str(one) for one in sensors_by_index({sensor for _term, sensor, _value in branch})}
        told: dict[int, list[str]] = {}
        for number, sensor, value in branch:
            if number < len(condition.terms):
                shown = _figure(condition.terms[number], value)
                told.setdefault(number, []).append(f"{names.get(sensor, str(sensor))} {shown}".strip())
        return [
            _("%(term)s: %(sensors)s.") % {"term": term_words(condition.terms[number]), "sensors": ", ".join(sensors)}
            for number, sensors in told.items()
        ]


def _condition_of(alarm: Alarm) -> Condition | None:
    known: Mapping[str, Condition] = CONDITIONS.current(region=alarm.region_code).by_code
    return known.get(alarm.rule.removeprefix(PREFIX))


WORDS = ConditionWords()
