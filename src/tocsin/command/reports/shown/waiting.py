"""What waits with reports upward: for the leader's signature, for the desk to send, for a word that one came."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.rules import rights
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries.reports import visible_reports
from tocsin.command.reports.rules.reports import ReportKind, ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY
from tocsin.command.reports.shown.words import KIND_NAMES, addressee_words
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def _to_sign(user: "Actor", _now: datetime) -> QuerySet[Report]:
    return scope(visible_reports(user).filter(state=ReportState.DRAFT), user, rights.LEAD).order_by("due_at")


def _to_send(user: "Actor", _now: datetime) -> QuerySet[Report]:
    """Signed and on its way by no platform."""
    found = visible_reports(user).filter(state=ReportState.SIGNED)
    found = found.exclude(transmissions__state__in=[state.value for state in ON_ITS_WAY])
    return scope(found, user, rights.KEEP).order_by("due_at")


def _to_hear_of(user: "Actor", _now: datetime) -> QuerySet[Report]:
    return scope(visible_reports(user).filter(state=ReportState.SENT), user, rights.KEEP).order_by("sent_at")


def _tell(report: Report) -> Waiting:
    words = f"{report.number} {KIND_NAMES[ReportKind(report.kind)]} → {report.organisation or addressee_words(report.duty)}"
    due = report.due_at if report.sent_at is None else None
    return Waiting(words, reverse("report", args=[report.pk]), report.sent_at or report.begun_at, due)


WAITING: Final = (
    WaitingKind("report_sign", pgettext_lazy("what waits", "Report upward: sign"), (rights.LEAD,), found=_to_sign, tell=_tell),
    WaitingKind("report_send", pgettext_lazy("what waits", "Report upward: send"), (rights.KEEP,), found=_to_send, tell=_tell),
    WaitingKind(
        "report_receipt",
        pgettext_lazy("what waits", "Report upward: has it come?"),
        (rights.KEEP,),
        found=_to_hear_of,
        tell=_tell,
    ),
)
