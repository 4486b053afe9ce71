"""Zones from positions to a breach, the notice, the press that acknowledges it and its end; watchers; buttons."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.hazchem.test_positions import PLACE, at, give_tag
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.models import OutboxEvent
from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.positions.models import TrackPoint
from tocsin.hazchem.positions.rules.arriving import NewPosition
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind
from tocsin.hazchem.positions.services import intake, register
from tocsin.hazchem.zones.models import BreachClock, PlantZone, ZoneBreach, ZonePresence
from tocsin.hazchem.zones.rules.zones import RuleSheet, ZonePurpose, ZoneSheet, circle, read_corners
from tocsin.hazchem.zones.services import zones as services
from tocsin.hazchem.zones.services.crossing import judge_positions
from tocsin.hazchem.zones.services.judging import judge_zones
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = pytest.mark.django_db

type Plant = tuple[SupervisedObject, User]
SQUARE = tuple(PLACE.spot_in_degrees(x, y) for x, y in ((0, 0), (40, 0), (40, 40), (0, 40)))


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def plant() -> Plant:
    firm, officer, _keeper = make_plant()
    SupervisedObject.objects.filter(pk=firm.pk).update(lon=PLACE.lon, lat=PLACE.lat)
    register.enter_gateway(actor=officer, object_id=firm.pk, sheet=GatewaySheet(code="g1", name="Engine"))
    for number in ("T1", "T2", "T3"):
        give_tag(officer, firm, number)
    return firm, officer


def draw(plant: Plant, *rules: RuleSheet, name: str = "Tank farm", **facts: Any) -> PlantZone:
    sheet = ZoneSheet(**{"name": name, "outline": SQUARE, "rules": rules, **facts})
    return services.enter_zone(actor=plant[1], object_id=plant[0].pk, sheet=sheet)


def goes(plant: Plant, *positions: NewPosition, now: datetime = NOW) -> None:
    intake.take_positions(actor=plant[1], gateway="g1", positions=positions, now=now)
    while judge_positions(now=now):
        pass


def round_at(after_s: float) -> int:
    return judge_zones(now=NOW + timedelta(seconds=after_s))


def test_too_many_people_are_told_once_acknowledged_and_over(plant: Plant) -> None:
    firm, officer = plant
    zone = draw(plant, RuleSheet(RuleKind.MOST_PERSONS, 1))
    goes(plant, at(0, 20, 20), at(0, 21, 20, tag="T2"), at(0, 90, 20, tag="T3"))
    assert set(ZonePresence.objects.filter(inside=True).values_list("tag__number", flat=True)) == {"T1", "T2"}
    assert [round_at(after) for after in (0, 10)] == [0, 0], "for fifteen seconds nobody is told"
    assert round_at(15) == 1
    assert round_at(20) == 0
    breach = ZoneBreach.objects.get()
    assert (breach.kind, breach.value, breach.limit, breach.zone) == ("most_persons", 2, 1, zone)
    notice = Notice.objects.get(purpose="zone_breach")
    assert notice.urgent and notice.organisation_id == firm.organisation_id
    event = OutboxEvent.objects.get(name="hazchem.ZoneBreached")
    assert "holder" not in event.data
    client = signed_in(officer)
    assert "too many people" in client.get("/waiting/").content.decode()
    page = client.get(f"/plants/zones/breaches/{breach.pk}/").content.decode()
    assert "2 people, at most 1" in page
    assert client.post(f"/plants/zones/breaches/{breach.pk}/acknowledge/", {"note": "shift change"}).status_code == 302
    breach.refresh_from_db()
    assert (breach.acknowledged_by, breach.note) == (officer, "shift change")
    assert "too many people" not in client.get("/waiting/").content.decode()
    with pytest.raises(Conflict, match="already"):
        services.acknowledge_breach(actor=officer, breach_id=breach.pk, now=NOW)
    goes(plant, at(25, 90, 20, tag="T2"))
    assert [round_at(after) for after in (30, 50, 60)] == [0, 0, 1]
    breach.refresh_from_db()
    assert breach.ended_at == NOW + timedelta(seconds=60)
    assert not BreachClock.objects.exists()


def test_nobody_flaps_at_the_edge_and_late_positions_move_nobody(plant: Plant) -> None:
    draw(plant, RuleSheet(RuleKind.NO_VEHICLES))
    goes(plant, at(-60, 20, 20, accuracy_m=3.0))
    for after, east in ((-50, 39), (-40, 41), (-30, 42.5), (-20, 38)):
        goes(plant, at(after, east, 20, accuracy_m=3.0))
    row = ZonePresence.objects.get()
    assert row.inside and row.since == NOW - timedelta(seconds=60)
    goes(plant, at(-55, 200, 20, accuracy_m=3.0))
    row.refresh_from_db()
    assert row.inside, "what came late was overtaken"
    goes(plant, at(-10, 43.5, 20, accuracy_m=3.0))
    row.refresh_from_db()
    assert (row.inside, row.since) == (False, NOW - timedelta(seconds=10))
    assert not TrackPoint.objects.filter(judged=False).exists()


def test_alone_still_wrong_ones_and_vehicles(plant: Plant) -> None:
    firm, officer = plant
    give_tag(officer, firm, "V1", kind=TagKind.VEHICLE)
    give_tag(officer, firm, "G1", kind=TagKind.VISITOR)
    rules = (
        RuleSheet(RuleKind.LONE_WORKER, 2),
        RuleSheet(RuleKind.STILL, 1),
        RuleSheet(RuleKind.ONLY_KINDS, kinds=("staff", "contractor")),
        RuleSheet(RuleKind.NO_VEHICLES),
        RuleSheet(RuleKind.MOST_SPEED, 15),
    )
    draw(plant, *rules)
    goes(plant, at(-300, 20, 20, tag="G1"), at(0, 20, 20, tag="G1"), at(0, 10, 10, tag="V1", speed_km_h=20.0))
    for after in range(0, 121, 15):
        round_at(after)
    kinds = ZoneBreach.objects.order_by("kind").values_list("kind", "tag__number", "value")
    assert list(kinds) == [
        ("lone_worker", "G1", 2.0),
        ("most_speed", "V1", 20.0),
        ("no_vehicles", "V1", 0.0),
        ("only_kinds", "G1", 0.0),
        ("still", "G1", 5.0),
    ]


def test_another_floor_is_not_in_the_zone(plant: Plant) -> None:
    draw(plant, RuleSheet(RuleKind.MOST_PERSONS, 0), floor="1")
    goes(plant, at(0, 20, 20, floor="2"), at(0, 20, 20, tag="T2", floor="1"))
    assert list(ZonePresence.objects.filter(inside=True).values_list("tag__number", flat=True)) == ["T2"]


def test_a_button_is_told_at_once_and_over_when_it_is_released(plant: Plant) -> None:
    goes(plant, at(-20, 5, 5, sos=True), at(-10, 5, 5, sos=True))
    breach = ZoneBreach.objects.get()
    assert (breach.kind, breach.zone) == ("sos", None)
    assert Notice.objects.filter(purpose="zone_breach").count() == 1
    assert round_at(0) == 0
    goes(plant, at(0, 5, 5))
    assert round_at(5) == 1
    breach.refresh_from_db()
    assert breach.ended_at is not None and breach.acknowledged_at is None
    goes(plant, at(-15, 5, 5, sos=True))
    assert ZoneBreach.objects.count() == 1, "a late position of the same press"


def test_a_watcher_who_goes_away_from_the_work_is_told_to_control_room_and_approver(plant: Plant) -> None:
    firm, officer = plant
    watcher = make_named_person("watcher", "firm_officer", firm.organisation)
    approver = make_named_person("approver", "firm_officer", firm.organisation)
    give_tag(officer, firm, "W1", person_id=watcher.pk)
    facts: dict[str, Any] = {"kind": "hot_work", "grade": "second", "base_grade": "second", "work": "weld", "place": "P-1"}
    permit = WorkPermit.objects.create(
        object=firm,
        region_code=firm.region_code,
        number="W-1",
        applicant=officer,
        watcher=watcher,
        approver=approver,
        state="running",
        state_at=NOW,
        begins_at=NOW,
        ends_at=NOW + timedelta(hours=4),
        created_at=NOW,
        lon=PLACE.lon,
        lat=PLACE.lat,
        **facts,
    )
    goes(plant, at(0, 33, 0, tag="W1", accuracy_m=5.0))
    assert [round_at(after) for after in (0, 70)] == [0, 0], "the accuracy may hide them beside the work"
    goes(plant, at(80, 60, 0, tag="W1", accuracy_m=5.0))
    assert [round_at(after) for after in (80, 130, 141)] == [0, 0, 1]
    breach = ZoneBreach.objects.get()
    assert (breach.kind, breach.permit, round(breach.value)) == ("watcher_away", permit, 60)
    told = Notice.objects.filter(figures__permit=str(permit.pk))
    assert {one.person_id or one.organisation_id for one in told} == {approver.pk, watcher.pk, firm.organisation_id}
    assert not Notice.objects.filter(purpose="zone_breach").exists(), "the permit tells of it, once"
    assert round_at(80 + 11 * 60) == 0, "of a silent one nothing is said, and the breach rests"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": " "}, "name"),
    "two corners": ({"outline": SQUARE[:2]}, "3 to 200 corners"),
    "swapped": ({"outline": tuple((lat, lon) for lon, lat in SQUARE)}, "swapped"),
    "crossed": ({"outline": (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])}, "crosses itself"),
    "tiny": ({"outline": circle(PLACE.lon, PLACE.lat, 0.5)}, "between 4"),
    "rules of a muster point": ({"purpose": ZonePurpose.MUSTER, "rules": (RuleSheet(RuleKind.NO_VEHICLES),)}, "no rules"),
    "twice": ({"rules": (RuleSheet(RuleKind.STILL, 5), RuleSheet(RuleKind.STILL, 6))}, "twice"),
    "half a person": ({"rules": (RuleSheet(RuleKind.MOST_PERSONS, 1.5),)}, "whole"),
    "nothing": ({"rules": (RuleSheet(RuleKind.LONE_WORKER, 0),)}, "more than 0"),
    "nobody": ({"rules": (RuleSheet(RuleKind.ONLY_KINDS),)}, "who may be there"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_zone_is_told(plant: Plant, name: str) -> None:
    facts, words = WRONG[name]
    with pytest.raises(InvalidInput, match=words):
        draw(plant, **facts)


def test_zones_are_the_firms_own_and_changed_ones_are_judged_anew(plant: Plant) -> None:
    firm, officer = plant
    zone = draw(plant, RuleSheet(RuleKind.MOST_PERSONS, 5))
    _other, stranger, bureau = make_plant("Other", "plant-b")
    with pytest.raises(NotAllowed):
        services.enter_zone(actor=bureau, object_id=firm.pk, sheet=ZoneSheet(name="x", outline=SQUARE))
    for actor in (stranger, bureau):
        with pytest.raises(PlantZone.DoesNotExist):
            services.withdraw_zone(actor=actor, zone_id=zone.pk, now=NOW)
    with pytest.raises(Conflict, match="Tank farm"):
        draw(plant)
    goes(plant, at(0, 20, 20))
    moved = ZoneSheet(name="Tank farm", outline=circle(*PLACE.spot_in_degrees(200, 0), 20))
    services.change_zone(actor=officer, zone_id=zone.pk, sheet=moved)
    assert not ZonePresence.objects.exists()
    services.withdraw_zone(actor=officer, zone_id=zone.pk, now=NOW)
    assert signed_in(officer).get(f"/plants/zones/{zone.pk}/").status_code == 404
    with pytest.raises(InvalidInput, match="line 1"):
        read_corners("120.1")


def test_pages_and_api(plant: Plant) -> None:
    firm, officer = plant
    client = signed_in(officer)
    lon, lat = PLACE.spot_in_degrees(20, 20)
    form = {
        "name": "Reactor",
        "purpose": "zone",
        "lon": lon,
        "lat": lat,
        "radius_m": "25",
        "most_persons": "0",
        "only_kinds": "staff",
    }
    assert client.post(f"/plants/zones/of/{firm.pk}/enter/", {**form, "corners": "120 36"}).status_code == 400
    assert client.post(f"/plants/zones/of/{firm.pk}/enter/", form).status_code == 302
    zone = PlantZone.objects.get()
    goes(plant, at(0, 20, 20))
    assert "holder of T1" in client.get(f"/plants/zones/{zone.pk}/").content.decode()
    round_at(0)
    round_at(20)
    told = client.get(f"/api/v1/hazchem/plant-zones?firm={firm.pk}").json()
    assert [(one["name"], one["people"], [rule["kind"] for rule in one["rules"]]) for one in told] == [
        ("Reactor", 1, ["most_persons", "only_kinds"])
    ]
    drawn = client.get(f"/api/v1/hazchem/plant-zones.geojson?firm={firm.pk}&people=true").json()["features"]
    assert [(one["geometry"]["type"], one["properties"]["shape"]) for one in drawn] == [("Polygon", "red"), ("Point", "good")]
    assert "Broken now" in client.get(f"/plants/zones/of/{firm.pk}/").content.decode()
    change = client.get(f"/plants/zones/{zone.pk}/change/").content.decode()
    assert 'value="0"' in change and "checked" in change
    listed = client.get("/api/v1/hazchem/zone-breaches?which=waits").json()
    assert [one["kind"] for one in listed] == ["most_persons"]
    answer = client.post(f"/api/v1/hazchem/zone-breaches/{listed[0]['id']}/acknowledgement", {}, content_type="application/json")
    assert answer.json()["acknowledged_by"] == str(officer)
    assert client.get("/plants/zones/?format=csv").status_code == 200
