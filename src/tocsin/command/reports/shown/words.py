"""The words of reports upward, for their pages and for the time line of a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.command.casebook.shown import clocks as handling
from tocsin.command.reports.policy import GradeTable, report_policy
from tocsin.command.reports.rules.reports import Casualties, ChangeVerdict, ReportCause, ReportDuty, ReportKind, ReportState
from tocsin.command.reports.rules.transmissions import TransmissionState
from tocsin.screens.timeline import time_lines

KIND_NAMES = {
    ReportKind.FIRST: pgettext_lazy("report upward", "first report"),
    ReportKind.FOLLOW_UP: pgettext_lazy("report upward", "follow-up report"),
    ReportKind.FINAL: pgettext_lazy("report upward", "final report"),
}
CAUSE_NAMES = {
    ReportCause.DECLARED: pgettext_lazy("why a report is asked", "declared"),
    ReportCause.UNDECLARED: pgettext_lazy("why a report is asked", "on the desk's word, before anything is declared"),
    ReportCause.PHONED: pgettext_lazy("why a report is asked", "in writing after the telephone"),
    ReportCause.RAISED: pgettext_lazy("why a report is asked", "grade changed"),
    ReportCause.CASUALTIES: pgettext_lazy("why a report is asked", "casualties changed"),
    ReportCause.BY_HAND: pgettext_lazy("why a report is asked", "by hand"),
    ReportCause.CLOSED: pgettext_lazy("why a report is asked", "case closed"),
}
STATE_NAMES = {
    ReportState.DRAFT: pgettext_lazy("report state", "to be written and signed"),
    ReportState.SIGNED: pgettext_lazy("report state", "signed, to be sent"),
    ReportState.SENT: pgettext_lazy("report state", "sent, no receipt yet"),
    ReportState.RECEIVED: pgettext_lazy("report state", "received"),
    ReportState.DROPPED: pgettext_lazy("report state", "dropped"),
}
TRANSMISSION_NAMES = {
    TransmissionState.WAITING: pgettext_lazy("report on its way", "waits for the next attempt"),
    TransmissionState.HELD: pgettext_lazy("report on its way", "is being handed over"),
    TransmissionState.TAKEN: pgettext_lazy("report on its way", "taken by the platform"),
    TransmissionState.REFUSED: pgettext_lazy("report on its way", "refused by the platform"),
    TransmissionState.GIVEN_UP: pgettext_lazy("report on its way", "given up: the platform did not take it in time"),
    TransmissionState.UNCERTAIN: pgettext_lazy("report on its way", "uncertain: the platform may have it; ask there"),
    TransmissionState.WITHDRAWN: pgettext_lazy("report on its way", "withdrawn"),
}
EVENT_NAMES = {
    "work_accident": pgettext_lazy("event type", "work accident"),
    "traffic": pgettext_lazy("event type", "traffic accident"),
    "fire": pgettext_lazy("event type", "fire"),
    "lifeline": pgettext_lazy("event type", "lifeline failure"),
    "flood": pgettext_lazy("event type", "flood"),
    "crowd": pgettext_lazy("event type", "crowd incident"),
    "environment": pgettext_lazy("event type", "environmental event"),
    "other": pgettext_lazy("event type", "other event"),
}
FORM_NAMES = {
    "telephone": pgettext_lazy("form of a report", "by telephone"),
    "written": pgettext_lazy("form of a report", "in writing"),
}
WAY_NAMES = {
    "telephone": pgettext_lazy("how a report was sent", "telephone"),
    "fax": pgettext_lazy("how a report was sent", "fax"),
    "network": pgettext_lazy("how a report was sent", "government network"),
    "platform": pgettext_lazy("how a report was sent", "superior platform"),
    "by_hand": pgettext_lazy("how a report was sent", "by hand"),
}
LEVEL_WORDS = {
    "own": "",
    "county": pgettext_lazy("level of a body", "county"),
    "city": pgettext_lazy("level of a body", "city"),
    "province": pgettext_lazy("level of a body", "province"),
}
PART_NAMES = {
    "event": gettext_lazy("Type of event"),
    "unit": gettext_lazy("Unit concerned"),
    "occurred_at": gettext_lazy("Time of the event"),
    "place": gettext_lazy("Place"),
    "scene": gettext_lazy("Scene"),
    "course": gettext_lazy("Brief course"),
    "dead": gettext_lazy("Dead"),
    "missing": gettext_lazy("Missing"),
    "injured": gettext_lazy("Seriously injured, acute poisoning included"),
    "slightly_injured": gettext_lazy("Slightly injured"),
    "loss_yuan": gettext_lazy("Direct loss, first estimate (yuan)"),
    "measures": gettext_lazy("Measures taken"),
    "other": gettext_lazy("Other matters"),
    "contact": gettext_lazy("Contact"),
}
CASUALTY_PARTS = ("dead", "missing", "injured", "slightly_injured", "loss_yuan")


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a report's line of the time line, as words."""
    words: dict[str, str] = {}
    if figures.get("report_kind") in set(ReportKind):
        words["report_kind"] = str(KIND_NAMES[ReportKind(figures["report_kind"])])
    if "duty" in figures:
        words["addressee"] = addressee_words(figures["duty"])
    if "receipt" in figures:
        words["receipt"] = figures["receipt"] or _("no receipt number")
    if "outcome" in figures:
        words["outcome"] = outcome_words(figures["outcome"])
    if figures.get("due"):
        words["due"] = handling.moment_words(datetime.fromisoformat(figures["due"]))
    if "casualties" in figures:
        words["casualties"] = casualties_words(Casualties(**figures["casualties"]))
        if figures.get("verdict") == ChangeVerdict.TOO_LATE:
            words["casualties"] = _("%(casualties)s; too late to count for the grade") % {"casualties": words["casualties"]}
    return words


