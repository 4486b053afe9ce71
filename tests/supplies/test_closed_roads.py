"""Closed roads: plans go around them by a stated rule, running deliveries hear of them, each once."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.supplies.requests import HERE, approved, desk, request_for, served
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.rules.codes import driver_token
from tocsin.supplies.requests.services.closed_roads import look_at_closed_roads
from tocsin.supplies.requests.services.plans import work_out_plans
from tocsin.supplies.requests.shown.plans import describe_plans
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.roads.rules.closures import Closure, CornerFault, Passage, RoadShape, Spot, fault_of
from tocsin.supplies.roads.services.closures import NewClosure, close_road, open_road, set_end

pytestmark = pytest.mark.django_db

BETWEEN = ((120.42, 36.15), (120.42, 36.17))  # across the straight way from the county's store
SQUARE = ((120.418, 36.158), (120.422, 36.158), (120.422, 36.162), (120.418, 36.162))
STORE = (120.41, 36.16)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def closed(by: User, corners: tuple[Spot, ...] = BETWEEN, shape: RoadShape = RoadShape.LINE, **facts: object) -> ClosedRoad:
    told = {"region_code": LICANG, "name": "重庆路", "reason": "路面塌陷", **facts}
    return close_road(actor=by, new=NewClosure(shape=shape, corners=corners, **told), now=NOW)  # type: ignore[arg-type]


def moved(corners: tuple[Spot, ...], lat: float) -> tuple[Spot, ...]:
    return tuple((one, other + lat) for one, other in corners)


@pytest.mark.parametrize(
    ("shape", "corners", "passage"),
    [
        (RoadShape.LINE, BETWEEN, Passage.AROUND),
        (RoadShape.LINE, moved(BETWEEN, 0.02), Passage.FREE),
        (RoadShape.LINE, ((120.412, 36.1605), (120.42, 36.1605)), Passage.AROUND),
        (RoadShape.LINE, ((120.412, 36.1615), (120.42, 36.1615)), Passage.FREE),
        (RoadShape.AREA, SQUARE, Passage.AROUND),
        (RoadShape.AREA, ((120.40, 36.15), (120.415, 36.15), (120.415, 36.17), (120.40, 36.17)), Passage.SHUT),
        (RoadShape.AREA, ((120.425, 36.15), (120.44, 36.15), (120.44, 36.17), (120.425, 36.17)), Passage.SHUT),
        (RoadShape.AREA, moved(SQUARE, 0.01), Passage.FREE),
    ],
)
def test_what_a_closed_road_does_to_a_way(shape: RoadShape, corners: tuple[Spot, ...], passage: Passage) -> None:
    assert Closure(shape, corners, 100).passage(STORE, HERE)[0] is passage


def test_the_way_around_is_that_of_a_rope() -> None:
    """A wall of 2.2 km in the middle of 1.8 km: twice the half diagonal, 2.4 km at least, and a little for 100 m beside it."""
    passage, further = Closure(RoadShape.LINE, BETWEEN, 100).passage(STORE, HERE)
    straight, wall = 1.796, 2.224
    rope = 2 * ((straight / 2) ** 2 + (wall / 2) ** 2) ** 0.5
    assert passage is Passage.AROUND
    assert rope - straight < further < rope - straight + 0.35
    assert Closure(RoadShape.LINE, BETWEEN, 100).passage(HERE, STORE)[1] == pytest.approx(further)
    beside, girth = Closure(RoadShape.LINE, BETWEEN, 1000).passage(STORE, HERE)
    assert beside is Passage.AROUND
    assert girth > further


@pytest.mark.parametrize(
    ("shape", "corners", "fault"),
    [
        (RoadShape.LINE, (STORE,), CornerFault.FEW),
        (RoadShape.LINE, (STORE, STORE), CornerFault.FEW),
        (RoadShape.LINE, (STORE, (190.0, 36.0)), CornerFault.NO_DEGREES),
        (RoadShape.LINE, (STORE, (float("nan"), 36.0)), CornerFault.NO_DEGREES),
        (RoadShape.LINE, (STORE, (125.0, 36.0)), CornerFault.LONG),
        (RoadShape.LINE, tuple((120 + one / 1000, 36.0) for one in range(201)), CornerFault.MANY),
        (RoadShape.AREA, (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]), CornerFault.CROSSES),
        (RoadShape.AREA, SQUARE, None),
    ],
)
def test_corners_that_make_no_road(shape: RoadShape, corners: tuple[Spot, ...], fault: CornerFault | None) -> None:
    assert fault_of(shape, corners) is fault


def test_a_plan_goes_around_leaves_out_what_is_shut_in_and_says_so(english: None) -> None:
    lead, by = head(), desk()
    quilt = item(lead, "棉被")
    near = store()
    received(lead, near, quilt, 500)
    closed(by, detour_min=25)
    made = request_for(by)
    plans = approved(by, lead, made)
    (share,) = describe_plans(Plan.objects.filter(pk=plans[1].pk))[0].shares
    assert share.way.endswith("29 min, reckoned from the distance, 25 min of it around what is closed: 重庆路"), share.way
    closed(by, ((120.40, 36.15), (120.415, 36.15), (120.415, 36.17), (120.40, 36.17)), RoadShape.AREA, name="库区")
    assert look_at_closed_roads(now=NOW) == 1
    while work_out_plans(now=NOW):
        pass
    told = describe_plans(Plan.objects.filter(request_id=made.pk, kind="soonest", state="ready"))[0]
    assert (told.shares, told.closed) == ([], ["李沧区救灾物资库 (in a closed area, 库区)"])
    for number, road in enumerate(ClosedRoad.objects.order_by("from_at", "id"), start=1):
        open_road(actor=by, closed_road_id=road.pk, reason="已抢通", now=NOW + timedelta(minutes=number))
    later = NOW + timedelta(hours=1)
    assert look_at_closed_roads(now=later) >= 1
    while work_out_plans(now=later):
        pass
    told = describe_plans(Plan.objects.filter(request_id=made.pk, kind="soonest", state="ready"))[0]
    assert [one.way.endswith("reckoned from the distance") for one in told.shares] == [True]
    assert not look_at_closed_roads(now=later + timedelta(hours=1)), "once"


def test_people_of_a_running_delivery_are_told_once_and_again_when_it_is_open(
    english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, lead, _request, deliveries = served(500)
    (delivery,) = deliveries
    Notice.objects.all().delete()
    road = closed(by)
    assert look_at_closed_roads(now=NOW) == 1
    assert look_at_closed_roads(now=NOW) == 0
    told = list(Notice.objects.all())
    assert {one.why for one in told} == {"supplies_giver", "supplies_asker"}
    assert all(one.figures["road"] == "重庆路" for one in told)
    page = " ".join(words_of(signed_in(lead).get(f"/supplies/deliveries/{delivery.pk}/").content))
    assert "重庆路 go around. 路面塌陷" in page
    token = driver_token(delivery.pk, key_for(Purpose.CODES))
    answer = Client(headers={"accept-language": "en", "x-delivery-tokens": token}).get("/supplies/way/deliveries.json").json()
    assert answer["deliveries"][0]["closed_roads"][0].startswith("重庆路: go around. 路面塌陷")
    later = NOW + timedelta(minutes=30)
    open_road(actor=by, closed_road_id=road.pk, reason="已修复", now=later)
    assert look_at_closed_roads(now=later) == 1
    assert look_at_closed_roads(now=later + timedelta(minutes=1)) == 0
    assert [one.figures["what"] for one in Notice.objects.order_by("id")].count("road_open") == 2
    stand_at(monkeypatch, later)
    assert "重庆路 go around." not in " ".join(words_of(signed_in(lead).get(f"/supplies/deliveries/{delivery.pk}/").content))


def test_a_road_is_closed_from_a_moment_until_an_end() -> None:
    by = desk()
    later, end = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    road = closed(by, from_at=later, until_at=end)
    assert [in_force_at(at) for at in (NOW, later, end)] == [[], [road], []]
    set_end(actor=by, closed_road_id=road.pk, until_at=None, now=NOW)
    assert in_force_at(end) == [road]
    with pytest.raises(InvalidInput):
        set_end(actor=by, closed_road_id=road.pk, until_at=NOW, now=NOW)
    open_road(actor=by, closed_road_id=road.pk, reason="通行", now=later)
    with pytest.raises(Conflict):
        open_road(actor=by, closed_road_id=road.pk, reason="通行", now=end)
    acts = set(AuditEntry.objects.filter(object_id=str(road.pk)).values_list("action", flat=True))
    assert acts == {"road.closed", "road.end_set", "road.opened"}


def in_force_at(at: datetime) -> list[ClosedRoad]:
    return roads_in_force(at)


def test_duty_officers_and_heads_close_roads_of_their_area_and_nobody_else() -> None:
    road = closed(head())
    keeper = make_person("store_keeper", LICANG, organisation="emergency_bureau")
    for stranger in (make_person("viewer", LICANG), make_person("duty_officer", SHINAN), keeper):
        with pytest.raises(NotAllowed):
            closed(stranger)
    address = f"/api/v1/supplies/closed-roads/{road.pk}"
    assert signed_in(make_person("viewer", SHINAN)).get(address).status_code == 404
    assert signed_in(keeper).get(address).status_code == 404
    assert (
        signed_in(make_person("analyst", LICANG)).post(f"{address}/open", {"reason": "x"}, "application/json").status_code == 403
    )


def test_page_and_api_close_and_open(english: None) -> None:
    browser = signed_in(make_person("duty_officer", LICANG))
    form = {"region_code": LICANG, "name": "重庆路", "shape": "line", "reason": "塌陷", "corners": "120.42,36.15 120.42，36.17"}
    page = browser.post("/supplies/roads/closed/close/", form, follow=True)
    assert page.redirect_chain[-1][0].startswith("/supplies/roads/closed/")
    road = ClosedRoad.objects.get()
    assert road.corners == [[120.42, 36.15], [120.42, 36.17]]
    wrong = browser.post("/supplies/roads/closed/close/", {**form, "corners": "120.42 36.15"}, follow=True)
    assert "is no corner" in " ".join(words_of(wrong.content))
    (feature,) = browser.get("/api/v1/supplies/closed-roads.geojson").json()["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["url"] == f"/supplies/roads/closed/{road.pk}/"
    assert "重庆路" in browser.get("/supplies/roads/closed/").content.decode()
    browser.post(f"/supplies/roads/closed/{road.pk}/end/", {"until_at": "2026-11-30T08:00"})
    browser.post(f"/supplies/roads/closed/{road.pk}/open/", {"reason": "通行"})
    assert browser.get("/api/v1/supplies/closed-roads").json() == []
    assert browser.get("/api/v1/supplies/closed-roads?all=true").json()[0]["state"] == "open"
    corners = [{"lon": lon, "lat": lat} for lon, lat in SQUARE]
    body = {"region_code": LICANG, "name": "库区", "shape": "area", "reason": "洪水", "corners": corners}
    told = browser.post("/api/v1/supplies/closed-roads", body, "application/json").json()
    assert (told["state"], told["shape_name"]) == ("closed", "area")
    assert (
        browser.post(f"/api/v1/supplies/closed-roads/{told['id']}/end", {"until_at": None}, "application/json").status_code == 200
    )
    assert browser.post("/api/v1/supplies/closed-roads", {**body, "corners": []}, "application/json").status_code == 400
