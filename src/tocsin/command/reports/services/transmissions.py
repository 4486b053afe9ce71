"""Signed reports on their way to superior platforms: asked for by the desk, leased by a sender, settled by the answer.

What was in flight when its sender died is uncertain: it is told so in the time line and handed over again under the same key.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.bus.services import record_event
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases
from tocsin.command.reports.events import ReportSent
from tocsin.command.reports.models import Report, Transmission
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries.superiors import superior_for
from tocsin.command.reports.rules import transmissions
from tocsin.command.reports.rules.reports import ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY, TransmissionState
from tocsin.command.reports.services.superiors import Answer
from tocsin.command.reports.shown.reports import export_report
from tocsin.jurisdiction.face import system_actor
from tocsin.notices.channels.rules.verdicts import Verdict, pause_s
from tocsin.notices.messages.rules.fates import Wall, wall

if TYPE_CHECKING:
    from tocsin.command.casebook.services.log import Book
    from tocsin.jurisdiction.face import User

CHANNEL = "sender"
SENDER_DIED = "sender_died"
_ON_ITS_WAY = [state.value for state in ON_ITS_WAY]


@dataclass(frozen=True)
class Leased:
    """One that this sender holds: which platform gets what, for the how manieth time."""

    id: UUID
    platform: str
    key: str
    attempt: int
    report: dict[str, object]


@dataclass(frozen=True)
class Done:
    """What became of one that was held."""

    id: UUID
    answer: Answer


@transaction.atomic
def hand_over(*, actor: "User", report_id: UUID, channel: str = "console") -> Transmission:
    """The desk has the machine hand the signed report to its superior platform; its clock is met when the platform has taken it.

    Conflict where none is set up for its addressee, where it is on its way already, and for a drill that does not name it.
    """
    book, report = _open(actor, report_id, channel)
    return _hand_over(book, report)


def hand_over_signed(book: "Book", report: Report) -> bool:
    """At the signature it goes to its platform by itself; False where none takes it, and the desk sends it by hand."""
    try:
        with transaction.atomic():
            _hand_over(book, report)
    except Conflict:
        return False
    return True


def _hand_over(book: "Book", report: Report) -> Transmission:
    try:
        name, superior = platform_for(report) or ("", None)
    except ValueError as problem:
        raise Conflict(_("The settings of the superior platforms can't be read: %(problem)s") % {"problem": problem}) from None
    if superior is None:
        raise Conflict(_("No superior platform is set up for this addressee: send it by hand and enter how."))
    if report.case.drill is not None:
        named = wall(report.case.drill.recipients, organisation_id=report.organisation_id, person_id=None)
        if named is Wall.NOT_NAMED or not superior.exercises:
            raise Conflict(_("This is a drill: its reports go only to platforms that take exercises and bodies that it names."))
    if report.transmissions.filter(state__in=_ON_ITS_WAY).exists():
        raise Conflict(_("It is on its way to the platform already."))
    row = Transmission.objects.create(
        report=report,
        region_code=report.region_code,
        platform=name,
        digest=report.digest,
        perhaps_taken=report.transmissions.filter(digest=report.digest, perhaps_taken=True).exists(),
        asked_by=book.actor,
        asked_at=book.now,
        deadline=book.now + timedelta(minutes=report_policy().transmission.deadline_min),
        not_before=timezone.now(),
    )
    _note(book, row, "report_handed_over")
    return row


def platform_for(report: Report) -> Any:
    """The platform that takes the report's addressee, by name; None where none is set up. ValueError for unreadable settings."""
    duty = report_policy().duty(report.duty)
    return superior_for(to=duty.to, level=duty.to_level, region_code=report.region_code)


def withdraw(report: Report, *, now: datetime, to_be_changed: bool) -> None:
    """It is sent another way, or `to_be_changed`; then Conflict where the platform may have what was signed."""
    for row in report.transmissions.select_for_update():
        free = transmissions.may_be_given_back(TransmissionState(row.state), perhaps_taken=row.perhaps_taken)
        if to_be_changed and not free and row.digest == report.digest:
            raise Conflict(_("The superior platform may have this report already: what follows is a new version."))
        if row.state == TransmissionState.WAITING:
            row.state, row.ended_at = TransmissionState.WITHDRAWN.value, now
            row.save(update_fields=["state", "ended_at"])


def take(*, most: int, now: datetime, machine_now: datetime) -> list[Leased]:
    """Leases up to `most` that wait and are due."""
    waiting = Transmission.objects.filter(state=TransmissionState.WAITING, not_before__lte=machine_now, deadline__gt=now)
    if most < 1 or not waiting.exists():
        return []  # an idle sender takes no lock of the database
    lease = timedelta(seconds=report_policy().transmission.lease_s)
    related = ("report__case__drill", "report__declaration", "report__organisation", "report__signed_by")
    skip = connection.features.has_select_for_update_skip_locked
    leased = []
    with transaction.atomic():
        for row in waiting.select_for_update(of=("self",), skip_locked=skip).select_related(*related)[:most]:
            row.state, row.attempts, row.tried_at = TransmissionState.HELD.value, row.attempts + 1, now
            row.leased_until = machine_now + lease
            row.save()
            leased.append(Leased(row.pk, row.platform, row.digest, row.attempts, export_report(row.report)))
    return leased


