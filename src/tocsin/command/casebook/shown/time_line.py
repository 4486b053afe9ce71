"""Lines of a case's time line in words; every subject has its own acts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.command.calls import shown as duty_words
from tocsin.command.casebook.models import CaseChange
from tocsin.command.casebook.rules.cases import MOVES, DeclarationKind, OutcomeKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown import time_line as shown_time_line
from tocsin.command.casebook.shown.cases import reason_sentence
from tocsin.command.casebook.shown.clocks import STEP_NAMES, moment_words
from tocsin.command.casebook.shown.outcomes import DECLARATION_NAMES, DECLARED_LEVEL_NAMES, outcome_words
from tocsin.command.handling import shown as handling
from tocsin.command.orders import shown as orders
from tocsin.command.plans.shown import plans
from tocsin.command.reports.shown import words as report_words
from tocsin.command.routing.shown import cases as notices
from tocsin.screens.words import LEVEL_NAMES, Words
from tocsin.warning.face import AlarmWords, cause_label

_ACTS = {
    "opened": gettext_lazy("Case opened by %(alarm)s"),
    "joined": gettext_lazy("%(alarm)s joined. %(why)s"),
    "merged": gettext_lazy("%(other)s merged into this case (alarms: %(alarms)s). %(why)s"),
    "merged_there": gettext_lazy("Merged into %(other)s (alarms: %(alarms)s). %(why)s"),
    "split": gettext_lazy("Alarms went into %(other)s, a case of their own (alarms: %(alarms)s)"),
    "split_there": gettext_lazy("Split from %(other)s (alarms: %(alarms)s)"),
    "moved": gettext_lazy("%(alarm)s moved here from %(other)s. %(why)s"),
    "moved_there": gettext_lazy("%(alarm)s moved to %(other)s. %(why)s"),
    "undone": gettext_lazy("Taken back, with %(other)s"),
    "cause": gettext_lazy("Possible cause is now: %(cause)s"),
    "proposed": gettext_lazy("May belong to %(other)s: %(why)s"),
    "declined": gettext_lazy("Kept apart from %(other)s"),
    "commented": gettext_lazy("Comment"),
    "drill_said": gettext_lazy("%(who)s says"),
    "closed": gettext_lazy("Closed by itself: all its alarms are over"),
    "reopened": gettext_lazy("Open again"),
    **handling.ACTS,
    **orders.ACTS,
    **plans.ACTS,
    **report_words.ACTS,
    **notices.ACTS,
    **duty_words.ACTS,
}


def describe_change(change: CaseChange) -> dict[str, Any]:
    """One line of the time line."""
    figures = change.figures
    words = {
        **shown_time_line.figure_words(figures),
        **orders.line_words(change.act, figures),
        **plans.line_words(change.act, figures),
        **notices.line_words(change.act, figures),
        **report_words.line_words(change.act, figures),
        **duty_words.line_words(change.act, figures),
        "alarm": AlarmWords.from_orm(change.alarm).title if change.alarm else "–",
        "other": change.other.number if change.other else "–",
        "who": str(figures.get("who", "–")),
        "alarms": str(figures.get("alarms", "–")),
        "cause": _cause(figures),
        "why": reason_sentence(figures.get("reason", ""), figures.get("why", {})),
    }
    sentence = (str(_ACTS[change.act]) % Words(words)).strip() if change.act in _ACTS else change.act
    if change.act == "opened":
        sentence += _(": possible cause %(cause)s") % words if figures else _(": cause unknown")
    if change.text:
        sentence = pgettext("what: in whose words", "%(sentence)s: %(text)s") % {"sentence": sentence, "text": change.text}
    return {
        "id": change.pk,
        "at": change.at,
        "act": change.act,
        "actor": str(change.actor),
        "channel": change.channel,
        "channel_name": str(orders.CHANNEL_NAMES.get(change.channel, "")) if change.channel != "console" else "",
        "alarm_id": change.alarm_id,
        "other_case": change.other.number if change.other else None,
        "text": change.text,
        "sentence": sentence,
        "undone": change.undone_by_id is not None or bool(figures.get("mirror_of") and change.undone_by_id),
        "can_undo": change.act in MOVES and change.undone_by_id is None,
    }


def _cause(figures: Mapping[str, Any]) -> str:
    if not figures.get("cause"):
        return _("unknown")
    place = f" {figures['asset']}" if figures.get("asset") else ""
    return f"{cause_label(figures['cause'])}{place} {figures['percent']} %"


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
