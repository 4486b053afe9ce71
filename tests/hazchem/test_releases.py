"""From a tank to whom to warn: what is missing is told, the map, who is within, which way to leave, a warning drafted from it."""

import math
from datetime import timedelta
from typing import Any

import pytest

from tests.atlas.exposure.bodies import body
from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import LICANG, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.policy.leaving import leaving_policy
from tocsin.hazchem.releases.queries.estimates import answer_of_row, zones_of
from tocsin.hazchem.releases.queries.wind import Weather
from tocsin.hazchem.releases.rules.scenarios import NEEDED, Circumstances, Scenario, steps_of
from tocsin.hazchem.releases.services.estimating import make_estimate
from tocsin.hazchem.releases.shown.estimates import zone_features
from tocsin.hazchem.releases.shown.occasions import release_that_endangers, warned_area
from tocsin.hazchem.releases.shown.proposals import describe_proposals
from tocsin.mobilisation.public_warnings.queries.sources import source_of
from tocsin.mobilisation.public_warnings.rules.places import Circle, Plume, shape_of
from tocsin.screens.words import direction

KNOWN = Circumstances(
    hole_mm=50, pressure_kpa=700, temperature_c=20, head_m=3, mass_t=20, duration_min=10, rate_kg_s=1, bund_area_m2=200
)
WEATHER = Weather(wind_m_s=3, wind_from_degrees=0, stability="D")
ANSWERED = [
    (Scenario.BOILING_LIQUID, "氯", "aegl_2"),
    (Scenario.GAS, "氨", "aegl_2"),
    (Scenario.LIQUID_POOL, "丙烯腈", "lower_limit"),
    (Scenario.POOL_FIRE, "苯", "heat_4"),
    (Scenario.JET_FIRE, "甲烷", "heat_4"),
    (Scenario.FIREBALL, "丙烷", "heat_4"),
    (Scenario.EXPLOSION, "丙烷", "pressure_2_1"),
    (Scenario.KNOWN_RATE, "氯", "aegl_2"),
]


@pytest.mark.parametrize("scenario", Scenario)
def test_what_a_scenario_needs_is_told_before_anything_is_reckoned(scenario: Scenario) -> None:
    assert steps_of(scenario, KNOWN)
    for name in NEEDED[scenario]:
        with pytest.raises(InvalidInput, match=name):
            steps_of(scenario, Circumstances(**{**vars(KNOWN), name: None}))


def test_points_of_the_compass() -> None:
    assert [str(direction(one)) for one in (0, 44, 91, 181, 337, 359, -90)] == [
        *("north", "north-east", "east", "south", "north-west", "north", "west")
    ]


@pytest.fixture
def tank(db: None) -> tuple[PlantEquipment, Any, Any]:
    firm, officer, keeper = make_plant()
    unit, equipment = make_tank(officer, firm)
    PlantUnit.objects.filter(pk=unit.pk).update(lon=120.4, lat=36.2)
    return equipment, officer, keeper


@pytest.mark.parametrize(("scenario", "substance", "threshold"), ANSWERED, ids=[one[0] for one in ANSWERED])
def test_every_scenario_reaches_somewhere(
    tank: tuple[PlantEquipment, Any, Any], scenario: Scenario, substance: str, threshold: str
) -> None:
    equipment, officer, _keeper = tank
    made = make_estimate(
        actor=officer, equipment_id=equipment.pk, scenario=scenario, substance=substance, known=KNOWN, weather=WEATHER, now=NOW
    )
    zones = {one.threshold: one for one in zones_of(answer_of_row(made))}
    assert threshold in zones and zones[threshold].farthest_m > 5
    south, north = made.lat - zones[threshold].shape.bounds[1], zones[threshold].shape.bounds[3] - made.lat
    assert south > north - 1e-9, "a wind from the north carries it south"
    areas = [one.area_m2 for one in zones_of(answer_of_row(made))]
    assert areas == sorted(areas)
    assert zone_features(made)[-1]["geometry"] == {"type": "Point", "coordinates": [120.4, 36.2]}


def test_a_cloud_that_is_not_heavy_goes_by_the_other_model_and_says_so(tank: tuple[PlantEquipment, Any, Any]) -> None:
    equipment, officer, _keeper = tank
    known = Circumstances(hole_mm=5, pressure_kpa=300)
    made = make_estimate(
        actor=officer,
        equipment_id=equipment.pk,
        scenario=Scenario.GAS,
        substance="甲烷",
        known=known,
        weather=WEATHER,
        now=NOW,
    )
    assert [one["model"] for one in made.case["scenario"]] == ["gas_hole", "gaussian_plume"]
    assert made.instead_of


