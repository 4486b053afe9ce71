"""Stock-takes as their reader may see them, what is due to be counted, and what the ledger said at the moment of each count."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import BUCKETS, Holding, Line, Store
from tocsin.supplies.stock.rules.ledger import State
from tocsin.supplies.stock.rules.lots import shelf_end
from tocsin.supplies.stocktakes.models import CountLine, Stocktake
from tocsin.supplies.stocktakes.policy import stocktake_policy
from tocsin.supplies.stocktakes.rules.counting import ON_SHELF, Extent, TakeState

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

PRESENT = Q()
for _state in ON_SHELF:
    PRESENT |= Q(**{f"{BUCKETS[_state]}__gt": 0})


@dataclass(frozen=True)
class TakeProgress:
    """How far a stock-take is."""

    lines: int
    counted: int
    differing: int
    conflicts: int


def visible_stocktakes(user: Person, permission: "Permission" = rights.SEE) -> QuerySet[Stocktake]:
    """Stock-takes of the stores that the user sees, the newest first."""
    rows = Stocktake.objects.select_related("store", "store__body", "opened_by", "closed_by")
    return scope(rows, user, permission, organisation_field="store__body").order_by("-opened_at", "id")


def lines_of(take: Stocktake) -> QuerySet[CountLine]:
    """The frozen list in its order, with everything that a page says of a line."""
    rows = CountLine.objects.filter(stocktake=take)
    return rows.select_related(
        "holding__lot", "holding__item", "holding__owner", "counted_by", "reason_by", "confirmed_by"
    ).order_by("place", "id")


def progress_of(takes: Collection[Stocktake]) -> dict[UUID, TakeProgress]:
    """Of each stock-take, in one query."""
    counted = (
        CountLine.objects.filter(stocktake__in=takes)
        .order_by()
        .values_list("stocktake")
        .annotate(
            lines=Count("pk"),
            counted=Count("pk", filter=Q(counted__isnull=False)),
            differing=Count("pk", filter=~Q(difference=0)),
            conflicts=Count("pk", filter=Q(conflict=True)),
        )
    )
    found = {row[0]: TakeProgress(*row[1:]) for row in counted}
    return {one.pk: found.get(one.pk, TakeProgress(0, 0, 0, 0)) for one in takes}


def holdings_to_count(store: Store, extent: Extent, category: str, day: date) -> list[Holding]:
    """What a list of that extent holds, by bay, item and lot."""
    rows = Holding.objects.filter(PRESENT, store=store).select_related("item", "lot")
    if extent is Extent.CATEGORY:
        rows = rows.filter(category=category)
    found = list(rows.order_by("bay", "item__code", F("expires_on").asc(nulls_last=True), "pk"))
    if extent is not Extent.DUE:
        return found
    last = last_counts([one.pk for one in found])
    return [one for one in found if count_due_on(one, last.get(one.pk)) <= day]


def count_due_on(one: Holding, counted_on: date | None) -> date:
    """The day by which a lot is to be counted again: key items soon, others later; goods that came in were counted then."""
    policy = stocktake_policy()
    months = policy.often.key_months if one.item.name_zh in policy.key.items else policy.often.other_months
    return shelf_end(max(counted_on or one.received_on, one.received_on), months)


def counted_whole(store_ids: Collection[UUID], day: date) -> set[UUID]:
    """Stores of which everything was counted in one stock-take within the policy's months."""
    months = stocktake_policy().often.whole_months
    booked = Stocktake.objects.filter(store__in=list(store_ids), extent=Extent.ALL, state=TakeState.BOOKED).order_by()
    last = booked.values_list("store").annotate(last=Max("closed_at"))
    return {store for store, closed in last if shelf_end(timezone.localdate(closed), months) > day}


def last_counts(holding_ids: Iterable[int]) -> dict[int, date]:
    """The day on which each of these was last counted in a stock-take that was booked."""
    rows = CountLine.objects.filter(holding__in=list(holding_ids), stocktake__state=TakeState.BOOKED, counted_at__isnull=False)
    found = rows.order_by().values_list("holding").annotate(last=Max("counted_at"))
    return {holding: timezone.localdate(last) for holding, last in found}


def amounts_at_counts(lines: Collection[CountLine]) -> Mapping[int, dict[State, int]]:
    """What the ledger says each counted holding had at the moment of its count, with lines that were entered late."""
    counted = {one.holding_id: one.counted_at for one in lines if one.counted_at is not None}
    if not counted:
        return {}
    now = {
        row["pk"]: {state: row[name] for state, name in BUCKETS.items()}
        for row in Holding.objects.filter(pk__in=list(counted)).values("pk", *BUCKETS.values())
    }
    first: datetime = min(counted.values())
    since = Line.objects.filter(holding__in=list(counted), at__gt=first).order_by()
    for holding, at, source, target, amount in since.values_list("holding_id", "at", "source", "target", "amount"):
        if at <= counted[holding]:
            continue
        if source != State.OUTSIDE:
            now[holding][State(source)] += amount
        if target != State.OUTSIDE:
            now[holding][State(target)] -= amount
    return now
