"""A request's own map: the place of need, the stores, the ways that plan and deliveries take, and what is closed on them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from tocsin.jurisdiction.face import may
from tocsin.screens.geojson import Feature, Geometry, drawn, point
from tocsin.supplies.allocation.queries.offers import giving_stores
from tocsin.supplies.allocation.queries.ways import course_of, met_under_way
from tocsin.supplies.allocation.rules.plans import PlanKind, PlanState
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import plans_of
from tocsin.supplies.requests.rules.states import ENDED, DeliveryState
from tocsin.supplies.requests.shown.names import DELIVERY_STATE_NAMES
from tocsin.supplies.requests.shown.plans import PlanShareOut, SupplyPlanOut, describe_plans
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.roads.rules.closures import Spot
from tocsin.supplies.roads.shown.closures import road_features
from tocsin.supplies.stock.models import Store

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supplies.requests.models import Delivery, SupplyRequest
    from tocsin.supplies.roads.models import ClosedRoad

MOST_STORES = 1000
_OVER = [one.value for one in (*ENDED, DeliveryState.HANDED_OVER)]


def request_features(user: "User", found: "SupplyRequest", now: datetime) -> list[Feature]:
    """GeoJSON: closed roads that the ways meet as areas, ways as lines, stores and the place of need as points."""
    plans = {one.kind: one for one in describe_plans(plans_of(found)) if one.state is PlanState.READY}
    plan = plans.get(PlanKind.SOONEST) or plans.get(PlanKind.HAND)
    gives = {one.store_id: one for one in plan.shares} if plan else {}
    sees = may(user, rights.SEE, found.region_code, (found.body_id,))
    stores = list(giving_stores(user)[:MOST_STORES]) if sees else []
    running = list(found.deliveries.exclude(state__in=_OVER).select_related("store", "plan"))
    roads = _met(_ways(found, plan, running, stores), plan, now)
    own = reverse("supply_request", args=[found.pk])
    return [
        *road_features(roads),
        *(_planned_way(found, one, own) for one in gives.values() if one.lon is not None and one.lat is not None),
        *(_running_way(found, one) for one in running if one.store.lon is not None and one.store.lat is not None),
        point(found.lon, found.lat, name=found.place, words=found.purpose, url=own, shape="red"),
        *_store_points(found, stores, gives),
    ]


def _ways(
    found: "SupplyRequest", plan: SupplyPlanOut | None, running: Iterable["Delivery"], stores: Iterable[Store]
) -> set[tuple[Spot, ...]]:
    """The ways of plan and deliveries, and the straight lines of all stores in reach, which a closed area may have shut out."""
    place = (found.lon, found.lat)
    planned = [(one.lon, one.lat, one.course) for one in plan.shares] if plan else []
    driven = [(one.store.lon, one.store.lat, course_of(one.plan, one.store_id)) for one in running]
    others: list[tuple[float | None, float | None, list[Spot]]] = [(one.lon, one.lat, []) for one in stores]
    return {
        tuple(course) or ((lon, lat), place)
        for lon, lat, course in (*planned, *driven, *others)
        if lon is not None and lat is not None
    }


def _met(ways: set[tuple[Spot, ...]], plan: SupplyPlanOut | None, now: datetime) -> list["ClosedRoad"]:
    roads = roads_in_force(now)
    avoided = {name for one in plan.shares for name in one.around} if plan else set()
    met = {one.pk: one for one in roads if one.name in avoided}
    for way in sorted(ways) if roads else ():
        course = way if len(way) > 2 else ()
        met |= {one.road.pk: one.road for one in met_under_way(roads, way[0], way[-1], course)}
    return list(met.values())


def _planned_way(found: "SupplyRequest", share: PlanShareOut, url: str) -> Feature:
    words = f"{share.goods} · {share.minutes:.0f} min"
    told = f"{words} · {share.way}" if share.way else words
    return _line(share.course or _straight(share.lon, share.lat, found), share.store, told, url, "planned")


def _running_way(found: "SupplyRequest", delivery: "Delivery") -> Feature:
    state = str(DELIVERY_STATE_NAMES[DeliveryState(delivery.state)])
    url = reverse("supply_delivery", args=[delivery.pk])
    course = course_of(delivery.plan, delivery.store_id) or _straight(delivery.store.lon, delivery.store.lat, found)
    return _line(course, delivery.number, f"{delivery.store.name} · {state}", url, "running")


def _straight(lon: float | None, lat: float | None, found: "SupplyRequest") -> list[Spot]:
    assert lon is not None and lat is not None  # noqa: S101 - only such are drawn
    return [(lon, lat), (found.lon, found.lat)]


def _line(course: list[Spot], name: str, words: str, url: str, shape: str) -> Feature:
    """The course on streets, or the straight line where none is known."""
    geometry: Geometry = {"type": "LineString", "coordinates": [list(one) for one in course]}
    return drawn(geometry, name=name, words=words, url=url, shape=shape)


def _store_points(found: "SupplyRequest", stores: Iterable[Store], gives: dict[UUID, PlanShareOut]) -> Iterable[Feature]:
    closed = set(found.ways.filter(minutes=None).values_list("store", flat=True))
    for one in stores:
        share = gives.get(one.pk)
        shape = "yellow" if share else "unknown" if one.pk in closed else "good"
        words = f"{share.goods} · {share.minutes:.0f} min" if share else one.address
        yield point(one.lon, one.lat, name=one.name, words=words, url=reverse("supply_store", args=[one.pk]), shape=shape)
