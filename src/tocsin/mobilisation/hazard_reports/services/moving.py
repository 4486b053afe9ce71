"""A report goes to another body: of this installation, which takes it over with one press or gives it back, or to one outside.

No clock of the report begins anew by it; that it is taken over has a clock of its own.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import visible_organisations
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules import clocks
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import Acting, acting, told_bodies
from tocsin.mobilisation.hazard_reports.services.handling import require_desk, require_words
from tocsin.mobilisation.hazard_reports.services.telling import end_handing, end_notices, tell_body
from tocsin.records.face import working_days

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


def move(*, actor: "User", report_id: UUID, organisation_id: UUID, words: str, now: datetime) -> HazardReport:
    """Another body of this installation is to handle it: it is told, and takes it over or gives it back. No clock begins anew."""
    require_desk(actor, report_id)
    body = visible_organisations(actor).get(pk=organisation_id)
    require_words(words)
    with acting(report_id, ReportAct.MOVE, actor=actor, now=now) as step:
        report = step.report
        if body.pk == report.organisation_id:
            raise Conflict(_("That body has it already."))
        before = report.organisation
        _give(step, body)
        report.handed_from, report.announced = before, True
        figures = report_policy(report.region_code).clocks
        zone = timezone.get_default_timezone()
        report.handed_due = clocks.handed_due(now, figures, working_days(), zone, danger=report.danger)
        step.note(words, **told_bodies(before=before, body=body), until=report.handed_due.isoformat())
        tell_body(report, "moved", now=now, urgent=report.danger, stamp=f"moved-{report.version}")
    return step.report


def take_over(*, actor: "User", report_id: UUID, now: datetime) -> HazardReport:
    """The body to which it was given has it from now on."""
    require_desk(actor, report_id)
    with acting(report_id, ReportAct.TAKE_OVER, actor=actor, now=now) as step:
        _require_given_to(step.report, actor)
        in_time = step.report.handed_due is None or now <= step.report.handed_due
        step.note(**told_bodies(body=step.report.organisation), in_time=in_time)
        end_handing(step.report, now)
    return step.report


def give_back(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """It is not the matter of the body to which it was given: it goes back, with the reason."""
    require_desk(actor, report_id)
    require_words(words)
    with acting(report_id, ReportAct.GIVE_BACK, actor=actor, now=now) as step:
        report = step.report
        _require_given_to(report, actor)
        giver, before = report.handed_from, report.organisation
        if giver is None:
            raise Conflict(_("Nobody had it before: give it to the body whose matter it is."))
        end_handing(report, now)
        _give(step, giver)
        step.note(words, **told_bodies(before=before, body=giver))
        tell_body(report, "given_back", now=now, urgent=report.danger, stamp=f"back-{report.version}")
    return step.report


def transfer(*, actor: "User", report_id: UUID, to: str, words: str, now: datetime) -> HazardReport:
    """It goes to a body that is not in this installation; the reporter reads to whom and why, and that nothing more comes from
    here.
    """
    require_desk(actor, report_id)
    if not to.strip():
        raise InvalidInput(_("Say to which body it goes."))
    require_words(words)
    with acting(report_id, ReportAct.TRANSFER, actor=actor, now=now) as step:
        step.note(words, to=to.strip()[:200])
        end_handing(step.report, now)
        end_notices(step.report, now, "received", "reopen", "late", "soon")
    return step.report


def _give(step: Acting, body: "Organisation") -> None:
    report = step.report
    end_notices(report, step.now, "received", "reopen", "moved", "given_back", "late", "soon")
    report.organisation = body
    report.fell_to = body.region_id if body.region_id != report.region_code else ""
    report.handed_told, report.told_late = False, ""


def _require_given_to(report: HazardReport, actor: "User") -> None:
    if report.handed_due is None:
        raise Conflict(_("This report was not given to anybody, or has been taken over."))
    if actor.organisation_id != report.organisation_id:
        raise NotAllowed(_("Only people of %(body)s take it over or give it back.") % {"body": report.organisation})
