"""Where the city's ground has streets, ways take them: around what is closed, and only past what they pass."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, signed_in
from tests.supplies.requests import HERE, approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.atlas.layers.services.ground import keep_ground
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.queries.roads import met_by_delivery
from tocsin.supplies.requests.services.closed_roads import look_at_closed_roads
from tocsin.supplies.requests.services.plans import accept_plan, work_out_plans
from tocsin.supplies.requests.shown.plans import describe_plans
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.roads.rules.closures import RoadShape, Spot
from tocsin.supplies.roads.services.closures import NewClosure, close_road, open_road

pytestmark = pytest.mark.django_db

WEST, EAST, SOUTH, NORTH = 120.41, 120.43, 36.16, 36.17
DIRECT = ("major", [(WEST, SOUTH), (EAST, SOUTH)])
AROUND = ("trunk", [(WEST, SOUTH), (WEST, NORTH), (EAST, NORTH), (EAST, SOUTH)])
DIG: tuple[Spot, ...] = ((120.42, 36.159), (120.42, 36.161))  # across the direct street
OTHER_DIG: tuple[Spot, ...] = ((120.42, 36.169), (120.42, 36.171))


@pytest.fixture(autouse=True)
def _town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_at(monkeypatch, NOW)
    monkeypatch.setattr(settings, "CONFIGURATION", dataclasses.replace(settings.CONFIGURATION, data=tmp_path))
    roads = [_road(*one) for one in (DIRECT, AROUND)]
    keep_ground(actor=system_actor(), features=roads, folder=tmp_path / "ground", now=NOW)


def _road(kind: str, corners: list[Spot]) -> dict[str, Any]:
    told = {"part": "road", "kind": kind, "name": "", "name_en": ""}
    return {"type": "Feature", "properties": told, "geometry": {"type": "LineString", "coordinates": corners}}


def closed(by: User, corners: tuple[Spot, ...], name: str = "京口路") -> ClosedRoad:
    new = NewClosure(shape=RoadShape.LINE, corners=corners, region_code=LICANG, name=name, reason="路面塌陷")
    return close_road(actor=by, new=new, now=NOW)


def soonest(lead: User, by: User) -> Plan:
    made = request_for(by)
    return next(one for one in approved(by, lead, made) if one.kind == "soonest")


def stocked() -> tuple[User, User]:
    lead, by = head(), desk()
    received(lead, store(), item(lead, "棉被"), 500)
    return lead, by


def test_a_way_takes_the_streets(english: None) -> None:
    plan = soonest(*stocked())
    (way,) = plan.ways
    assert (way["by"], way["km"], way["around"]) == ("streets", 1.8, [])
    assert way["minutes"] == pytest.approx(1.8 / 40 * 60, abs=0.1)
    assert way["course"] == [[WEST, SOUTH], [EAST, SOUTH]]
    (share,) = describe_plans(Plan.objects.filter(pk=plan.pk))[0].shares
    assert share.way == "drive of 3 min on the city's streets, 1.8 km"


def test_a_closed_stretch_is_gone_around_on_streets(english: None) -> None:
    lead, by = stocked()
    closed(by, DIG)
    plan = soonest(lead, by)
    (way,) = plan.ways
    assert (way["by"], way["km"], way["around"]) == ("streets", 4.0, ["京口路"])
    assert [WEST, NORTH] in way["course"]
    assert way["further_min"] == pytest.approx(way["minutes"] - 1.8 / 40 * 60, abs=0.1)
    features = signed_in(by).get(f"/api/v1/supplies/requests/{plan.request_id}/map.geojson").json()["features"]
    (line,) = [one for one in features if one["geometry"]["type"] == "LineString"]
    assert line["geometry"]["coordinates"] == way["course"]
    assert [one["properties"]["name"] for one in features if one["geometry"]["type"] == "Polygon"] == ["京口路"]


def test_no_open_street_leaves_the_store_out() -> None:
    lead, by = stocked()
    closed(by, DIG)
    closed(by, OTHER_DIG, "九水路")
    made = request_for(by)
    plans = approved(by, lead, made)
    assert [one.closed for one in plans] == [[{"store": "李沧区救灾物资库", "why": "shut", "road": "京口路"}]] * 3


def test_only_who_passes_hears_of_it_and_plans_come_back_when_it_opens() -> None:
    lead, by = stocked()
    plan = soonest(lead, by)
    far = closed(by, OTHER_DIG, "九水路")
    assert look_at_closed_roads(now=NOW) == 0, "the way does not pass there"
    near = closed(by, DIG)
    assert look_at_closed_roads(now=NOW) == 1
    while work_out_plans(now=NOW):
        pass
    plan = Plan.objects.get(request_id=plan.request_id, kind="soonest", state="ready")
    assert not plan.ways, "both are closed"
    later = NOW + timedelta(minutes=30)
    open_road(actor=by, closed_road_id=far.pk, reason="抢修完成", now=later)
    assert look_at_closed_roads(now=later) == 1
    while work_out_plans(now=later):
        pass
    plan = Plan.objects.get(request_id=plan.request_id, kind="soonest", state="ready")
    (delivery,) = accept_plan(actor=lead, plan_id=plan.pk, now=later)
    assert met_by_delivery(delivery, roads_in_force(later)) == [], "it goes around what the straight line meets"
    open_road(actor=by, closed_road_id=near.pk, reason="抢修完成", now=later)
    again = closed(by, OTHER_DIG, "九水路")
    assert [one.road for one in met_by_delivery(delivery, roads_in_force(later))] == [again]


def test_a_store_far_from_any_street_is_reckoned_by_the_distance() -> None:
    lead, by = head(), desk()
    remote = store()
    remote.lat = 36.3
    remote.save()
    received(lead, remote, item(lead, "棉被"), 500)
    (way,) = soonest(lead, by).ways
    assert (way["by"], way["course"]) == ("distance", [])
    assert HERE == (EAST, SOUTH)
