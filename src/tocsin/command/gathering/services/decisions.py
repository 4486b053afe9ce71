"""Persons merge and split cases, take back, and answer what the machine asks. The machine does not undo it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.command.casebook.models import Case, CaseChange, Membership
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.alarm_facts import Join, Reason
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import open_book
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.gathering.services import transfers as moves
from tocsin.jurisdiction.face import may, require
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def merge_cases(*, actor: "User", case_id: UUID, into_id: UUID, text: str = "", channel: str = "console") -> Case:
    """All alarms of the first case go into the second, whose number goes on. Conflict for one that was merged already."""
    book, (source, target) = open_cases(actor, channel, case_id, into_id)
    if source.pk == target.pk:
        raise InvalidInput(_("A case can't be merged into itself."))
    moves.merge(book, source, target, Join(Reason.BY_PERSON), text=text)
    return target


@transaction.atomic
def split_case(*, actor: "User", case_id: UUID, alarm_ids: Iterable[UUID], text: str = "", channel: str = "console") -> Case:
    """These alarms go into a case of their own, which the machine keeps apart. At least one has to remain."""
    book, (source,) = open_cases(actor, channel, case_id)
    wanted = set(alarm_ids)
    rows = list(Membership.objects.filter(case=source, alarm_id__in=wanted))
    if not wanted or len(rows) != len(wanted):
        raise InvalidInput(_("Name alarms of this case."))
    if len(rows) == Membership.objects.filter(case=source).count():
        raise InvalidInput(_("At least one alarm has to remain in the case."))
    target, _change = moves.split(book, source, rows, text=text)
    return target


@transaction.atomic
def undo_change(*, actor: "User", change_id: UUID, text: str = "", channel: str = "console") -> Case:
    """Takes back a merge, split or move. Conflict where it was taken back before or something later builds on it."""
    change = _visible_change(actor, change_id)
    book = open_book(change.case.region_code, actor=actor, channel=channel, now=current_time())
    change = CaseChange.objects.select_related("case", "other").get(pk=change_id)  # as it is now that the book is held
    moves.undo(book, change, text=text)
    return Case.objects.get(pk=change.case_id)


@transaction.atomic
def answer_proposal(*, actor: "User", proposal_id: UUID, accept: bool, text: str = "", channel: str = "console") -> Case:
    """Yes: the alarms go where the machine proposed. No: the two cases stay apart, and it asks no more."""
    asked = Proposal.objects.select_related("case").filter(pk=proposal_id).first()
    if asked is None or not may(actor, rights.SEE, asked.case.region_code):
        raise Proposal.DoesNotExist
    book, (case, other) = open_cases(actor, channel, asked.case_id, asked.other_id)
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None or proposal.answered_at is not None:
        raise Conflict(_("This proposal has been answered, or no longer holds."))
    proposal.answered_at, proposal.answered_by, proposal.accepted = book.now, actor, accept
    proposal.save()
    if not accept:
        Apart.objects.get_or_create(one=case, other=other)
        touch(book, case)
        book.note(case, "declined", other=other, alarm_id=proposal.alarm_id, text=text)
        return case
    join = Join(Reason(proposal.reason), proposal.figures)
    if proposal.whole:
        moves.merge(book, case, other, join, text=text)
    else:
        moves.move(book, Membership.objects.select_related("case").get(alarm_id=proposal.alarm_id), other, join, text=text)
    return other


def _visible_change(actor: "User", change_id: UUID) -> CaseChange:
    change = CaseChange.objects.select_related("case").filter(pk=change_id).first()
    if change is None or not may(actor, rights.SEE, change.case.region_code):
        raise CaseChange.DoesNotExist
    require(actor, rights.HANDLE, change.case.region_code)
    return change
