"""A first report by telephone before anything is declared: six things, told in time; the whole report follows in writing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.digests import digest_of
from tocsin.command.casebook.rules.moments import has_been
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.reports.events import ReportSent
from tocsin.command.reports.models import Report
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries import reports as queries
from tocsin.command.reports.rules.reports import Phoned, ReportAct, ReportCause, ReportKind, ReportState
from tocsin.command.reports.services.reports import (
    begin_report,
    check_figures,
    event_of,
    moment_given,
    note,
    open_report,
    waits_no_longer,
)
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.words import PART_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def begin_first_report(*, actor: "User", case_id: UUID, channel: str = "console") -> Report:
    """The desk takes the matter for an event to be told upward, whatever will be declared: what the law wants by telephone is
    owed from now on, of a case that came in by a call from the call on. Conflict where one is owed or told already.
    """
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.KEEP)
    duties = queries.duties_by_telephone(case, event_of(case))
    if not duties:
        raise Conflict(_("The law names nobody whom this area tells by telephone: declare what it is."))
    wanted = [duty for duty in duties if queries.newest_report(case, duty.key) is None]
    if not wanted:
        raise Conflict(_("The first report is being written, or has been made."))
    touch(book, case)
    known_at = case.opened_at if case.origin == Origin.PERSON else book.now
    made = [begin_report(book, case, None, duty, ReportKind.FIRST, ReportCause.UNDECLARED, known_at) for duty in wanted]
    return made[0]


@transaction.atomic
def phone_report(
    *,
    actor: "User",
    report_id: UUID,
    phoned: Phoned,
    received_by: str,
    agreed_by: str = "",
    at: datetime | None = None,
    channel: str = "console",
) -> Report:
    """The desk has told it by telephone, and somebody there has taken it: its clock is met, and the whole report is owed in
    writing. `agreed_by`: the leader who agreed by word. Conflict for a report that is not a first one by telephone.
    """
    book, report = open_report(actor, report_id, rights.KEEP, ReportAct.PHONE, channel)
    policy = report_policy(report.region_code, report.case.opened_at)
    duty = policy.duty(report.duty)
    if report.kind != ReportKind.FIRST or duty.form != "telephone":
        raise Conflict(_("Only a first report that the law wants by telephone is phoned; this one is signed and sent."))
    _check(phoned, book.now)
    if not received_by.strip():
        raise InvalidInput(_("Say who received it."))
    said = replace(content_of(report), **{name: getattr(phoned, name) for name in Phoned.__dataclass_fields__})
    report.content, report.digest = said.values(), digest_of(said.values())
    report.state = ReportState.RECEIVED.value
    report.sent_by, report.sent_through, report.sent_at = actor, "telephone", moment_given(at, not_before=None, now=book.now)
    report.received_by, report.received_at = received_by.strip()[:120], report.sent_at
    report.agreed_by = agreed_by.strip()[:120]
    report.save()
    clocks.meet(report.case, Step.REPORT, report.number, now=report.sent_at)
    waits_no_longer(report, book)
    note(book, report, "report_phoned", text=report.agreed_by, to=report.received_by)
    record_event(ReportSent(report_id=str(report.pk), case_id=str(report.case_id)), region=report.region_code)
    within = timedelta(minutes=policy.follow_up.written_after_phone_min)
    begin_report(book, report.case, report.declaration, duty, ReportKind.FOLLOW_UP, ReportCause.PHONED, report.sent_at, within)
    return report


def _check(phoned: Phoned, now: datetime) -> None:
    if phoned.event not in report_policy().change_within_days:
        raise InvalidInput(_("There is no such type of event."))
    if not has_been(phoned.occurred_at, now):
        raise InvalidInput(_("The event lies in the past, with a time zone."))
    lacking = [name for name in ("place", "scene") if not getattr(phoned, name).strip()]
    if lacking:
        raise InvalidInput(_("Missing: %(parts)s.") % {"parts": ", ".join(str(PART_NAMES[name]) for name in lacking)})
    check_figures(phoned.casualties)


def first_report_fits(case: Case) -> bool:
    """Whether the desk may begin one: somebody is told by telephone, and nothing has been told or is being written."""
    return (
        bool(queries.duties_by_telephone(case, event_of(case))) and not case.reports.exclude(state=ReportState.DROPPED).exists()
    )
