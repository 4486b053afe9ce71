"""What stock could be given to a request, and who beyond one's own reach could help."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from tocsin.jurisdiction.face import scope
from tocsin.supplies.allocation.rules.question import Offer, Stay, Wish
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.levels.queries.levels import minimums_of
from tocsin.supplies.stock.models import Holding, Store
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.rules.lots import Pickable, may_give_out

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def giving_stores(user: "User") -> QuerySet[Store]:
    """Open stores with a place out of which the user may reserve."""
    rows = Store.objects.filter(active=True, lon__isnull=False, lat__isnull=False)
    return scope(rows, user, rights.RESERVE, organisation_field="body")


def offers_for(user: "User", wishes: Sequence[Wish], day: date, request_id: UUID | None = None) -> list[Offer]:
    """All lots of the wanted items in the user's reach that are free, counted, not recalled and good enough to be given out.
    Goods that were requisitioned for a request are offered to that one alone.
    """
    least = stock_policy().expiry.give_out_days
    rows = Holding.objects.filter(
        item_id__in={one.item_id for one in wishes}, free__gt=0, blocked=False, counted=True, store__in=giving_stores(user)
    )
    rows = rows.filter(Q(lot__kept_for=None) | Q(lot__kept_for=request_id))
    fields = (
        "pk",
        "free",
        "expires_on",
        "received_on",
        "item__perishable",
        "store_id",
        "item_id",
        "lot__lead_time_h",
        "region_code",
        "lot__kept_for",
    )
    offers = []
    found = rows.order_by("pk").values_list(*fields)
    for pk, free, expires_on, received_on, perishable, store_id, item_id, lead_h, region, kept_for in found:
        lot = Pickable(pk, free, expires_on, received_on, perishable)
        if may_give_out(lot, day, least):
            offers.append(Offer(lot, store_id, item_id, lead_h, region, all_of_it=kept_for is not None))
    return offers


def stays_for(wishes: Sequence[Wish], offers: Sequence[Offer]) -> list[Stay]:
    """What the levels say that the regions of the offers shall keep of the wanted items."""
    items = Item.objects.filter(pk__in={one.item_id for one in wishes})
    found = minimums_of({one.region_code for one in offers}, list(items))
    return [Stay(region, item, minimum, available) for (region, item), (minimum, available) in sorted(found.items())]


def helpers_for(user: "User", wishes: Sequence[Wish], missing: Mapping[UUID, int], region_code: str) -> list[dict[str, Any]]:
    """Whose stock beyond the reach could serve what is missing: areas of the same province by name, with how much they have of
    it. Sums alone, no store and no lot.
    """
    lacking = {one.item_id: missing[one.need_id] for one in wishes if one.need_id in missing}
    own = Holding.objects.filter(store__in=giving_stores(user)).values("pk")
    rows = Holding.objects.filter(
        item_id__in=lacking, free__gt=0, blocked=False, counted=True, region_code__startswith=region_code[:2], lot__kept_for=None
    ).exclude(pk__in=own)
    names = {one.pk: one for one in Item.objects.filter(pk__in=lacking)}
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sums = rows.order_by().values_list("region_code", "item_id").annotate(sum=Sum("free"))
    for code, item_id, amount in sums.order_by("-sum", "region_code"):
        told[code].append({"item": str(item_id), "name": names[item_id].name_zh, "amount": amount})
    return [{"region": code, "goods": goods} for code, goods in list(told.items())[:10]]
