"""A request's own map: stores and the place of need, the ways to it, and what is closed on them."""

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.clocks import stand_at
from tests.people import signed_in
from tests.supplies.requests import HERE, approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tests.supplies.test_closed_roads import BETWEEN, closed, moved
from tocsin.supplies.requests.services.plans import accept_plan

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def test_closed_roads_and_ways_are_drawn_where_a_plan_meets_them() -> None:
    lead, by = head(), desk()
    near = store()
    received(lead, near, item(lead, "棉被"), 500)
    met = closed(by)
    closed(by, moved(BETWEEN, 0.5), name="别处")
    made = request_for(by)
    plans = approved(by, lead, made)
    client: Client = signed_in(by)
    address = f"/api/v1/supplies/requests/{made.pk}/map.geojson"
    features = client.get(address).json()["features"]
    (area,) = [one for one in features if one["geometry"]["type"] == "Polygon"]
    assert area["properties"]["name"] == "重庆路"
    assert area["properties"]["url"] == reverse("closed_road", args=[met.pk])
    (way,) = [one for one in features if one["geometry"]["type"] == "LineString"]
    assert way["geometry"]["coordinates"] == [[near.lon, near.lat], list(HERE)]
    assert (way["properties"]["shape"], way["properties"]["name"]) == ("planned", near.name)
    accept_plan(actor=lead, plan_id=next(one for one in plans if one.kind == "soonest").pk, now=NOW)
    features = client.get(address).json()["features"]
    shapes = {one["properties"]["shape"] for one in features if one["geometry"]["type"] == "LineString"}
    assert shapes == {"running"}
    assert [one for one in features if one["geometry"]["type"] == "Polygon"], "still closed for what drives there"
    assert "data-object-map" in client.get(reverse("supply_request", args=[made.pk])).content.decode()