def look_after(*, now: datetime, machine_now: datetime) -> int:
    """What time alone does: senders that died with one in their hands, and deadlines; returns how many were seen to."""
    dead = Q(state=TransmissionState.HELD, leased_until__lt=machine_now)
    late = Q(state=TransmissionState.WAITING, deadline__lte=now)
    found = list(Transmission.objects.filter(dead | late).values_list("pk", flat=True)[:100])
    for transmission_id in found:
        with transaction.atomic():
            book, row = _hold(transmission_id)
            if row.state == TransmissionState.HELD and row.leased_until is not None and row.leased_until < machine_now:
                _settle(book, row, Answer(Verdict.UNKNOWN, SENDER_DIED), machine_now)
            elif row.state == TransmissionState.WAITING and row.deadline <= now:
                _end(book, row, TransmissionState.UNCERTAIN if row.perhaps_taken else TransmissionState.GIVEN_UP)
    return len(found)


def settle(done: Done, *, machine_now: datetime) -> None:
    """What the platform said. Of one that was taken for lost meanwhile only that it was taken is believed."""
    with transaction.atomic():
        book, row = _hold(done.id)
        if row.state == TransmissionState.HELD or done.answer.verdict is Verdict.TAKEN:
            _settle(book, row, done.answer, machine_now)


def _settle(book: "Book", row: Transmission, answer: Answer, machine_now: datetime) -> None:
    if row.state == TransmissionState.TAKEN:
        return
    times, died = report_policy().transmission, answer.words == SENDER_DIED
    again = row.attempts < times.attempts and book.now < row.deadline
    state = transmissions.state_after(answer.verdict, perhaps_taken=row.perhaps_taken, again=again)
    row.perhaps_taken = row.perhaps_taken or answer.verdict is Verdict.UNKNOWN
    row.outcome, row.receipt_number, row.leased_until = answer.words[:500], answer.receipt, None
    if state is not TransmissionState.WAITING:
        _end(book, row, state)
        return
    pause = 0.0 if died else pause_s(row.attempts, times.back_off, chance=random.random())  # noqa: S311 - a pause
    row.state, row.not_before = state.value, machine_now + timedelta(seconds=pause)
    row.save()
    if died:
        _note(book, row, "report_repeated")


def _end(book: "Book", row: Transmission, state: TransmissionState) -> None:
    row.state, row.ended_at, row.leased_until = state.value, book.now, None
    row.save()
    if state is TransmissionState.TAKEN:
        _taken(book, row)
    else:
        _note(book, row, "report_not_taken", outcome=row.outcome)


def _taken(book: "Book", row: Transmission) -> None:
    """The clock is met at the moment of the answer; a receipt number is the platform's receipt."""
    report = Report.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.report_id)
    if report.state == ReportState.SIGNED:
        report.state, report.sent_by, report.sent_at = ReportState.SENT.value, row.asked_by, book.now
        report.sent_through = "platform"
        clocks.meet(report.case, Step.REPORT, report.number, now=book.now)
        record_event(ReportSent(report_id=str(report.pk), case_id=str(report.case_id)), region=report.region_code)
    if row.receipt_number and report.state == ReportState.SENT:
        report.state, report.received_at = ReportState.RECEIVED.value, book.now
        report.received_by, report.receipt_number = row.platform, row.receipt_number
    report.save()
    _note(book, row, "report_taken", receipt=row.receipt_number)


def _hold(transmission_id: UUID) -> tuple["Book", Transmission]:
    """The county's book first, as everybody takes it, then the row."""
    case_id = Transmission.objects.values_list("report__case_id", flat=True).get(pk=transmission_id)
    book, _cases = open_cases(system_actor(), CHANNEL, case_id, permission=rights.KEEP, any_state=True)
    return book, Transmission.objects.select_for_update(of=("self",)).select_related("report__case").get(pk=transmission_id)


def _open(actor: "User", report_id: UUID, channel: str) -> tuple["Book", Report]:
    case_id = Report.objects.filter(pk=report_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise Report.DoesNotExist
    book, _cases = open_cases(actor, channel, case_id, permission=rights.KEEP, any_state=True)
    report = Report.objects.select_for_update(of=("self",)).select_related("case__drill", "declaration").get(pk=report_id)
    if report.state != ReportState.SIGNED:
        raise Conflict(_("Only a report that is signed and not yet sent is handed over."))
    return book, report


def _note(book: "Book", row: Transmission, act: str, **figures: Any) -> None:
    report = row.report
    told = {"report": report.number, "report_kind": report.kind, "duty": report.duty, "platform": row.platform}
    book.note(report.case, act, figures={**told, "attempts": row.attempts, **figures})
