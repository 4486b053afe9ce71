"""Which closed roads a delivery meets."""

from collections.abc import Sequence

from tocsin.supplies.allocation.queries.ways import course_of, met_under_way
from tocsin.supplies.requests.models import Delivery
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import Met


def met_by_delivery(delivery: Delivery, roads: Sequence[ClosedRoad]) -> list[Met]:
    """On the course of its plan, or on the straight line where the plan knows no streets; none for a store without a place."""
    store, request = delivery.store, delivery.request
    if store.lon is None or store.lat is None:
        return []
    return met_under_way(roads, (store.lon, store.lat), (request.lon, request.lat), course_of(delivery.plan, store.pk))
