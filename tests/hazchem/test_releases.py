"""From a tank to whom to warn: what is missing is told, the map, who is within, which way to leave, a warning drafted from it."""

from typing import Any

import pytest

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.estimates import answer_of_row, zones_of
from tocsin.hazchem.releases.rules.scenarios import NEEDED, Circumstances, Scenario, steps_of
from tocsin.hazchem.releases.services.estimating import Weather, make_estimate
from tocsin.hazchem.releases.shown.estimates import zone_features
from tocsin.mobilisation.public_warnings.queries.sources import source_of
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
