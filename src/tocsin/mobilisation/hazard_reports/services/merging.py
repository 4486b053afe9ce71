"""Several reports of one matter: one leads, the others keep their rank; taken apart, each is as it was."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.queries.reports import visible_reports
from tocsin.mobilisation.hazard_reports.rules.states import INWARD, OPEN, ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.handling import require_desk

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def merge(*, actor: "User", report_id: UUID, into: str, words: str, now: datetime) -> HazardReport:
    """The report goes into the one of that number, which leads from now on. InvalidInput for a number out of reach."""
    require_desk(actor, report_id)
    lead = visible_reports(actor).filter(number=into.strip().upper()).first()
    if lead is None:
        raise InvalidInput(_("There is no report of this number within your reach."))
    require_desk(actor, lead.pk)
    if lead.pk == report_id:
        raise InvalidInput(_("A report does not go into itself."))
    with acting(report_id, ReportAct.MERGE, actor=actor, now=now) as step:
        leading = HazardReport.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if leading.merged_into_id is not None or leading.state not in list(OPEN):
            raise Conflict(_("That one leads nothing any more: it went into another, or is over."))
        if step.report.merged.exists():
            raise Conflict(_("Others went into this report: merge the other way around."))
        put_into(step.report, leading, actor=actor, now=now, words=words)
        step.note(words, number=leading.number)
    return step.report


def put_into(report: HazardReport, lead: HazardReport, *, actor: "User | None", now: datetime, words: str = "") -> None:
    """Ties one to the other, and says so with the one that leads."""
    report.merged_into = lead
    act = ReportAct.MERGE
    ReportEntry.objects.create(
        report=lead, act=act.value, at=now, actor=actor, inward=act in INWARD, text=words, figures={"number": report.number}
    )
    if report.danger and not lead.danger:
        HazardReport.objects.filter(pk=lead.pk).update(danger=True)


def unmerge(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """It stands for itself again, with the state and the clocks that it had."""
    known = require_desk(actor, report_id)
    if known.merged_into_id is None:
        raise Conflict(_("This report stands for itself already."))
    lead = known.merged_into_id
    with acting(report_id, ReportAct.UNMERGE, actor=actor, now=now) as step:
        step.report.merged_into = None
        step.note(words)
        figures = {"number": step.report.number}
        ReportEntry.objects.create(
            report_id=lead, act=ReportAct.UNMERGE.value, at=now, actor=actor, inward=True, text=words, figures=figures
        )
    return step.report
