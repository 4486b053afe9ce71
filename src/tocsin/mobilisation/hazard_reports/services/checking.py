"""What two checkers find, what was done about it, and that a false one was malicious, which only a second person says."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries.reports import visible_reports
from tocsin.mobilisation.hazard_reports.rules import clocks
from tocsin.mobilisation.hazard_reports.rules.states import VERDICTS, ReportAct, ReportState
from tocsin.mobilisation.hazard_reports.services.acting import Acting, acting
from tocsin.mobilisation.hazard_reports.services.handling import require_desk
from tocsin.mobilisation.hazard_reports.services.photos import attach_to_check
from tocsin.mobilisation.hazard_reports.services.telling import end_notices, tell_body, tell_checkers
from tocsin.records.face import Attachment, prepare_attachment
from tocsin.supervision.face import card_number, facts_of_inspection

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def require_checker(actor: "User", report_id: UUID) -> HazardReport:
    """The report, for one of its two checkers; HazardReport.DoesNotExist out of reach, NotAllowed for anybody else."""
    report = visible_reports(actor).get(pk=report_id)
    if report.first_checker_id is None:
        raise Conflict(_("Nobody was sent to check it yet: the desk names two people first."))
    if actor.pk not in (report.first_checker_id, report.second_checker_id):
        raise NotAllowed(_("Only the two who check it write down what they found."))
    return report


def check(
    *, actor: "User", report_id: UUID, verdict: ReportState, words: str, now: datetime, done_at: datetime | None = None
) -> HazardReport:
    """What one of the two found, in words. It counts once the other one says the same (Shandong Regulation, article 42): then the
    desk is told, and the time for the answer begins. Where the other finds something else, the first is asked again. `done_at`:
    when it was written down by the clock of a phone, which may have waited for a network.
    """
    known = require_checker(actor, report_id)
    if verdict not in VERDICTS:
        raise InvalidInput(_("A report is true, partly true or not true."))
    if not words.strip():
        raise InvalidInput(_("Say it in words."))
    signs = known.checked_by_id in (None, actor.pk) or known.checked_as != verdict
    with acting(report_id, ReportAct.SIGN if signs else ReportAct.CHECK, actor=actor, now=now) as step:
        report = step.report
        if (report.checked_as, report.checked_by_id) != (known.checked_as, known.checked_by_id):
            raise Conflict(_("The other checker has just written down something: read it first."))
        written = "" if done_at is None else done_at.isoformat()
        if signs:
            _sign(step, actor, verdict, words, written)
        else:
            _find(step, verdict, words, written)
    return report


def _sign(step: Acting, actor: "User", verdict: ReportState, words: str, written: str) -> None:
    report, now = step.report, step.now
    again = (report.checked_as, report.checked_by_id) == (verdict.value, actor.pk)
    report.checked_as, report.checked_by = verdict.value, actor
    step.note(words, verdict=verdict.value, card=card_number(actor), done_at=written)
    other = report.second_checker if actor.pk == report.first_checker_id else report.first_checker
    if other is not None and not again:
        tell_checkers(report, (other,), "sign", now=now, stamp=str(report.version))


def _find(step: Acting, verdict: ReportState, words: str, written: str) -> None:
    report, now = step.report, step.now
    report.state = verdict.value
    figures = report_policy(report.region_code).clocks
    report.answer_due = clocks.answer_due(now, figures, timezone.get_default_timezone())
    card = card_number(step.actor) if step.actor is not None else ""
    in_time = report.check_due is None or now <= report.check_due
    step.note(words, verdict=verdict.value, in_time=in_time, card=card, done_at=written)
    end_notices(report, now, "assigned", "sign", "late", "photo")
    tell_body(report, "checked", now=now)


def attach(*, actor: "User", report_id: UUID, data: bytes, name: str, now: datetime) -> Attachment:
    """A photo or paper of the check, by who checks it or handles it."""
    report = visible_reports(actor).get(pk=report_id)
    if actor.pk not in (report.first_checker_id, report.second_checker_id):
        require_desk(actor, report_id)
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    with transaction.atomic():
        locked = HazardReport.objects.select_for_update(of=("self",)).select_related("object").get(pk=report.pk)
        return attach_to_check(locked, prepared, actor=actor, now=now)


def handle(*, actor: "User", report_id: UUID, words: str, finding: str, now: datetime) -> HazardReport:
    """What was done about a true one, with the number of the finding or penalty in the firm's file, where there is one."""
    require_desk(actor, report_id)
    if not words.strip():
        raise InvalidInput(_("Say it in words."))
    with acting(report_id, ReportAct.HANDLE, actor=actor, now=now) as step:
        known = facts_of_inspection(step.report.inspection_id) if step.report.inspection_id else []
        penalties = [document for one in known for document in one.documents]
        step.note(words, finding=finding.strip()[:60], findings=[one.number for one in known], penalties=penalties)
    return step.report


def claim_malicious(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """One of those who know it says that it was made up to harm; it counts once another person has agreed."""
    report = visible_reports(actor).get(pk=report_id)
    if actor.pk not in (report.first_checker_id, report.second_checker_id):
        require_desk(actor, report_id)
    if not words.strip():
        raise InvalidInput(_("Say by what one sees it."))
    with acting(report_id, ReportAct.CLAIM_MALICIOUS, actor=actor, now=now) as step:
        step.report.claimed_malicious_by = actor
        step.note(words)
        tell_body(step.report, "malicious", now=now)
    return step.report


def decide_malicious(*, actor: "User", report_id: UUID, agreed: bool, words: str, now: datetime) -> HazardReport:
    """A second person agrees, or not."""
    report = require_desk(actor, report_id)
    if report.claimed_malicious_by_id is None:
        raise InvalidInput(_("Nobody has said that this report is malicious."))
    if report.claimed_malicious_by_id == actor.pk:
        raise NotAllowed(_("Another person decides this."))
    act = ReportAct.CONFIRM_MALICIOUS if agreed else ReportAct.REJECT_MALICIOUS
    with acting(report_id, act, actor=actor, now=now) as step:
        if not agreed:
            step.report.claimed_malicious_by = None
        step.note(words)
        end_notices(step.report, now, "malicious")
    return step.report
