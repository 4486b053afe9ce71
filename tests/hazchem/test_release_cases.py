"""From a case to an estimate with the wind of now and back: orders, supplies, warning, another wind, and what was done."""

from datetime import timedelta
from typing import Any

import pytest

from tests.atlas.exposure.bodies import body
from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.command.case_page.shown.supplies import case_that_needs_supplies
from tocsin.command.casebook.models import Case
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.installations.queries.wind import measured_wind
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.subjects import equipment_at, subject_of
from tocsin.hazchem.releases.queries.wind import Weather, likely_stability
from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario
from tocsin.hazchem.releases.services.estimating import estimate_again, make_estimate
from tocsin.hazchem.releases.shown.differences import describe_difference
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.sensing.devices.models import Sensor

LEAK = {"scenario": "boiling_liquid", "substance": "氯", "hole_mm": "50", "temperature_c": "20", "duration_min": "10"}


@pytest.fixture
def plant(db: None, monkeypatch: pytest.MonkeyPatch, english: None) -> tuple[PlantEquipment, Any]:
    """A tank of chlorine at 120.4, 36.2, and the desk of the district."""
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    unit, equipment = make_tank(officer, firm)
    PlantUnit.objects.filter(pk=unit.pk).update(lon=120.4, lat=36.2)
    return equipment, make_named_person("desk", "duty_officer", region=LICANG)


def wind(speed: float = 4.0, turn: float = 350.0, minutes: int = 2) -> None:
    for channel, quantity, value in (("speed", "wind_speed", speed), ("turn", "wind_direction", turn)):
        known = Sensor.objects.filter(device__code="weather-1", channel=channel).first()
        sensor = known or make_level("weather-1", channel, value, quantity)
        at = ms_from_datetime(NOW - timedelta(minutes=minutes))
        Sensor.objects.filter(pk=sensor.pk).update(last_ts=at, last_value=value, lat=36.21)


@pytest.mark.parametrize(
    ("minutes", "known"), [(2, True), (30, True), (31, False)], ids=["fresh", "as old as the policy lets it be", "too old"]
)
def test_the_wind_of_now_is_that_of_the_nearest_fresh_sensors(
    plant: tuple[PlantEquipment, Any], minutes: int, known: bool
) -> None:
    _equipment, desk = plant
    wind(minutes=minutes)
    found = measured_wind(desk, None, 120.4, 36.2, NOW)
    assert (found is not None) is known
    if found is not None:
        assert (found.wind_m_s, found.wind_from_degrees, found.by) == (4.0, 350, "weather-1/speed, weather-1/turn")
        assert 1000 < found.metres < 1200
    assert measured_wind(desk, None, 120.4, 36.5, NOW) is None, "farther than the policy's distance"


def test_a_calm_is_no_less_than_what_the_models_take(plant: tuple[PlantEquipment, Any]) -> None:
    wind(speed=0.1)
    found = measured_wind(plant[1], None, 120.4, 36.2, NOW)
    assert found is not None and found.wind_m_s == 0.5


def test_from_the_case_to_orders_and_back(plant: tuple[PlantEquipment, Any]) -> None:
    equipment, desk = plant
    keeper = make_named_person("exposure", "supervisor", region=LICANG)
    body(keeper, "Near school", lon=120.4, lat=36.1973, telephone="0532-111")
    wind()
    browser = signed_in(desk)
    call = {"region_code": LICANG, "kind": "gas", "place": "Gate of the plant", "level": "", "lon": "120.4005", "lat": "36.2001"}
    browser.post("/cases/new/taken/", call)
    case = Case.objects.get()
    page = f"/plants/releases/at/{equipment.pk}/?case={case.number}"
    assert page in browser.get(f"/cases/{case.number}/").content.decode()
    form = browser.get(page).content.decode()
    assert "4 m/s from 350° by weather-1" in " ".join(words_of(form)) and "2 min ago" in form and case.number in form
    sent = {**LEAK, "wind_m_s": "", "wind_from_degrees": "", "stability": ""}  # nobody overrules what is measured
    answer = browser.post(page, {**sent, "subject_kind": "case", "subject_label": case.number}, follow=True)
    made = ReleaseEstimate.objects.get()
    assert (made.subject_id, made.subject_label, made.wind_by) == (case.pk, case.number, "weather-1/speed, weather-1/turn")
    assert f"/cases/{case.number}/#orders" in answer.content.decode()
    shown = browser.get(f"/cases/{case.number}/").content.decode()
    orders = f"/cases/{case.pk}/release-orders/{made.pk}/"
    assert f"/plants/releases/{made.pk}/" in shown and orders in shown
    proposed = browser.get(orders).content.decode()
    assert "from upwind, the north" in proposed and "Near school" in proposed and "Bring:" in proposed
    unit = Organisation.objects.create(code="fire", name_zh="消防", name_en="Fire", kind="rescue", region_id=LICANG)
    browser.post(f"/orders/send/{case.pk}/", {"unit": str(unit.pk), "role": "assisting", "text": "Go", "next": orders})
    done = browser.get(f"/plants/releases/{made.pk}/").content.decode()
    assert "Order: Fire Go" in done, "what was done is told on the page of the estimate"
    told = browser.get(f"/api/v1/command/cases/{case.pk}/releases").json()
    assert [one["id"] for one in told["estimates"]] == [str(made.pk)] and told["equipment"][0]["id"] == str(equipment.pk)
    program = browser.get(f"/api/v1/command/cases/{case.pk}/release-orders/{made.pk}").json()
    assert [one["kind"] for one in program] == ["rescue", "police", "government"] and "Near school" in program[2]["text"]
    subject = case_that_needs_supplies(desk, case.number)
    assert [one.key for one in subject.areas] == [f"release:{made.pk}"]
    assert ("防化服", 12.0) in subject.goods


