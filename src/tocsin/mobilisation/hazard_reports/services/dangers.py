"""That the duty desk has a report of danger to life is noted with it; who handles it hears that the case there is closed."""

from datetime import datetime
from uuid import UUID

from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.states import UNANSWERED, ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.telling import tell_body


def note_case_of_report(*, report_id: UUID, number: str, now: datetime) -> None:
    """The duty desk's case. In the caller's transaction; again it changes nothing but a line."""
    with acting(report_id, ReportAct.DUTY_DESK, actor=system_actor(), now=now) as step:
        step.report.case_number = number
        step.note(number=number)


def tell_case_closed(*, number: str, now: datetime) -> None:
    """Whoever handles the reports of the duty desk's case hears that it is closed, as long as their reporters wait for an answer.
    In the caller's transaction.
    """
    waiting = HazardReport.objects.filter(case_number=number, merged_into=None, state__in=[one.value for one in UNANSWERED])
    for report in waiting.select_related("organisation"):
        tell_body(report, "case_closed", now=now)
