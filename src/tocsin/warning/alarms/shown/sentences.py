"""Titles, reasons and history of alarms as sentences in the reader's language, never stored; no title names an unproven cause."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tocsin.engine.detection.catalogue import RULES
from tocsin.screens.words import LEVEL_NAMES, Words, figure, measured, moment, quantity_name, unit_name
from tocsin.warning.covers.shown.covers import hours_of, kind_name

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm

STATE_NAMES = {
    "normal": pgettext_lazy("alarm state", "over"),
    "active_unacknowledged": pgettext_lazy("alarm state", "active, unacknowledged"),
    "active_acknowledged": pgettext_lazy("alarm state", "active, acknowledged"),
    "returned_unacknowledged": pgettext_lazy("alarm state", "returned, unacknowledged"),
    "latched": pgettext_lazy("alarm state", "latched"),
    "shelved": pgettext_lazy("alarm state", "shelved"),
    "suppressed": pgettext_lazy("alarm state", "suppressed by design"),
    "out_of_service": pgettext_lazy("alarm state", "out of service"),
}
TITLES = {rule.name: gettext_lazy(rule.title) for rule in RULES if rule.title} | {
    "lost": gettext_lazy("Communication lost, silent sensors: %(value)s"),
    "flood": gettext_lazy("Flood of alarms, held back: %(value)s"),
}
REASONS = {rule.name: gettext_lazy(rule.reason) for rule in RULES if rule.reason} | {
    "lost": gettext_lazy("%(silent)s of %(sensors)s sensors behind it are silent: their values are unknown, not normal."),
    "flood": gettext_lazy(
        "More than %(most)s new alarms within %(window_min)s minutes: the first ones ring, %(held_back)s are kept under this one."
    ),
}
_HELD = gettext_lazy("It held for %(readings)s readings in a row and %(held)s s.")
_HELD_READINGS = gettext_lazy("It held for %(readings)s readings in a row.")
ACTS = {
    "raised": gettext_lazy("Alarm raised: %(value)s"),
    "repeated": gettext_lazy("Condition met again: %(value)s"),
    "escalated": gettext_lazy("Level rose to %(level)s: %(value)s"),
    "relaxed": gettext_lazy("Level fell to %(level)s: %(value)s"),
    "cleared": gettext_lazy("Condition is gone: %(value)s"),
    "saturated": gettext_lazy("The sensor is saturated: the true value is unknown"),
    "readable_again": gettext_lazy("The sensor reads again"),
    "acknowledged": gettext_lazy("Acknowledged"),
    "reset": gettext_lazy("Reset"),
    "confirmed": gettext_lazy("Confirmed what was done"),
    "shelved": gettext_lazy("Shelved until %(until)s"),
    "shelved_once": gettext_lazy("Shelved until its condition is gone, at the latest until %(until)s"),
    "unshelved": gettext_lazy("Shelving ended"),
    "suppressed": gettext_lazy("Suppressed by design"),
    "explained": gettext_lazy("Suppressed by design, because of %(text)s"),
    "value_unknown": gettext_lazy("Value unknown because of the loss of %(text)s; the alarm stays"),
    "explained_no_more": gettext_lazy("No longer explained by %(text)s"),
    "flapping": gettext_lazy("Comes and goes: level and state are held until it is calm"),
    "calm": gettext_lazy("Calm again"),
    "held_back": gettext_lazy("More alarms held back, in all: %(value)s"),
    "gathered": gettext_lazy("Belongs to case %(text)s"),
    "unsuppressed": gettext_lazy("Suppression ended"),
    "taken_out_of_service": gettext_lazy("Out of service: the sensor is disabled"),
    "out_of_service": gettext_lazy("Out of service until %(until)s"),
    "returned_to_service": gettext_lazy("Back in service"),
    "commented": gettext_lazy("Comment"),
    "assigned": gettext_lazy("Assigned to %(text)s"),
    "unassigned": gettext_lazy("No longer assigned"),
    "level_set": gettext_lazy("Level set to %(level)s"),
    "level_freed": gettext_lazy("The level that a person had set ended: %(level)s again"),
    "risen": gettext_lazy("Nobody confirmed it in time: level rose to %(level)s"),
    "lapsed": gettext_lazy("Nothing followed the acknowledgement: it lapsed, the alarm rings again"),
    "covered": gettext_lazy("Arose during: %(text)s"),
    "silenced": gettext_lazy("Silent until %(until)s because of: %(text)s"),
    "cover_ended": gettext_lazy("No longer covered by: %(text)s"),
    "doubted_calibration": gettext_lazy(
        "Below red: the calibration of the sensor has been overdue since %(text)s, and no other sensor confirms it"
    ),
    "doubted_mark": gettext_lazy(
        "Below red: a person has doubted what the sensor sends since %(text)s, and no other sensor confirms it"
    ),
    "doubt_ended": gettext_lazy("The sensor is confirmed or believed again: level %(level)s"),
    "retired": gettext_lazy("Came and went as announced: %(text)s"),
    "diagnosed": gettext_lazy("Possible causes ranked: %(causes)s"),
    "answered": gettext_lazy("Answer: %(told)s"),
    "answer_withdrawn": gettext_lazy("Answer withdrawn (%(told)s)"),
    "found": gettext_lazy("Found on site: %(told)s"),
    "finding_corrected": gettext_lazy("Finding corrected: %(told)s"),
    "diagnosis_failed": gettext_lazy("The diagnosis failed and will be tried again: %(text)s"),
    "diagnosis_given_up": gettext_lazy("No diagnosis: every attempt failed. %(text)s"),
}
_TEXT_IS_A_REASON = (
    "acknowledged",
    "reset",
    "confirmed",
    "shelved",
    "shelved_once",
    "unshelved",
    "out_of_service",
    "returned_to_service",
    "suppressed",
    "unsuppressed",
    "commented",
    "level_set",
    "answer_withdrawn",
)
_DOUBTS = {
    "calibration": pgettext_lazy("why a sensor is doubted", "its calibration is overdue"),
    "mark": pgettext_lazy("why a sensor is doubted", "a person marked what it sends"),
}
_GAS = ("methane", "ethane_ratio")
_CLOSED_SPACES = ("manhole", "chamber", "valve", "pump_station", "")


class RuleWords(Protocol):
    """Words for alarms whose rule begins with `prefix`, by the subject that raises them."""

    prefix: str

    def title(self, alarm: "Alarm") -> str:
        """What is the matter."""

    def reasons(self, alarm: "Alarm") -> list[str]:
        """Why it rang, a sentence each."""


@cache
def _contributed() -> tuple[RuleWords, ...]:
    return tuple(import_string(name.replace(":", ".")) for name in settings.ALARM_WORDS)


def _words_for(rule: str) -> RuleWords | None:
    return next((one for one in _contributed() if rule.startswith(one.prefix)), None)


def alarm_title(alarm: "Alarm") -> str:
    """What was measured: "Combustible gas 27 %LEL"."""
    if words := _words_for(alarm.rule):
        return words.title(alarm)
    pattern = TITLES.get(alarm.rule, TITLES["high"])
    title = str(pattern) % {"quantity": quantity_name(alarm.quantity), "value": measured(alarm.value, alarm.quantity)}
    return _("%(title)s (saturated, true value unknown)") % {"title": title} if alarm.unknown else title


def alarm_reasons(alarm: "Alarm") -> list[str]:
    """Why it rang, with figures; how often; and what makes its value doubtful."""
    words = _words_for(alarm.rule)
    if words:
        sentences = words.reasons(alarm)
    else:
        sentences = _rule_reasons(alarm.rule, alarm.quantity, alarm.value, alarm.limit, alarm.figures)
    if alarm.count > 1:
        sentences.append(_("The condition was met %(count)d times while the alarm was open.") % {"count": alarm.count})
    if alarm.unknown:
        sentences.append(_("The sensor fell from near full scale to nothing at once: saturated or without oxygen, not clear."))
    if alarm.explained_by is not None and alarm.state != "suppressed":
        sentences.append(_("The sensor can't be heard: its value is unknown, the alarm stays."))
    if alarm.flapping_since is not None:
        sentences.append(_("It comes and goes: level and state are held until it is calm."))
    if alarm.late:
        sentences.append(_("The readings came late: this is news from the past."))
    if alarm.doubt:
        sentences.append(
            _("Its sensor is not believed alone (%(why)s): below red until another one confirms it.")
            % {"why": _DOUBTS[alarm.doubt]}
        )
    if alarm.level_held:
        sentences.append(_("The level was set by a person."))
    if alarm.cover is not None:
        announced = {"kind": kind_name(alarm.cover.kind), "what": alarm.cover.what, "hours": hours_of(alarm.cover)}
        sentences.append(_("Announced there: %(kind)s, %(what)s (%(hours)s).") % announced)
    if alarm.loud:
        sentences.append(_("A person wants to hear it, whatever is announced there."))
    return sentences


def _rule_reasons(
    rule: str, quantity: str, value: float | None, limit: float | None, figures: Mapping[str, float | None]
) -> list[str]:
    words: dict[str, str] = {name: figure(number) for name, number in figures.items()}
    window_s = figures.get("window_s")
    words |= {
        "value": measured(value, quantity),
        "limit": measured(limit, quantity),
        "plain_limit": figure(limit),
        "unit": unit_name(quantity),
        "window_min": figure(None if window_s is None else window_s / 60),
    }
    pattern = REASONS.get(rule)
    sentences = [str(pattern) % Words(words)] if pattern is not None else []
    readings, held_s = figures.get("readings"), figures.get("held_s")
    if rule in ("high", "low") and readings and readings > 1:
        sentences.append(str(_HELD if held_s else _HELD_READINGS) % {"readings": figure(readings), "held": figure(held_s)})
    return sentences


def guidance(quantity: str, asset_kind: str) -> list[str]:
    """What to hold to until more is known; shown before everything else."""
    if quantity in _GAS and asset_kind in _CLOSED_SPACES:
        return [
            _("Until measurement excludes it, handle this as a gas leak."),
            _("No sparks, no smoking; do not open covers upwind of people; measure before anybody enters."),
        ]
    if quantity in ("hydrogen_sulphide", "carbon_monoxide", "oxygen"):
        return [_("Nobody enters without measurement, ventilation, breathing apparatus and a second person.")]
    return []


def entry_sentence(
    act: str,
    *,
    quantity: str,
    level: int,
    value: float | None,
    text: str = "",
    until: datetime | None = None,
    causes: str = "",
    told: str = "",
) -> str:
    """One line of an alarm's history. A person's own words follow after a colon."""
    words = {
        "value": measured(value, quantity),
        "level": str(LEVEL_NAMES.get(level, level)),
        "text": text,
        "until": moment(until) if until else "–",
        "causes": causes,
        "told": told,
    }
    pattern = ACTS.get(act)
    sentence = str(pattern) % words if pattern is not None else act
    if text and act in _TEXT_IS_A_REASON:
        return pgettext("what: in whose words", "%(sentence)s: %(text)s") % {"sentence": sentence, "text": text}
    return sentence
