"""How a person's act upon cases begins: the county's book held, the cases locked, the right asked."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.jurisdiction.face import may, require
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def open_cases(
    actor: "User", channel: str, *case_ids: UUID, permission: Permission = rights.HANDLE, any_state: bool = False
) -> tuple[Book, list[Case]]:
    """The county's book and the cases, locked; call it first in the transaction.

    Case.DoesNotExist for a case that the actor may not see or that is being deleted, NotAllowed without the permission, Conflict
    for cases of two counties or, unless `any_state`, for one that was merged.
    """
    regions = set()
    for case_id in case_ids:
        region = Case.objects.filter(pk=case_id).values_list("region_code", flat=True).first()
        if region is None or not may(actor, rights.SEE, region):
            raise Case.DoesNotExist
        require(actor, permission, region)
        regions.add(region)
    if len(regions) > 1:
        raise Conflict(_("Cases of different counties stay apart."))
    book = open_book(regions.pop(), actor=actor, channel=channel, now=current_time())
    locked = Case.objects.filter(going_at=None).select_for_update(of=("self",)).select_related("merged_into")
    cases = [locked.get(pk=case_id) for case_id in case_ids]
    if not any_state and any(case.state == CaseState.MERGED for case in cases):
        raise Conflict(_("This case has been merged into another: act on that one."))
    return book, cases


def touch(book: Book, case: Case) -> None:
    """A person is at work: from now on the machine asks before it moves alarms."""
    if case.state not in (CaseState.CLOSED, CaseState.MERGED):
        case.touched_at = case.touched_at or book.now
        book.refresh(case)