def test_equipment_without_a_place_is_told(tank: tuple[PlantEquipment, Any, Any]) -> None:
    equipment, officer, _keeper = tank
    PlantUnit.objects.update(lon=None, lat=None)
    with pytest.raises(InvalidInput, match="where this equipment stands"):
        make_estimate(
            actor=officer,
            equipment_id=equipment.pk,
            scenario=Scenario.FIREBALL,
            substance="丙烷",
            known=KNOWN,
            weather=WEATHER,
            now=NOW,
        )


def test_pages_from_the_tank_to_the_draft_of_a_warning(
    tank: tuple[PlantEquipment, Any, Any], english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    equipment, _officer, keeper = tank
    browser = signed_in(keeper)
    page = f"/plants/releases/at/{equipment.pk}/"
    assert page in browser.get(f"/plants/{equipment.unit_id}/").content.decode()
    told = {"scenario": "boiling_liquid", "substance": "氯", "wind_m_s": "3", "wind_from_degrees": "0", "stability": "D"}
    refused = browser.post(page, told)
    assert refused.status_code == 400 and "hole_mm" in refused.content.decode()
    answer = browser.post(page, {**told, "hole_mm": "50", "temperature_c": "20"}, follow=True)
    made = ReleaseEstimate.objects.get()
    shown = answer.content.decode()
    assert "to the east or to the west" in shown.replace("\n", " ") and "AEGL" in shown
    areas = browser.get(f"/api/v1/hazchem/release-estimates/{made.pk}/zones.geojson").json()["features"]
    assert {one["geometry"]["type"] for one in areas} == {"Polygon", "Point"}
    told_all = browser.get(f"/api/v1/hazchem/release-estimates/{made.pk}").json()
    assert told_all["zones"] and told_all["zones"][0]["exposure"] is not None
    assert made.title in browser.get("/plants/releases/").content.decode()
    source = source_of(keeper, "release", made.pk)
    assert source is not None and (source.lon, source.lat) == (120.4, 36.2)
    _firm, stranger, _keeper = make_plant("Other", "plant-b")
    assert signed_in(stranger).get(f"/plants/releases/{made.pk}/").status_code == 404
    assert source_of(make_named_person("far", "supervisor", region="370602"), "release", made.pk) is None


def _leak(tank: tuple[PlantEquipment, Any, Any], **given: Any) -> ReleaseEstimate:
    equipment, officer, _keeper = tank
    told: dict[str, Any] = {"scenario": Scenario.BOILING_LIQUID, "substance": "氯", "known": KNOWN, "weather": WEATHER, **given}
    return make_estimate(actor=officer, equipment_id=equipment.pk, now=NOW, **told)


def test_people_near_stay_those_far_go_and_nobody_is_led_past_the_release(tank: tuple[PlantEquipment, Any, Any]) -> None:
    """Wind from the north: a school 300 m south, a hotel 7 km south near the edge, shelters across the wind and behind."""
    keeper = make_named_person("exposure", "supervisor", region=LICANG)
    made = _leak(tank)
    near = body(keeper, "Near school", lon=120.4, lat=36.1973, telephone="0532-111")
    area = warned_area(made)
    assert area is not None and area.half_angle_deg is not None
    turn = math.radians(180 - area.half_angle_deg + 4)  # a little inside of the eastern edge
    lon, lat = LocalPlane(made.lon, made.lat).spot_in_degrees(7000 * math.sin(turn), 7000 * math.cos(turn))
    far = body(keeper, "Far hotel", kind="hotel", lon=lon, lat=lat)
    aside = body(keeper, "Shelter aside", kind="shelter", lon=120.44, lat=36.199, telephone="0532-222")
    body(keeper, "Shelter upwind", kind="shelter", lon=120.4, lat=36.205)
    told = describe_proposals(made, keeper, sees=True, at=NOW)
    assert told.area is not None and told.farthest_m > 5000 and told.lasts_min == 10
    people = {one.body_id: one for one in told.people}
    assert (people[near.pk].leaving, people[near.pk].telephone) == ("shelter", "0532-111")
    assert people[far.pk].leaving == "go" and people[far.pk].arrives_min > people[far.pk].out_min
    assert people[near.pk].shelter_id == aside.pk and people[near.pk].towards in ("east", "west", "south-east", "south-west")
    assert not people[near.pk].on_streets
    assert set(told.shelters) == {"Shelter aside", "Shelter upwind"}
    called = {one.exposed_body_id: one.telephone for one in told.calls if one.exposed_body_id}
    assert called[aside.pk] == "0532-222" and len(called) == 2, "they are told that people come"
    assert {"正压式空气呼吸器", "防化服", "氢氧化钠(片碱)"} <= set(told.goods_asked)
    blind = describe_proposals(made, keeper, sees=False, at=NOW)
    assert (blind.people, blind.people_known) == ([], False)


def test_a_leak_without_an_end_asks_to_be_brought_out(tank: tuple[PlantEquipment, Any, Any]) -> None:
    keeper = make_named_person("exposure", "supervisor", region=LICANG)
    near = body(keeper, lon=120.4, lat=36.1973)
    known = Circumstances(**{**vars(KNOWN), "duration_min": None})
    (one,) = describe_proposals(_leak(tank, known=known), keeper, sees=True, at=NOW).people
    assert (one.body_id, one.leaving) == (near.pk, "shelter_then_out")


def test_a_fire_is_left_at_once_and_its_warning_is_a_circle(tank: tuple[PlantEquipment, Any, Any]) -> None:
    keeper = make_named_person("exposure", "supervisor", region=LICANG)
    body(keeper, lon=120.4, lat=36.1995)
    made = _leak(tank, scenario=Scenario.FIREBALL, substance="丙烷")
    told = describe_proposals(made, keeper, sees=True, at=NOW)
    assert [one.leaving for one in told.people] == ["go"] and told.arrives_min is None
    source = source_of(keeper, "release", made.pk)
    assert source is not None and isinstance(source.place, Circle) and source.place.radius_m >= told.farthest_m
    assert "泡沫灭火剂" in told.goods_asked and "防化服" not in told.goods_asked


def test_the_draft_of_a_warning_covers_the_area_that_is_warned(tank: tuple[PlantEquipment, Any, Any]) -> None:
    keeper = make_named_person("warns", "duty_officer", region=LICANG)
    made = _leak(tank)
    source, area = source_of(keeper, "release", made.pk), warned_area(made)
    assert source is not None and area is not None and source.kind == "hazardous_chemical"
    assert isinstance(source.place, Plume) and source.place.towards_deg == 180 and source.place.length_m >= area.reach_m
    zone = next(one for one in zones_of(answer_of_row(made)) if one.threshold == "aegl_2")
    assert shape_of(source.place, lambda _code: None).buffer(2e-5).covers(zone.shape)
    assert "横" in source.measures["zh"] and "across the wind" in source.measures["en"]
    shown = signed_in(keeper).get(f"/warnings/new/?source_kind=release&source_id={made.pk}&level=red").content.decode()
    assert "across the wind" in shown and f'value="{source.place.length_m}"' in shown


def test_a_draft_from_the_page_comes_back_to_it(tank: tuple[PlantEquipment, Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    body_of_desk = make_body("desk-body")
    browser = signed_in(make_named_person("drafts", "duty_officer", body_of_desk, region=LICANG))
    made = _leak(tank)
    area = warned_area(made)
    assert area is not None
    sent = {"region_code": LICANG, "kind": "hazardous_chemical", "level": "red", "source_kind": "release"}
    sent |= {
        "source_id": str(made.pk),
        "headline_zh": "氯气泄漏",
        "headline_en": "Chlorine",
        "expires_at": f"{NOW + timedelta(hours=12):%Y-%m-%dT%H:%M}",
    }
    sent |= {"lat": str(area.lat), "lon": str(area.lon), "towards_deg": "180", "length_m": "9000", "half_angle_deg": "40"}
    answer = browser.post("/warnings/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    shown = browser.get(f"/plants/releases/{made.pk}/").content.decode()
    assert "Public warning: Chlorine" in shown and "What was done" in shown


def test_those_in_the_area_are_told_because_of_it(tank: tuple[PlantEquipment, Any, Any]) -> None:
    keeper = make_named_person("teller", "duty_officer", region=LICANG)
    occasion = release_that_endangers(keeper, _leak(tank).pk)
    assert occasion.subject.kind == "release" and "across the wind" in occasion.words and len(occasion.words) <= 300


def test_goods_of_the_policy_are_those_of_the_substance() -> None:
    goods = dict(leaving_policy().goods_for("7664-41-7", toxic=True, flammable=True))
    assert "消防水带" in goods and "氢氧化钠(片碱)" not in goods and goods["便携式气体检测仪"] == 6
