"""Since when a report names an object or place and a concrete matter: what its reporter adds counts from then on."""

from datetime import datetime

from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules.intake import says_matter
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct

_OWN_WORDS = (ReportAct.SAY.value, ReportAct.ADD.value)


def complete(report: HazardReport, *, now: datetime) -> None:
    """Where all that was said makes it valid now, it is so since now; what was valid before keeps its moment. Not saved here."""
    own = ReportEntry.objects.filter(report=report, act__in=_OWN_WORDS, by_reporter=True).values_list("text", flat=True)
    said = " ".join((report.text, *own))
    names = bool(report.object_id or report.firm or report.place or report.lon is not None)
    if report.complete_at is None and names and says_matter(said, report_policy(report.region_code).intake.least_signs):
        report.valid, report.complete_at = True, now


def complete_by_object(report: HazardReport) -> None:
    """The desk has found the object in what the reporter said: it is named since the reporter's last words. Not saved here."""
    own = ReportEntry.objects.filter(report=report, act__in=_OWN_WORDS, by_reporter=True).order_by("-at").first()
    complete(report, now=own.at if own is not None else report.received_at)
