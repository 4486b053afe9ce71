"""Reporting upward: a declaration asks for reports with clocks; officers write, the leader on shift signs, the desk sends."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case, Declaration
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState, DeclarationKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.digests import digest_of
from tocsin.command.casebook.rules.moments import has_been
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases
from tocsin.command.casebook.services.log import Book
from tocsin.command.escalation.queries import called_by
from tocsin.command.escalation.rules import Whom
from tocsin.command.reports.events import ReportAsked, ReportSent, ReportSigned
from tocsin.command.reports.models import Report
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries import reports as queries
from tocsin.command.reports.rules import reports as rules
from tocsin.command.reports.rules.reports import (
    Casualties,
    ChangeVerdict,
    Content,
    ReportAct,
    ReportCause,
    ReportDuty,
    ReportKind,
    ReportState,
)
from tocsin.command.reports.services import transmissions
from tocsin.command.reports.shown.content import content_of, prefilled_event
from tocsin.command.reports.shown.words import PART_NAMES, WAY_NAMES
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.jurisdiction.face import require_person_at_screen
from tocsin.notices import face as notices

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.jurisdiction.rights.rules import Permission


def follow(book: Book, case: Case) -> None:
    """Begins the reports that what is declared of the case, or its end, asks for; a second call changes nothing.

    A draft of a grade that was changed goes on with its clock; whoever was told already is told the new grade.
    """
    for kind in DeclarationKind:
        declaration = queries.standing_declaration(case, kind)
        if declaration is not None:
            _follow(book, case, declaration)
    if case.state == CaseState.CLOSED:
        _finish(book, case)


def _follow(book: Book, case: Case, declaration: Declaration) -> None:
    for duty in queries.duties_of(case, declaration.kind, declaration.level, event_of(case)):
        newest = queries.newest_report(case, duty.key)
        if newest is None:
            begin_report(book, case, declaration, duty, ReportKind.FIRST, ReportCause.DECLARED, declaration.declared_at)
        elif newest.declaration_id != declaration.pk:
            if newest.state == ReportState.DRAFT:
                newest.declaration = declaration
                newest.save(update_fields=["declaration"])
            else:
                begin_report(book, case, declaration, duty, ReportKind.FOLLOW_UP, ReportCause.RAISED, declaration.declared_at)


def _finish(book: Book, case: Case) -> None:
    """The case is closed: each addressee of its incident is told the end."""
    within = timedelta(hours=report_policy(case.region_code, case.opened_at).follow_up.final_within_h)
    for duty, newest in _told(case):
        declared = newest.declaration  # none: told on the desk's word, and how it ended is told, too
        if newest.kind != ReportKind.FINAL and (declared is None or declared.kind == DeclarationKind.INCIDENT):
            begin_report(book, case, newest.declaration, duty, ReportKind.FINAL, ReportCause.CLOSED, book.now, within)


@transaction.atomic
def ask_follow_up(*, actor: "User", case_id: UUID, channel: str = "console") -> tuple[Report, ...]:
    """A follow-up to everybody who has been told, by hand; Conflict where nobody has or drafts wait for all."""
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.KEEP, any_state=True)
    made = _follow_up(book, case, ReportCause.BY_HAND)
    if not made:
        raise Conflict(_("There is nothing to follow up: no report has been signed, or the next is being written."))
    return made


@transaction.atomic
def change_casualties(
    *, actor: "User", case_id: UUID, casualties: Casualties, channel: str = "console"
) -> tuple[ChangeVerdict, tuple[Report, ...]]:
    """The numbers of people as they are known now: kept in the time line; a follow-up is asked for where the law asks for one.

    What becomes known after the days that count (30; traffic and fire 7) stays in the time line and changes no report: a death
    then makes no other grade.
    """
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.KEEP, any_state=True)
    check_figures(casualties)
    told = queries.last_told(case)
    content = content_of(told) if told else None
    within = report_policy(case.region_code, case.opened_at).change_within_days
    verdict = rules.judge_change(
        content.casualties if content else None,
        casualties,
        occurred_on=timezone.localdate(content.occurred_at if content else case.begun_at),
        today=timezone.localdate(book.now),
        within_days=within[content.event] if content else 0,  # type: ignore[index]
    )
    book.note(case, "casualties", figures={"casualties": msgspec.to_builtins(casualties), "verdict": verdict.value})
    made = _follow_up(book, case, ReportCause.CASUALTIES) if verdict is ChangeVerdict.FOLLOW_UP else ()
    drafts = Report.objects.filter(case=case, state=ReportState.DRAFT)
    for report in drafts if verdict is not ChangeVerdict.TOO_LATE else ():
        values = content_of(report).values() | {"casualties": msgspec.to_builtins(casualties)}
        report.content = values
        report.save(update_fields=["content"])
    return verdict, made


@transaction.atomic
def edit_report(*, actor: "User", report_id: UUID, content: Content, channel: str = "console") -> Report:
    """The officer's words; from now on they stand in place of what the case says by itself."""
    book, report = open_report(actor, report_id, rights.KEEP, ReportAct.EDIT, channel)
    if content.event not in report_policy().change_within_days:
        raise InvalidInput(_("There is no such type of event."))
    if not has_been(content.occurred_at, book.now):
        raise InvalidInput(_("The event lies in the past, with a time zone."))
    check_figures(content.casualties)
    report.content, report.edited_at, report.edited_by = content.values(), book.now, actor
    report.save(update_fields=["content", "edited_at", "edited_by"])
    return report