def test_an_estimate_becomes_a_case_once(plant: tuple[PlantEquipment, Any]) -> None:
    equipment, desk = plant
    made = _leak(equipment, desk)
    browser = signed_in(desk)
    page = f"/plants/releases/{made.pk}/"
    assert f"/cases/of-release/{made.pk}/" in browser.get(page).content.decode()
    browser.post(f"/cases/of-release/{made.pk}/")
    case = Case.objects.get()
    made.refresh_from_db()
    assert (made.subject_label, case.origin_reference, case.lon) == (case.number, f"release:{made.pk}", 120.4)
    assert browser.post(f"/api/v1/command/release-estimates/{made.pk}/case").status_code == 409
    again = browser.post(f"/cases/of-release/{made.pk}/", follow=True).content.decode()
    assert "belongs to" in again and Case.objects.count() == 1
    assert f"/cases/of-release/{made.pk}/" not in browser.get(page).content.decode()


def test_another_wind_tells_who_came_into_the_area_and_who_left_it(plant: tuple[PlantEquipment, Any]) -> None:
    equipment, desk = plant
    keeper = make_named_person("exposure", "supervisor", region=LICANG)
    south = body(keeper, "South school", lon=120.4, lat=36.19)
    north = body(keeper, "North school", lon=120.4, lat=36.21)
    made = _leak(equipment, desk)
    later = estimate_again(
        actor=desk, estimate_id=made.pk, weather=Weather(wind_m_s=12, wind_from_degrees=180, stability="D"), now=NOW
    )
    assert (later.earlier, later.object_id, later.scenario) == (made, made.object_id, made.scenario)
    told = describe_difference(later, desk, sees=True, at=NOW)
    assert told is not None and [one.id for one in told.entered] == [north.pk] and [one.id for one in told.left] == [south.pk]
    assert len(told.reaches) > 4 and all(one.after_m < one.before_m for one in told.reaches if one.after_m and one.before_m)
    assert describe_difference(made, desk, sees=True, at=NOW) is None
    with pytest.raises(Conflict, match="weather is that"):
        estimate_again(actor=desk, estimate_id=made.pk, weather=Weather(wind_m_s=3, wind_from_degrees=0, stability="D"), now=NOW)
    browser = signed_in(desk)
    page = browser.post(
        f"/plants/releases/{later.pk}/again/", {"wind_m_s": "2", "wind_from_degrees": "90", "stability": "F"}, follow=True
    )
    assert page.status_code == 200 and "What the new wind changes" in page.content.decode()
    assert "newer estimate" in browser.get(f"/plants/releases/{later.pk}/").content.decode()
    answer = browser.post(
        f"/api/v1/hazchem/release-estimates/{made.pk}/again",
        {"wind_m_s": 5, "wind_from_degrees": 45, "stability": "E"},
        content_type="application/json",
    )
    assert answer.status_code == 201 and answer.json()["difference"]["earlier_id"] == str(made.pk)


def test_equipment_is_proposed_by_its_alarm_before_its_distance(plant: tuple[PlantEquipment, Any]) -> None:
    equipment, desk = plant
    near = {"lon": 120.4, "lat": 36.203, "within_m": 500.0, "most": 5}
    assert equipment_at(desk, sensors=[], **near) == [equipment]
    assert equipment_at(desk, sensors=[], **{**near, "within_m": 300.0}) == []
    assert equipment_at(desk, sensors=[], lon=None, lat=None, within_m=500.0, most=5) == []


def test_a_kind_that_nobody_knows_is_refused(plant: tuple[PlantEquipment, Any]) -> None:
    with pytest.raises(InvalidInput, match="case"):
        subject_of(plant[1], "planet", "1")
    assert subject_of(plant[1], "", "") is None
    with pytest.raises(Case.DoesNotExist):
        subject_of(plant[1], "case", "370213-20261124-0001")


def test_stability_at_a_place() -> None:
    assert likely_stability(2.5, 120.4, 36.2, NOW.replace(hour=16)).value == "F", "midnight here"


def _leak(equipment: PlantEquipment, actor: Any) -> ReleaseEstimate:
    return make_estimate(
        actor=actor,
        equipment_id=equipment.pk,
        scenario=Scenario.BOILING_LIQUID,
        substance="氯",
        known=Circumstances(hole_mm=50, temperature_c=20, duration_min=10),
        weather=Weather(wind_m_s=3, wind_from_degrees=0, stability="D"),
        now=NOW,
    )
