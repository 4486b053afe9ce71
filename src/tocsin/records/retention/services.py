"""Lets go what is older than its policy keeps; holds placed and lifted."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require, require_person_at_screen, system_actor
from tocsin.records.audit.services import record_audit
from tocsin.records.retention.models import Hold
from tocsin.records.retention.queries import all_kept

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def forget_what_is_old(*, now: datetime) -> int:
    """One batch of every kind, each in a transaction with its audit entry; how many rows went. Called again while any go."""
    gone = 0
    for kept in all_kept():
        if kept.forget is None:
            continue
        days = kept.days()
        before = now - timedelta(days=days)
        with transaction.atomic():
            count = kept.forget(before)
            if count:
                details = {"count": count, "before": before.isoformat(), "days": days}
                record_audit(system_actor(), "retention.deleted", "retention", kept.code, EVERYWHERE, details)
        gone += count
    return gone


@transaction.atomic
def place_hold(*, actor: "User", number: str, reason: str) -> Hold:
    """Nothing about this case goes from now on; Conflict where it is held already."""
    _require(actor)
    if not number or not reason or len(number) > 40 or len(reason) > 500:
        raise InvalidInput(_("Enter the number of the case and why it is held."))
    try:
        with transaction.atomic():
            hold = Hold.objects.create(number=number, reason=reason, placed_by=actor, placed_at=timezone.now())
    except IntegrityError:
        raise Conflict(_("This case is held already.")) from None
    record_audit(actor, "hold.placed", "hold", hold.pk, EVERYWHERE, {"number": number, "reason": reason})
    return hold


@transaction.atomic
def lift_hold(*, actor: "User", hold_id: UUID) -> Hold:
    """By another person than the one who placed it."""
    _require(actor)
    hold = Hold.objects.select_for_update().get(pk=hold_id, lifted_at__isnull=True)
    if hold.placed_by_id == actor.pk:
        raise NotAllowed(_("Who placed a hold does not lift it: a second person does."))
    hold.lifted_by, hold.lifted_at = actor, timezone.now()
    hold.save(update_fields=["lifted_by", "lifted_at"])
    record_audit(actor, "hold.lifted", "hold", hold.pk, EVERYWHERE, {"number": hold.number})
    return hold


def _require(actor: "User") -> None:
    require_person_at_screen(actor)
    require(actor, "system.see", EVERYWHERE)
