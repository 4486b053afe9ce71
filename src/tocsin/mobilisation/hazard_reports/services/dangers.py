"""That the duty desk has a report of danger to life is noted with it."""

from datetime import datetime
from uuid import UUID

from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting


def note_case_of_report(*, report_id: UUID, number: str, now: datetime) -> None:
    """The duty desk's case. In the caller's transaction; again it changes nothing but a line."""
    with acting(report_id, ReportAct.DUTY_DESK, actor=system_actor(), now=now) as step:
        step.report.case_number = number
        step.note(number=number)
