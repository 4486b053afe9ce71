"""Which stores near a place have goods of these names."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from tocsin.base.geometry import distance_m
from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import Holding, Store


@dataclass(frozen=True)
class GoodsNear:
    """So many units of an item that nobody has reserved."""

    item: str
    item_en: str
    amount: Decimal
    unit: str
    unit_en: str


@dataclass(frozen=True)
class StoreNear:
    """A store with what it has of the goods, so many metres away, straight."""

    store: Store
    metres: float
    goods: tuple[GoodsNear, ...]


def goods_near(user: Person, items: Collection[str], lon: float, lat: float, *, most: int) -> list[StoreNear]:
    """The nearest stores that the user sees with any of these items (Chinese names of the catalogue), the nearest first."""
    rows = scope(Holding.objects.all(), user, rights.SEE, organisation_field="store__body").filter(
        item__name_zh__in=list(items), free__gt=0, blocked=False, counted=True, store__active=True, store__lon__isnull=False
    )
    sums = rows.order_by().values_list("store", "item__name_zh", "item__name_en", "item__unit_zh", "item__unit_en")
    by_store = dict[UUID, list[GoodsNear]]()
    for store, name, name_en, unit, unit_en, free in sums.annotate(free_sum=Sum("free")):
        goods = GoodsNear(name, name_en or name, to_number(free), unit, unit_en or unit)
        by_store.setdefault(store, []).append(goods)
    order = {name: place for place, name in enumerate(items)}
    found = [
        StoreNear(
            one,
            distance_m(lon, lat, one.lon or 0.0, one.lat or 0.0),
            tuple(sorted(by_store[one.pk], key=lambda goods: order[goods.item])),
        )
        for one in Store.objects.filter(pk__in=list(by_store))
    ]
    return sorted(found, key=lambda one: one.metres)[:most]
