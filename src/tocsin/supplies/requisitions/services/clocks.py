"""Clocks of requisitions: what is late rings once a step, with whoever acts next."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from tocsin.supplies.requisitions.models import Requisition
from tocsin.supplies.requisitions.policy import requisitions_policy
from tocsin.supplies.requisitions.queries.requisitions import goods_of
from tocsin.supplies.requisitions.rules.states import OwnersAnswer, RequisitionState
from tocsin.supplies.requisitions.services.notes import note, tell_drafter, tell_owner, tell_signers

AT_ONCE: Final = 50


def run_requisition_clocks(*, now: datetime) -> int:
    """Rings for steps whose time has come; how many."""
    due = Requisition.objects.filter(due_at__lte=now, late_told_at=None).order_by("due_at", "pk")
    return sum(_ring(one, now) for one in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _ring(pk: UUID, now: datetime) -> int:
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("body", "owner", "drafted_by", "asked_by")
    one = rows.filter(pk=pk, due_at__lte=now, late_told_at=None).first()
    if one is None:
        return 0
    one.late_told_at = now
    note(one, "late", now, None)
    _tell(one, RequisitionState(one.state), now)
    one.save(update_fields=["late_told_at", "due_at"])
    return 1


def _tell(one: Requisition, state: RequisitionState, now: datetime) -> None:
    if state is RequisitionState.ASKED:
        tell_signers(one, "asked", now, but=one.asked_by_id, goods=goods_of(one))
    elif state is RequisitionState.VALUED:
        tell_signers(one, "late", now, but=one.claim.valued_by_id)
    elif state is RequisitionState.SIGNED and one.answer == OwnersAnswer.NONE:
        tell_owner(one, "late", now)
        tell_drafter(one, "late_answer", now)
        one.due_at = (one.decided_at or now) + timedelta(hours=requisitions_policy().clocks.hand_over_h)
        one.late_told_at = None if one.due_at > now else now
    elif state is RequisitionState.IN_USE:
        tell_drafter(one, "late_return", now)
    else:
        tell_drafter(one, "late", now)
