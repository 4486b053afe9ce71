"""What the desk does with a report: accept, refuse, pass on, assign, ask, answer, close. Each act asks for its right there."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.queries.reports import checkers_for, has_evidence, held_until_of, visible_reports
from tocsin.mobilisation.hazard_reports.rules import clocks, rights
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.completing import complete_by_object
from tocsin.mobilisation.hazard_reports.services.telling import end_notices, tell_checkers
from tocsin.supervision.face import plan_inspection_of_report, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def require_desk(actor: "User", report_id: UUID) -> HazardReport:
    """The report, for who handles reports there; HazardReport.DoesNotExist out of reach, NotAllowed for who only sees it."""
    report = visible_reports(actor).get(pk=report_id)
    require(actor, rights.HANDLE, report.region_code)
    return report


def accept(*, actor: "User", report_id: UUID, now: datetime) -> HazardReport:
    """It is accepted: from now on its check has a time."""
    require_desk(actor, report_id)
    with acting(report_id, ReportAct.ACCEPT, actor=actor, now=now) as step:
        report, zone = step.report, timezone.get_default_timezone()
        figures = report_policy(report.region_code).clocks
        if report.check_due is None:
            report.check_due = clocks.check_due(report.received_at, now, figures, zone, danger=False)
        step.note(in_time=report.accept_due is None or now <= report.accept_due)
        end_notices(report, now, "received", "reopen", "late")
    return report


def refuse(*, actor: "User", report_id: UUID, reason: str, words: str, now: datetime) -> HazardReport:
    """It is refused, with a reason of the fixed list; the reporter reads reason and words."""
    known = require_desk(actor, report_id)
    reasons = report_policy(known.region_code).refusals
    if reason not in reasons:
        raise InvalidInput(_("Use one of these reasons: %(reasons)s.") % {"reasons": ", ".join(reasons)})
    with acting(report_id, ReportAct.REFUSE, actor=actor, now=now) as step:
        step.report.refusal = reason
        step.note(words, reason=reason)
        end_notices(step.report, now, "received", "reopen", "late")
    return step.report


def set_object(*, actor: "User", report_id: UUID, object_id: UUID, now: datetime) -> HazardReport:
    """The desk knows which firm or place of the register is meant; an inspection and its papers hang on it."""
    require_desk(actor, report_id)
    found = visible_objects(actor).get(pk=object_id)
    with acting(report_id, ReportAct.NOTE, actor=actor, now=now) as step:
        if step.report.inspection_id is not None:
            raise Conflict(_("An inspection was planned already: it names the object."))
        step.report.object, step.report.trade = found, step.report.trade or found.trade
        _require_strangers(step.report)
        complete_by_object(step.report)
        step.note(object=found.name)
    return step.report


def set_situation(*, actor: "User", report_id: UUID, situation: str, now: datetime) -> HazardReport:
    """Which situation of the standard's list it is; empty: none of them. The body stays: the page shows whom the list names."""
    known = require_desk(actor, report_id)
    code = situation.strip()
    if code and code not in routing_policy(known.region_code).situations:
        raise InvalidInput(_("The list has no situation %(code)s.") % {"code": code})
    with acting(report_id, ReportAct.CLASSIFY, actor=actor, now=now) as step:
        step.report.situation = code
        step.note(situation=code)
    return step.report


def assign(*, actor: "User", report_id: UUID, first_id: UUID, second_id: UUID, now: datetime) -> HazardReport:
    """Two people check it (Shandong Regulation, article 42). Where the object is known, an inspection is planned for them."""
    known = require_desk(actor, report_id)
    people = {one.pk: one for one in checkers_for(known)}
    if first_id == second_id or not {first_id, second_id} <= set(people):
        raise InvalidInput(
            _("Two people check it: with the right to inspect there, not of the firm reported, and not named in the report.")
        )
    if (until := held_until_of(known)) is not None and now < until:
        raise Conflict(
            _("Few people work there, and whoever reported would be guessed: assign it from %(until)s on.")
            % {"until": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"}
        )
    pair = (people[first_id], people[second_id])
    with acting(report_id, ReportAct.ASSIGN, actor=actor, now=now) as step:
        report = step.report
        report.first_checker, report.second_checker = pair
        report.checked_as, report.checked_by = "", None
        if report.object_id is not None:
            day = timezone.localdate(now)
            report.inspection = plan_inspection_of_report(
                actor=actor, object_id=report.object_id, first=pair[0], second=pair[1], planned_for=day, now=now
            )
        step.note(checkers=[str(one) for one in pair], inspection=report.inspection.number if report.inspection else "")
        tell_checkers(report, pair, "assigned", now=now)
    return report


def extend(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """The check gets more days, once, with a reason."""
    require_desk(actor, report_id)
    require_words(words)
    with acting(report_id, ReportAct.EXTEND, actor=actor, now=now, once="extended") as step:
        report = step.report
        if report.danger or report.check_due is None:
            raise Conflict(_("A check of danger to life is not put off."))
        from_day = report.check_due
        report.extended = True
        report.check_due = from_day + timedelta(days=report_policy(report.region_code).clocks.extension_days)
        step.note(words, until=report.check_due.isoformat())
    return report


def note(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """A note among those who work on it: the reporter never reads it."""
    visible_reports(actor).get(pk=report_id)
    require_words(words)
    with acting(report_id, ReportAct.NOTE, actor=actor, now=now) as step:
        step.note(words)
    return step.report


def ask_reporter(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """A question that the reporter finds by number and secret."""
    require_desk(actor, report_id)
    require_words(words)
    return _simple(actor, report_id, ReportAct.ASK, words, now)


def answer(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """What the reporter reads at the end: what was found and done."""
    require_desk(actor, report_id)
    require_words(words)
    with acting(report_id, ReportAct.ANSWER, actor=actor, now=now) as step:
        step.report.answer = words.strip()
        step.note(words, in_time=step.report.answer_due is None or now <= step.report.answer_due)
        end_notices(step.report, now, "checked", "late")
    return step.report


def close(*, actor: "User", report_id: UUID, words: str, now: datetime) -> HazardReport:
    """It is over. A true one needs evidence, see `has_evidence`."""
    known = require_desk(actor, report_id)
    if not has_evidence(known):
        raise Conflict(
            _("Closing needs evidence: a photo of the mended place, findings of the inspection, or the reporter's word.")
        )
    return _simple(actor, report_id, ReportAct.CLOSE, words, now)


def _simple(actor: "User", report_id: UUID, act: ReportAct, words: str, now: datetime) -> HazardReport:
    with acting(report_id, act, actor=actor, now=now) as step:
        step.note(words)
    return step.report


def require_words(words: str) -> None:
    if not words.strip():
        raise InvalidInput(_("Say it in words."))


def _require_strangers(report: HazardReport) -> None:
    """Whoever was sent to check it is not of the firm that turns out to be meant."""
    sent = {report.first_checker_id, report.second_checker_id} - {None}
    if sent - {one.pk for one in checkers_for(report)}:
        raise Conflict(_("One of the two who check it belongs to this firm or may not inspect there: name two others first."))
