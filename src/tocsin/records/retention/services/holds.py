"""Holds placed and lifted: by two persons."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require, require_person_at_screen
from tocsin.records.audit.services import record_audit
from tocsin.records.retention.models import Hold, RetentionBook, Tombstone

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def place_hold(*, actor: "User", number: str, reason: str) -> Hold:
    """Nothing about this case goes from now on; Conflict where it is held already."""
    _require(actor)
    if not number or not reason or len(number) > 40 or len(reason) > 500:
        raise InvalidInput(_("Enter the number of the case and why it is held."))
    RetentionBook.objects.get_or_create(pk=1)
    RetentionBook.objects.select_for_update().get(pk=1)
    gone = Tombstone.objects.filter(number=number).first()
    if gone is not None:
        day = f"{timezone.localtime(gone.begun_at):%Y-%m-%d}"
        raise Conflict(_("%(number)s was deleted on %(day)s.") % {"number": number, "day": day})
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