@transaction.atomic
def sign_report(*, actor: "User", report_id: UUID, seen: str, channel: str = "console") -> Report:
    """The leader on shift signs (审签): what it says is frozen. `seen` is the digest of the content that the leader read.

    Conflict where it has changed since; InvalidInput where parts that order 493 Art. 12 asks for are missing.
    """
    require_person_at_screen(actor)
    book, report = open_report(actor, report_id, rights.LEAD, ReportAct.SIGN, channel)
    content = content_of(report)
    if seen != content.digest():
        raise Conflict(_("The report has changed since you read it: read it again."))
    lacking = rules.missing_parts(content)
    if lacking:
        raise InvalidInput(_("Missing: %(parts)s.") % {"parts": ", ".join(str(PART_NAMES[name]) for name in lacking)})
    report.content, report.signed_by, report.signed_at = content.values(), actor, book.now
    report.state, report.returned_reason = ReportState.SIGNED.value, ""
    report.digest = digest_of(signed_values(report))
    report.save()
    note(book, report, "report_signed", digest=report.digest)
    waits_no_longer(report, book)
    if not transmissions.hand_over_signed(book, report):
        _ask_to_send(book, report)
    event = ReportSigned(report_id=str(report.pk), case_id=str(report.case_id), digest=report.digest)
    record_event(event, region=report.region_code)
    return report


@transaction.atomic
def return_report(*, actor: "User", report_id: UUID, reason: str, channel: str = "console") -> Report:
    """The leader gives it back to be written anew, also after the signature while it is not sent; its clock goes on."""
    book, report = open_report(actor, report_id, rights.LEAD, ReportAct.RETURN, channel)
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    transmissions.withdraw(report, now=book.now, to_be_changed=True)
    report.state, report.returned_reason = ReportState.DRAFT.value, reason.strip()[:500]
    report.signed_by, report.signed_at, report.digest = None, None, ""
    report.save()
    note(book, report, "report_returned", text=reason)
    return report


@transaction.atomic
def send_report(*, actor: "User", report_id: UUID, through: str, at: datetime | None = None, channel: str = "console") -> Report:
    """The desk has handed it upward, `through` one of WAY_NAMES; its clock is met."""
    book, report = open_report(actor, report_id, rights.KEEP, ReportAct.SEND, channel)
    if through not in WAY_NAMES:
        raise InvalidInput(_("Say how it was sent: %(ways)s.") % {"ways": ", ".join(WAY_NAMES)})
    sent_at = moment_given(at, not_before=report.signed_at, now=book.now)
    transmissions.withdraw(report, now=book.now, to_be_changed=False)
    report.state, report.sent_by, report.sent_at, report.sent_through = ReportState.SENT.value, actor, sent_at, through
    report.save()
    clocks.meet(report.case, Step.REPORT, report.number, now=sent_at)
    wait_for_receipt(report, sent_at)
    waits_no_longer(report, book)
    note(book, report, "report_sent", through=through)
    record_event(ReportSent(report_id=str(report.pk), case_id=str(report.case_id)), region=report.region_code)
    return report


