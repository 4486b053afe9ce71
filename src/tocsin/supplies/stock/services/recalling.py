"""A lot turns out to be unsafe: nothing of it is given out any more, wherever it lies."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require, scope
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding, Lot
from tocsin.supplies.stock.queries.lots import visible_lots
from tocsin.supplies.stock.services.notices import tell_of_recall

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def recall(*, actor: "User", lot_id: UUID, reason: str, now: datetime) -> int:
    """Blocks the lot and every other of the same item and number within reach; the bodies whose stores have some of it are told.
    Returns in how many stores it lies.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why: it is told to all stores that have some of it."))
    lots = _same(actor, lot_id).filter(recalled_at__isnull=True)
    ids = list(lots.values_list("pk", flat=True))
    if not ids:
        raise Conflict(_("This lot is recalled already."))
    why = storable(reason.strip())[:300]
    Lot.objects.filter(pk__in=ids).update(recalled_at=now, recall_reason=why)
    Holding.objects.filter(lot__in=ids).update(blocked=True)
    return _told(actor, lot_id, ids, "lot.recalled", why, now)


@transaction.atomic
def lift_recall(*, actor: "User", lot_id: UUID, reason: str, now: datetime) -> int:
    """The lot is safe after all; it may be given out again."""
    if not reason.strip():
        raise InvalidInput(_("Say why: it is told to all stores that have some of it."))
    ids = list(_same(actor, lot_id).filter(recalled_at__isnull=False).values_list("pk", flat=True))
    if not ids:
        raise Conflict(_("This lot is not recalled."))
    Lot.objects.filter(pk__in=ids).update(recalled_at=None, recall_reason="")
    Holding.objects.filter(lot__in=ids).update(blocked=False)
    return _told(actor, lot_id, ids, "lot.cleared", storable(reason.strip())[:300], now)


def _same(actor: "User", lot_id: UUID) -> QuerySet[Lot]:
    """Lots of the same item and number of which something lies where the actor leads, and nothing lies elsewhere."""
    lot = visible_lots(actor).get(pk=lot_id)
    led = scope(Holding.objects.filter(lot=OuterRef("pk")), actor, rights.LEAD, organisation_field="store__body")
    found = Lot.objects.filter(Exists(led), item=lot.item_id, number=lot.number)
    if not found.filter(pk=lot.pk).exists():
        first = lot.holdings.order_by("pk").first()
        require(actor, rights.LEAD, first.region_code if first else "", (lot.owner_id,))
    return found


def _told(actor: "User", lot_id: UUID, ids: list[UUID], act: str, reason: str, now: datetime) -> int:
    held = list(Holding.objects.filter(lot__in=ids).select_related("store__body", "lot", "item"))
    for region in sorted({one.region_code for one in held}):
        stores = sorted({one.store.name for one in held if one.region_code == region})
        record_audit(actor, act, "supply_lot", lot_id, region, {"reason": reason, "stores": stores[:50]})
    if held:
        tell_of_recall(held, reason, now, lifted=act == "lot.cleared")
    return len({one.store_id for one in held})
