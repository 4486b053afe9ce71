"""What time brings: reservations that end, lots whose last day is over, rows of totals that are put together."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.utils import timezone

from tocsin.bus.bulk import write_rows
from tocsin.jurisdiction.face import system_actor
from tocsin.supplies.stock.models import BUCKETS, DayChange, Holding, Store, Total
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.ledger import NotEnough
from tocsin.supplies.stock.services.reservations import free_lapsed

AT_ONCE = 300
KEYS = ("region_code", "category", "owner_id", "reserve", "level")
TOGETHER = 20  # keys that one transaction puts together


def run_stock_clocks(*, now: datetime) -> int:
    """Frees lapsed reservations, then takes what is past its last day out of the free stock; how many of both."""
    return free_lapsed(now=now) + expire_lots(now=now)


def expire_lots(*, now: datetime) -> int:
    """What is free and past its last day is expired, store by store."""
    day = timezone.localdate(now)
    due = Holding.objects.filter(free__gt=0, expires_on__lt=day).order_by("store_id", "id")
    rows = list(due.values_list("store_id", "pk", "free")[:AT_ONCE])
    by_store: dict[Any, list[tuple[int, int]]] = {}
    for store_id, pk, free in rows:
        by_store.setdefault(store_id, []).append((pk, free))
    stores = Store.objects.in_bulk(list(by_store))
    for store_id, found in by_store.items():
        try:
            carry_out(system_actor(), Kind.EXPIRY, stores[store_id], [move(pk, Kind.EXPIRY, free) for pk, free in found], now=now)
        except NotEnough:
            continue  # somebody took of it since it was read: the next round sees what is left
    return len(rows)


def put_totals_together(*, now: datetime) -> int:
    """Rows of totals with the same key become one; how many rows fewer there are. Nobody waits for it, and no sum changes: the
    old rows go and the new one comes in the same transaction.
    """
    return _together(Total, KEYS) + _together(DayChange, (*KEYS, "day"))


def _together(model: type[Total] | type[DayChange], keys: tuple[str, ...]) -> int:
    many = model.objects.values(*keys).annotate(rows=Count("pk"), first=Min("pk")).filter(rows__gt=1).order_by("first")
    return sum(_join(model, keys, one) for one in list(many[:TOGETHER]))


@transaction.atomic
def _join(model: type[Total] | type[DayChange], keys: tuple[str, ...], one: dict[str, Any]) -> int:
    rows = list(model.objects.select_for_update().filter(**{name: one[name] for name in keys}).order_by("pk")[:2000])
    if len(rows) < 2:
        return 0
    ids = [row.pk for row in rows]
    sums = {name: [sum(getattr(row, name) for row in rows)] for name in BUCKETS.values()}
    model.objects.filter(pk__in=ids).delete()
    if any(value for (value,) in sums.values()):
        write_rows(model, {**{name.removesuffix("_id"): [one[name]] for name in keys}, **sums})
    return len(ids) - 1


def sums_of(model: type[Total] | type[DayChange], **conditions: object) -> dict[str, int]:
    """The sum of all rows under these conditions, by state."""
    told = model.objects.filter(**conditions).aggregate(**{name: Sum(name) for name in BUCKETS.values()})
    return {name: value or 0 for name, value in told.items()}