@transaction.atomic
def note_receipt(
    *,
    actor: "User",
    report_id: UUID,
    received_by: str,
    receipt_number: str = "",
    at: datetime | None = None,
    channel: str = "console",
) -> Report:
    """Who took it there, under which number and when."""
    book, report = open_report(actor, report_id, rights.KEEP, ReportAct.RECEIPT, channel)
    if not received_by.strip():
        raise InvalidInput(_("Say who received it."))
    report.received_at = moment_given(at, not_before=report.sent_at, now=book.now)
    report.received_by, report.receipt_number = received_by.strip()[:120], receipt_number.strip()[:120]
    report.state = ReportState.RECEIVED.value
    report.save()
    clocks.meet(report.case, Step.RECEIPT, report.number, now=report.received_at)
    note(book, report, "report_received", text=f"{report.received_by} {report.receipt_number}".strip())
    return report


@transaction.atomic
def drop_report(*, actor: "User", report_id: UUID, reason: str, channel: str = "console") -> Report:
    """A draft that nothing declared stands behind any more is no longer asked for; the leader says why."""
    book, report = open_report(actor, report_id, rights.LEAD, ReportAct.DROP, channel)
    if report.declaration is not None and report.declaration.ended_at is None:
        raise Conflict(_("What was declared still stands: the report is owed."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    report.state = ReportState.DROPPED.value
    report.save(update_fields=["state"])
    clocks.stop(report.case, Step.REPORT, report.number, now=book.now)
    waits_no_longer(report, book)
    note(book, report, "report_dropped", text=reason)
    return report


def signed_values(report: Report) -> dict[str, object]:
    """What the digest of a signed report is of."""
    return {
        "id": str(report.pk),
        "number": report.number,
        "duty": report.duty,
        "kind": report.kind,
        "content": report.content,
        "signed_by": str(report.signed_by_id),
        "signed_at": report.signed_at.isoformat() if report.signed_at else "",
    }


def _follow_up(book: Book, case: Case, cause: ReportCause) -> tuple[Report, ...]:
    within = timedelta(minutes=report_policy(case.region_code, case.opened_at).follow_up.change_within_min)
    return tuple(
        begin_report(book, case, newest.declaration, duty, ReportKind.FOLLOW_UP, cause, book.now, within)
        for duty, newest in _told(case)
    )


def _told(case: Case) -> Iterable[tuple[ReportDuty, Report]]:
    """Duties whose newest report is signed, with it."""
    known = {one.key: one for one in report_policy(case.region_code, case.opened_at).all_duties}
    for key in sorted(set(Report.objects.filter(case=case).values_list("duty", flat=True)) & set(known)):
        newest = queries.newest_report(case, key)
        if newest is not None and (newest.signed_at is not None or newest.state in queries.SENT):
            yield known[key], newest


def begin_report(
    book: Book,
    case: Case,
    declaration: Declaration | None,
    duty: ReportDuty,
    kind: ReportKind,
    cause: ReportCause,
    began_at: datetime,
    within: timedelta | None = None,
) -> Report:
    """A report that is owed from now on, with its clock; the leader on shift hears of it."""
    limit = duty.within if within is None else within
    report = Report.objects.create(
        number=f"{case.number}-R{Report.objects.filter(case=case).count() + 1:02d}",
        case=case,
        declaration=declaration,
        region_code=case.region_code,
        duty=duty.key,
        organisation=queries.addressee_of(duty, case.region_code),
        kind=kind.value,
        cause=cause.value,
        sequence=Report.objects.filter(case=case, duty=duty.key).count() + 1,
        begun_at=began_at,
        begun_by=book.actor,
        due_at=began_at + limit,
    )
    clocks.begin(case, Step.REPORT, report.number, now=began_at, limit=limit)
    _ask_to_sign(book, case, report)
    note(book, report, "report_asked", due=report.due_at.isoformat(), because=cause.value)
    event = ReportAsked(report_id=str(report.pk), case_id=str(case.pk), duty=duty.key, kind=kind.value)
    record_event(event, region=case.region_code)
    return report


def _ask_to_sign(book: Book, case: Case, report: Report) -> None:
    """The leader on shift hears at once of a report that waits: its first minutes are the law's."""
    for called in called_by(None, Whom.LEADER, region_code=case.region_code, at=book.now):
        notices.write(
            subject_of(case),
            organisation=called.organisation,
            person=called.person,
            purpose=Purpose.REPORT,
            why=Why.LEADER.value,
            urgent=True,
            key=f"report-{report.pk}-{called.key}",
            figures={"report": report.number, "due_at": report.due_at.isoformat()},
            now=book.now,
            directory=directory_of(book),
        )


def _ask_to_send(book: Book, report: Report) -> None:
    """The desk hears at once that a report is signed and no platform takes it: it goes out by hand."""
    desk = centre_of(report.region_code, book.now)
    for called in called_by(desk, Whom.ON_CALL, region_code=report.region_code, at=book.now):
        notices.write(
            subject_of(report.case),
            organisation=called.organisation,
            person=called.person,
            purpose=Purpose.REPORT,
            why=Why.ON_DUTY.value,
            urgent=True,
            key=f"report-{report.pk}-send-{called.key}",
            figures={"report": report.number, "due_at": report.due_at.isoformat(), "signed": True},
            now=book.now,
            directory=directory_of(book),
        )


def wait_for_receipt(report: Report, sent_at: datetime) -> None:
    """From now on the desk waits for a word from there that it came."""
    within = report_policy(report.region_code, report.case.opened_at).follow_up.receipt_within_min
    clocks.begin(report.case, Step.RECEIPT, report.number, now=sent_at, limit=timedelta(minutes=within))


def waits_no_longer(report: Report, book: Book) -> None:
    """Nobody is asked for its signature, or to send it, any more."""
    notices.silence(notices_of(report.case).filter(key__startswith=f"report-{report.pk}-"), book.now)


def open_report(actor: "User", report_id: UUID, permission: "Permission", act: ReportAct, channel: str) -> tuple[Book, Report]:
    """The book, held, and the report, locked; Conflict where the act does not follow on how it stands."""
    case_id = Report.objects.filter(pk=report_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Report.DoesNotExist
    book, _cases = open_cases(actor, channel, case_id, permission=permission, any_state=True)
    report = Report.objects.select_for_update(of=("self",)).select_related("case", "declaration").get(pk=report_id)
    if rules.state_after(ReportState(report.state), act) is None:
        raise Conflict(_("This can't be done with the report as it stands; a sent report is followed by a new version."))
    return book, report


def note(book: Book, report: Report, act: str, *, text: str = "", **figures: Any) -> None:
    """A line of the case's time line about one of its reports."""
    told = {"report": report.number, "report_kind": report.kind, "duty": report.duty, **figures}
    book.note(report.case, act, text=text, figures=told)


def event_of(case: Case) -> str:
    """The kind of event, as it was told last; else as the case was taken in."""
    told = queries.last_told(case)
    return content_of(told).event if told else prefilled_event(case)


def check_figures(casualties: Casualties) -> None:
    """InvalidInput for numbers below nought."""
    if min(*casualties.people, casualties.loss_yuan or 0.0) < 0:
        raise InvalidInput(_("Numbers of people and of loss are not negative."))


def moment_given(at: datetime | None, *, not_before: datetime | None, now: datetime) -> datetime:
    """The time that was given, else now; InvalidInput for one before the step that comes first, or in the future."""
    if at is None:
        return now
    if not has_been(at, now) or (not_before is not None and at < not_before):
        raise InvalidInput(_("That time can't be: it lies after the signature and not in the future, with a time zone."))
    return at
