"""A person says whether two lots are the same goods."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.engine.same_goods import Sameness
from tocsin.jurisdiction.face import require, scope
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.services.counting import count_once

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def decide(*, actor: "User", same_goods_id: UUID, same: bool, reason: str = "", now: datetime) -> SameGoods:
    """Joins two lots, or holds them apart; totals follow at once. InvalidInput where the machine is contradicted without a
    reason.
    """
    found = scope(SameGoods.objects.all(), actor, rights.SEE).select_for_update(of=("self",)).get(pk=same_goods_id)
    require(actor, rights.LEAD, found.region_code)
    standing = Sameness.SAME if same else Sameness.APART
    why = storable(reason.strip())[:300]
    if not why and found.standing not in (standing.value, Sameness.UNSURE.value):
        raise InvalidInput(_("Say why: until now it was decided otherwise."))
    found.standing, found.reason, found.decided_at, found.decided_by = standing.value, why, now, actor
    found.save(update_fields=["standing", "reason", "decided_at", "decided_by"])
    details = {"first": str(found.first_id), "second": str(found.second_id), "reason": why}
    record_audit(actor, f"same_goods.{standing.value}", "same_goods", found.pk, found.region_code, details)
    count_once([found.first_id, found.second_id], now=now)
    return found
