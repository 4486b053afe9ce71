"""Reports upward (首报, 续报, 终报): what was signed, or a draft that says so on its face."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.papers import fact, moment, signature
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries.reports import versions_before, visible_reports
from tocsin.command.reports.rules.reports import Content, ReportState
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.reports import ReportOut, describe_report
from tocsin.command.reports.shown.words import CASUALTY_PARTS, EVENT_NAMES, PART_NAMES, counted
from tocsin.records.papers.rules import Paper

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def report(user: "Person", report_id: UUID, now: datetime) -> Paper:
    """The paper `report`."""
    row = visible_reports(user).filter(pk=report_id).first()
    if row is None:
        raise NotAllowed(_("There is no such report, or your rights do not reach it."))
    told = describe_report(row, now)
    values = {
        "title": capfirst(told.kind_name),
        "number": row.number,
        "printed_at": now,
        "draft": ""
        if row.signed_at or row.state == ReportState.RECEIVED
        else _("Draft: not signed. It may change and must not be sent."),
        "addressed_to": [
            fact(pgettext("paper", "To"), told.addressee),
            fact(pgettext("paper", "From"), str(centre_of(row.region_code, row.begun_at) or "")),
            fact(_("Grade"), told.grade_name),
            fact(_("Version"), str(row.sequence)),
            fact(_("Asked because"), told.cause_name),
            fact(pgettext("paper", "Due"), moment(row.due_at)),
        ],
        "content": _content(content_of(row)),
        "replaces": _replaces(row),
        "way": _way(row, told),
        "signatures": [
            signature(pgettext("signature", "Written by"), told.edited_by, row.edited_at),
            signature(pgettext("signature", "Signed by the leader"), told.signed_by, row.signed_at),
        ],
    }
    return Paper(values, "report", row.pk, row.region_code, drill=row.case.drill_id is not None)


def _content(content: Content) -> list[Any]:
    """The parts that order 493 Art. 12 asks for."""
    casualties = [f"{PART_NAMES[name]}: {counted(getattr(content.casualties, name))}" for name in CASUALTY_PARTS]
    return [
        fact(str(PART_NAMES["event"]), str(EVENT_NAMES.get(content.event, content.event))),
        fact(str(PART_NAMES["unit"]), content.unit),
        fact(str(PART_NAMES["occurred_at"]), moment(content.occurred_at)),
        fact(str(PART_NAMES["place"]), content.place),
        fact(str(PART_NAMES["scene"]), content.scene.splitlines()),
        fact(str(PART_NAMES["course"]), content.course.splitlines()),
        fact(_("Casualties and loss"), casualties),
        fact(str(PART_NAMES["measures"]), content.measures.splitlines()),
        fact(str(PART_NAMES["other"]), content.other.splitlines()),
        fact(str(PART_NAMES["contact"]), content.contact),
    ]


def _replaces(report: Report) -> str:
    numbers = ", ".join(one.number for one in versions_before(report))
    return _("It goes on from %(numbers)s.") % {"numbers": numbers} if numbers else ""


def _way(report: Report, told: ReportOut) -> list[Any]:
    """By which duty it is made, and what became of it."""
    return [
        fact(_("Legal basis"), told.source),
        fact(_("Form"), told.form_name),
        fact(pgettext("report", "Sent"), " ".join([moment(report.sent_at), told.sent_through_name]) if report.sent_at else None),
        fact(_("Receipt"), " ".join(filter(None, (told.receipt_number, told.received_by))) if report.received_at else None),
        fact(_("Digest of what was signed"), report.digest),
    ]