LINES = time_lines(
    {
        "report_asked": gettext_lazy("%(report_kind)s to %(addressee)s asked for, due %(due)s"),
        "report_signed": gettext_lazy("%(report_kind)s to %(addressee)s signed"),
        "report_phoned": gettext_lazy("%(report_kind)s to %(addressee)s made by telephone, taken by %(to)s"),
        "report_returned": gettext_lazy("%(report_kind)s to %(addressee)s given back"),
        "report_sent": gettext_lazy("%(report_kind)s to %(addressee)s sent"),
        "report_received": gettext_lazy("%(report_kind)s to %(addressee)s received there"),
        "report_handed_over": gettext_lazy("%(report_kind)s to %(addressee)s is handed to the platform %(platform)s"),
        "report_repeated": gettext_lazy(
            "%(report_kind)s to %(addressee)s was in flight when its sender died: uncertain, handed over again under the same key"
        ),
        "report_taken": gettext_lazy("%(report_kind)s to %(addressee)s taken by the platform %(platform)s: %(receipt)s"),
        "report_not_taken": gettext_lazy(
            "%(report_kind)s to %(addressee)s was not taken by the platform %(platform)s (%(outcome)s): send it another way"
        ),
        "report_dropped": gettext_lazy("%(report_kind)s to %(addressee)s dropped"),
        "casualties": gettext_lazy("Casualties as known now: %(casualties)s"),
    },
    _line_figures,
)


def outcome_words(outcome: str) -> str:
    """What the last attempt came to: the platform's own words, or ours for a sender that died."""
    if outcome == "sender_died":
        return _("the sender died with it in its hands")
    return outcome or _("not tried")


def addressee_words(duty: str) -> str:
    """Whom a duty names, in the reader's language, with the level; the key of a duty that the policy no longer has."""
    policy = report_policy()
    try:
        found = policy.duty(duty)
    except KeyError:
        return duty
    body = policy.bodies[found.to]
    name = body.name_zh if (get_language() or "zh").startswith("zh") else body.name_en
    level = str(LEVEL_WORDS[found.to_level])
    return _("%(body)s (%(level)s)") % {"body": name, "level": level} if level else name


def source_words(found: ReportDuty | GradeTable) -> str:
    """The law that a duty or a table of grades stands in, in the reader's language."""
    return found.source_zh if (get_language() or "zh").startswith("zh") else found.source_en


def casualties_words(figures: Casualties) -> str:
    """Numbers of people in one line."""
    told = [(PART_NAMES[name], counted(getattr(figures, name))) for name in CASUALTY_PARTS[:4]]
    return _(", ").join(f"{name} {number}" for name, number in told)


def counted(figure: float | None) -> str:
    """A number of people or of money; that nobody has counted yet is no nought."""
    return _("not known yet") if figure is None else f"{figure:g}" if figure < 1e6 else f"{figure:.0f}"
