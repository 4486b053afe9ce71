"""Closed roads, and those that are open again, reach what is under way: people of a running delivery are told once, plans that
wait and go there are made anew.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.policy import allocation_policy
from tocsin.supplies.allocation.queries.offers import giving_stores
from tocsin.supplies.allocation.rules.plans import PlanState
from tocsin.supplies.requests.models import Delivery, DeliveryRoad, SupplyRequest
from tocsin.supplies.requests.rules.states import ENDED, DeliveryState, RequestState
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_store
from tocsin.supplies.requests.services.plans import plan_anew
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import met_on_way, roads_in_force, roads_open_again

OVER: Final = [one.value for one in (*ENDED, DeliveryState.HANDED_OVER)]


def look_at_closed_roads(*, now: datetime) -> int:
    """One round of the worker: how many deliveries and requests heard of a road that is closed, or open again."""
    roads = roads_in_force(now)
    told = _tell_deliveries(roads, now) if roads else 0
    told += sum(_plan_anew(one, "plans_of_road", _drives_there, now) for one in roads if one.planned_at is None)
    for one in roads_open_again(now):
        told += _tell_open(one, now) + _plan_anew(one, "plans_anew", _might_drive_there, now)
    return told


def _tell_deliveries(roads: list[ClosedRoad], now: datetime) -> int:
    beside_m = allocation_policy().way.beside_m
    rows = Delivery.objects.exclude(state__in=OVER).filter(store__lon__isnull=False, store__lat__isnull=False)
    known = set(DeliveryRoad.objects.exclude(delivery__state__in=OVER).values_list("delivery_id", "road_id"))
    told = 0
    fields = ("pk", "store__lon", "store__lat", "request__lon", "request__lat")
    for pk, *spots in rows.order_by("made_at", "pk").values_list(*fields):
        for met in met_on_way(roads, (spots[0], spots[1]), (spots[2], spots[3]), beside_m):
            if (pk, met.road.pk) not in known:
                told += _tell(pk, met.road, now)
    return told


@transaction.atomic
def _tell(delivery_id: UUID, road: ClosedRoad, now: datetime) -> int:
    rows = Delivery.objects.select_for_update(of=("self",)).exclude(state__in=OVER)
    rows = rows.select_related("store__body", "request__body", "request__asked_by", "request__opened_by")
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        return 0
    _told, made = DeliveryRoad.objects.get_or_create(delivery=delivery, road=road, defaults={"at": now})
    if not made:
        return 0
    note(delivery.request, "road_closed", now, None, road.reason, {"delivery": delivery.number, "road": road.name})
    tell_store(delivery, "road_closed", now, road=road.name, reason=road.reason)
    tell_askers(delivery.request, "road_closed", now, urgent=True, delivery=delivery, road=road.name, reason=road.reason)
    return 1


def _tell_open(road: ClosedRoad, now: datetime) -> int:
    """Who was told that it is closed, and still drives or waits, is told that vehicles pass."""
    rows = Delivery.objects.filter(closed_roads__road=road).exclude(state__in=OVER)
    rows = rows.select_related("store__body", "request__body", "request__asked_by", "request__opened_by")
    running = list(rows.order_by("made_at", "pk"))
    for delivery in running:
        with transaction.atomic():
            note(delivery.request, "road_open", now, None, road.opened_why, {"delivery": delivery.number, "road": road.name})
            tell_store(delivery, "road_open", now, road=road.name)
            tell_askers(delivery.request, "road_open", now, delivery=delivery, road=road.name)
    return len(running)


def _plan_anew(road: ClosedRoad, why: str, concerns: Callable[[Plan, ClosedRoad, float], bool], now: datetime) -> int:
    """Plans that wait to be accepted and that it concerns are asked for anew: once when it closes, once when it opens."""
    beside_m = allocation_policy().way.beside_m
    count = 0
    waiting = Plan.objects.filter(state=PlanState.READY).select_related("asked_by").prefetch_related("lines__holding__store")
    plans = {one.request_id: one for one in waiting if concerns(one, road, beside_m)}
    for request_id, plan in plans.items():
        with transaction.atomic():
            rows = SupplyRequest.objects.select_for_update(of=("self",)).filter(state=RequestState.APPROVED)
            request = rows.filter(pk=request_id).first()
            if request is not None:
                note(request, why, now, None, road.opened_why or road.reason, {"road": road.name})
                plan_anew(plan.asked_by, request, now)
                count += 1
    ClosedRoad.objects.filter(pk=road.pk).update(planned_at=now)
    return count


def _drives_there(plan: Plan, road: ClosedRoad, beside_m: float) -> bool:
    return _meets(((one.holding.store.lon, one.holding.store.lat) for one in plan.lines.all()), plan, road, beside_m)


def _might_drive_there(plan: Plan, road: ClosedRoad, beside_m: float) -> bool:
    """From a store that it left out, or found too far, while the road was closed."""
    return _meets(giving_stores(plan.asked_by).values_list("lon", "lat"), plan, road, beside_m)


def _meets(spots: Iterable[tuple[float | None, float | None]], plan: Plan, road: ClosedRoad, beside_m: float) -> bool:
    placed = {(lon, lat) for lon, lat in spots if lon is not None and lat is not None}
    return any(met_on_way([road], spot, (plan.lon, plan.lat), beside_m) for spot in placed)
