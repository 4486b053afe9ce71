"""A request's own map: the place of need, the stores, the ways that plan and deliveries take, and what is closed on them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from tocsin.jurisdiction.face import may
from tocsin.supplies.allocation.policy import allocation_policy
from tocsin.supplies.allocation.queries.offers import giving_stores
from tocsin.supplies.allocation.rules.plans import PlanKind, PlanState
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import plans_of
from tocsin.supplies.requests.rules.states import ENDED, DeliveryState
from tocsin.supplies.requests.shown.names import DELIVERY_STATE_NAMES
from tocsin.supplies.requests.shown.plans import PlanShareOut, describe_plans
from tocsin.supplies.roads.queries.closures import met_on_way, roads_in_force
from tocsin.supplies.roads.shown.closures import road_features
from tocsin.supplies.stock.models import Store

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supplies.requests.models import Delivery, SupplyRequest
    from tocsin.supplies.roads.models import ClosedRoad

MOST_STORES = 1000
_OVER = [one.value for one in (*ENDED, DeliveryState.HANDED_OVER)]


def request_features(user: "User", found: "SupplyRequest", now: datetime) -> list[dict[str, Any]]:
    """GeoJSON: closed roads that the ways meet as areas, ways as lines, stores and the place of need as points."""
    plans = {one.kind: one for one in describe_plans(plans_of(found)) if one.state is PlanState.READY}
    plan = plans.get(PlanKind.SOONEST) or plans.get(PlanKind.HAND)
    gives = {one.store_id: one for one in plan.shares} if plan else {}
    sees = may(user, rights.SEE, found.region_code, (found.body_id,))
    stores = list(giving_stores(user)[:MOST_STORES]) if sees else []
    running = list(found.deliveries.exclude(state__in=_OVER).select_related("store"))
    starts = _starts(gives.values(), running, stores)
    roads = _met(found, starts, now)
    own = reverse("supply_request", args=[found.pk])
    return [
        *road_features(roads),
        *(_planned_way(found, one, own) for one in gives.values() if one.lon is not None and one.lat is not None),
        *(_running_way(found, one) for one in running if one.store.lon is not None and one.store.lat is not None),
        _point(found.lon, found.lat, found.place, found.purpose, own, "red"),
        *_store_points(found, stores, gives),
    ]


def _starts(shares: Iterable[PlanShareOut], running: Iterable["Delivery"], stores: Iterable[Store]) -> set[tuple[float, float]]:
    """Where vehicles would leave: stores that give, and those in reach, which a closed area may have shut out."""
    spots = [
        *((one.lon, one.lat) for one in shares),
        *((one.store.lon, one.store.lat) for one in running),
        *((one.lon, one.lat) for one in stores),
    ]
    return {(lon, lat) for lon, lat in spots if lon is not None and lat is not None}


def _met(found: "SupplyRequest", starts: set[tuple[float, float]], now: datetime) -> list["ClosedRoad"]:
    roads, beside_m = roads_in_force(now), allocation_policy().way.beside_m
    if not roads:
        return []
    met: dict[UUID, ClosedRoad] = {}
    for start in sorted(starts):
        for one in met_on_way(roads, start, (found.lon, found.lat), beside_m):
            met[one.road.pk] = one.road
    return list(met.values())


def _planned_way(found: "SupplyRequest", share: PlanShareOut, url: str) -> dict[str, Any]:
    words = f"{share.goods} · {share.minutes:.0f} min"
    return _line((share.lon, share.lat), found, share.store, f"{words} · {share.way}" if share.way else words, url, "planned")


def _running_way(found: "SupplyRequest", delivery: "Delivery") -> dict[str, Any]:
    state = str(DELIVERY_STATE_NAMES[DeliveryState(delivery.state)])
    url = reverse("supply_delivery", args=[delivery.pk])
    return _line(
        (delivery.store.lon, delivery.store.lat), found, delivery.number, f"{delivery.store.name} · {state}", url, "running"
    )


def _line(
    start: tuple[float | None, float | None], found: "SupplyRequest", name: str, words: str, url: str, shape: str
) -> dict[str, Any]:
    """The straight line: no net of streets is known."""
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(start), [found.lon, found.lat]]},
        "properties": {"name": name, "words": words, "url": url, "shape": shape},
    }


def _store_points(found: "SupplyRequest", stores: Iterable[Store], gives: dict[UUID, PlanShareOut]) -> Iterable[dict[str, Any]]:
    closed = set(found.ways.filter(minutes=None).values_list("store", flat=True))
    for one in stores:
        share = gives.get(one.pk)
        shape = "yellow" if share else "unknown" if one.pk in closed else "good"
        words = f"{share.goods} · {share.minutes:.0f} min" if share else one.address
        yield _point(one.lon, one.lat, one.name, words, reverse("supply_store", args=[one.pk]), shape)


def _point(lon: float | None, lat: float | None, name: str, words: str, url: str, shape: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"name": name, "words": words, "url": url, "shape": shape},
    }
