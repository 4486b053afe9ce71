"""The owner answers a decision: by an account of theirs, or by the word that an officer enters."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.supplies.requisitions.models import Requisition
from tocsin.supplies.requisitions.rules.states import OwnersAnswer, RequisitionAct
from tocsin.supplies.requisitions.services.notes import note, tell_drafter
from tocsin.supplies.requisitions.services.steps import go_on, locked, needed, word_of_owner

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def answer_requisition(
    *, actor: "User", requisition_id: UUID, will: bool, text: str = "", said_by: str = "", now: datetime
) -> Requisition:
    """The owner will hand over, or objects and says why. An objection stops nothing: whoever decided reads it."""
    requisition = locked(actor, requisition_id)
    said = word_of_owner(actor, requisition, said_by)
    answer = OwnersAnswer.WILL if will else OwnersAnswer.OBJECTS
    if answer is OwnersAnswer.OBJECTS:
        needed(text, _("Say why you object: whoever decided reads it."))
    if requisition.answer == answer and requisition.answer_text == text.strip():
        raise InvalidInput(_("That is what was answered before."))
    requisition.answer, requisition.answer_text, requisition.answered_at = answer.value, storable(text.strip())[:300], now
    go_on(requisition, RequisitionAct.ANSWER, now)
    requisition.save()
    note(requisition, "answered" if will else "objected", now, actor, text, said_by=said)
    tell_drafter(requisition, "answered" if will else "objects", now, urgent=not will, reason=text)
    return requisition
