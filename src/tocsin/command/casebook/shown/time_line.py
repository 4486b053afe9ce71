"""Lines of a case's time line in words; every subject adds the lines of its own acts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import CaseChange
from tocsin.command.casebook.rules.cases import MOVES, DeclarationKind, OutcomeKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import reason_sentence
from tocsin.command.casebook.shown.clocks import STEP_NAMES, moment_words
from tocsin.command.casebook.shown.outcomes import DECLARATION_NAMES, DECLARED_LEVEL_NAMES, outcome_words
from tocsin.screens.timeline import sentence_of, time_lines
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.face import AlarmWords, cause_label

LINES = time_lines(
    {
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
    }
)
CHANNEL_NAMES = {
    "console": pgettext_lazy("channel", "console"),
    "phone": pgettext_lazy("channel", "crew's phone"),
    "link": pgettext_lazy("channel", "one-time link"),
    "telephone": pgettext_lazy("channel", "by telephone"),
    "api": pgettext_lazy("channel", "API"),
}


class ChangeOut(Schema):
    id: UUID
    at: datetime
    act: str
    actor: str
    channel: str
    channel_name: str = Field(description="in words, where it came neither from the console nor from the machine itself")
    alarm_id: UUID | None
    other_case: str | None
    text: str
    sentence: str
    undone: bool
    can_undo: bool


def describe_change(change: CaseChange) -> ChangeOut:
    """One line of the time line."""
    figures = change.figures
    words = {
        "alarm": AlarmWords.from_orm(change.alarm).title if change.alarm else "–",
        "other": change.other.number if change.other else str(figures.get("gone", "–")),
        "who": str(figures.get("who", "–")),
        "alarms": str(figures.get("alarms", "–")),
        "cause": _cause(figures),
        "why": reason_sentence(figures.get("reason", ""), figures.get("why", {})),
    }
    sentence = sentence_of(change.act, figures, words, figure_words(figures))
    if change.act == "opened":
        sentence += _(": possible cause %(cause)s") % words if figures else _(": cause unknown")
    if change.text:
        sentence = pgettext("what: in whose words", "%(sentence)s: %(text)s") % {"sentence": sentence, "text": change.text}
    return ChangeOut(
        id=change.pk,
        at=change.at,
        act=change.act,
        actor=str(change.actor),
        channel=change.channel,
        channel_name=str(CHANNEL_NAMES.get(change.channel, "")) if change.channel != "console" else "",
        alarm_id=change.alarm_id,
        other_case=change.other.number if change.other else None,
        text=change.text,
        sentence=sentence,
        undone=change.undone_by_id is not None or bool(figures.get("mirror_of") and change.undone_by_id),
        can_undo=change.act in MOVES and change.undone_by_id is None,
    )


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
