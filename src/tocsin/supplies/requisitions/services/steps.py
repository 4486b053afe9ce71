"""What every act upon a requisition shares: it is held, asked whether it goes on, and its next clock is set."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requisitions.models import Requisition
from tocsin.supplies.requisitions.policy import requisitions_policy
from tocsin.supplies.requisitions.queries.requisitions import answers_for, may_manage, visible_requisitions
from tocsin.supplies.requisitions.rules.states import ENDED, OwnersAnswer, RequisitionAct, RequisitionState, next_state

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def locked(actor: "User", requisition_id: UUID) -> Requisition:
    """The requisition, held until the transaction ends; DoesNotExist for one that the actor does not see."""
    seen = visible_requisitions(actor).order_by().values("pk").get(pk=requisition_id)
    rows = Requisition.objects.select_for_update(of=("self",))
    names = ("body", "owner", "drafted_by", "asked_by", "decided_by", "request__body", "request__decided_by")
    return rows.select_related(*names).get(pk=seen["pk"])


def require_manager(actor: "User", requisition: Requisition) -> None:
    """NotAllowed for who does not drive requisitions there."""
    require(actor, rights.RESERVE, requisition.region_code, (requisition.body_id,))


def require_signer(actor: "User", requisition: Requisition) -> None:
    """NotAllowed for who does not sign requisitions there."""
    require(actor, rights.REQUISITION, requisition.region_code, (requisition.body_id,))


def word_of_owner(actor: "User", requisition: Requisition, said_by: str) -> str:
    """Whose word an entry is: empty where the owner's own person enters it, else who said it, on the telephone or on paper."""
    if answers_for(actor, requisition):
        return ""
    if not may_manage(actor, requisition):
        raise NotAllowed(_("This is the owner's to say."))
    if not said_by.strip():
        raise InvalidInput(_("Enter who of the owner's said so, and how: by telephone, on paper."))
    return str(storable(said_by.strip()))[:120]


def go_on(requisition: Requisition, act: RequisitionAct, now: datetime) -> None:
    """The state that follows, and its clock. Conflict where the act does not fit now. The caller saves."""
    following = next_state(RequisitionState(requisition.state), act)
    if following is None:
        raise Conflict(_("The requisition is not at this step: look at it again."))
    requisition.state = following.value
    requisition.late_told_at, requisition.due_at = None, due_of(requisition, following, now)
    if following in ENDED:
        requisition.ended_at = now


def due_of(requisition: Requisition, state: RequisitionState, now: datetime) -> datetime | None:
    """By when the next step is late."""
    clocks = requisitions_policy().clocks
    if state is RequisitionState.IN_USE:
        return requisition.ends_at + timedelta(days=clocks.return_days)
    if state is RequisitionState.SIGNED and requisition.answer != OwnersAnswer.NONE:
        return (requisition.decided_at or now) + timedelta(hours=clocks.hand_over_h)
    span = clocks.of(state)
    return None if span is None else now + span


def needed(text: str, why: str) -> str:
    """The text without blanks around it; InvalidInput where there is none."""
    if not text.strip():
        raise InvalidInput(why)
    return str(storable(text.strip()))
