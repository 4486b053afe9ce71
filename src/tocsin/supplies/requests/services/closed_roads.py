"""Closed roads, and those that are open again, reach what is under way: people of a running delivery are told once, plans that
wait and go there are made anew.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.queries.offers import giving_stores
from tocsin.supplies.allocation.queries.ways import course_of, met_under_way
from tocsin.supplies.allocation.rules.plans import PlanState
from tocsin.supplies.requests.models import Delivery, DeliveryRoad, SupplyRequest
from tocsin.supplies.requests.queries.roads import met_by_delivery
from tocsin.supplies.requests.rules.states import ENDED, DeliveryState, RequestState
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_store
from tocsin.supplies.requests.services.plans import plan_anew
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import roads_in_force, roads_open_again
from tocsin.supplies.stock.models import Store

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
    rows = Delivery.objects.exclude(state__in=OVER).filter(store__lon__isnull=False, store__lat__isnull=False)
    known = set(DeliveryRoad.objects.exclude(delivery__state__in=OVER).values_list("delivery_id", "road_id"))
    told = 0
    for one in rows.order_by("made_at", "pk").select_related("store", "request", "plan"):
        for met in met_by_delivery(one, roads):
            if (one.pk, met.road.pk) not in known:
                told += _tell(one.pk, met.road, now)
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


def _plan_anew(road: ClosedRoad, why: str, concerns: Callable[[Plan, ClosedRoad], bool], now: datetime) -> int:
    """Plans that wait to be accepted and that it concerns are asked for anew: once when it closes, once when it opens."""
    count = 0
    waiting = Plan.objects.filter(state=PlanState.READY).select_related("asked_by").prefetch_related("lines__holding__store")
    plans = {one.request_id: one for one in waiting if concerns(one, road)}
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


def _drives_there(plan: Plan, road: ClosedRoad) -> bool:
    return any(_meets(one.holding.store, plan, road) for one in plan.lines.all())


def _might_drive_there(plan: Plan, road: ClosedRoad) -> bool:
    """It goes around what is closed in that city, or has left out a store for it, and the road may be the way out; or a store
    lies behind the road that was found too far.
    """
    hindered = any(one.get("around") for one in plan.ways) or any(one["why"] == "shut" for one in plan.closed)
    if hindered and plan.region_code[:4] == road.region_code[:4]:
        return True
    return any(_meets(one, plan, road) for one in giving_stores(plan.asked_by))


def _meets(store: Store, plan: Plan, road: ClosedRoad) -> bool:
    if store.lon is None or store.lat is None:
        return False
    return bool(met_under_way([road], (store.lon, store.lat), (plan.lon, plan.lat), course_of(plan, store.pk)))
