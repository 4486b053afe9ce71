"""The wind of now in estimates, warnings and permits: taken unless overruled, calm and missing said, grade 5 holds work up."""

from datetime import timedelta

import pytest

from tests.hazchem.crews import Crew
from tests.hazchem.crews import crew as crew
from tests.hazchem.test_release_cases import LEAK, plant, wind
from tests.languages import english as english
from tests.people import LICANG, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.hazchem.installations.models import PlantEquipment
from tocsin.hazchem.installations.queries.wind import measured_wind, wind_grade
from tocsin.hazchem.installations.rules.wind import beaufort
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.wind import Weather
from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario
from tocsin.hazchem.releases.services.estimating import estimate_again, make_estimate
from tocsin.hazchem.releases.shown.occasions import warned_area, words_in
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Device
from tocsin.sensing.face import visible_sensors

__all__ = ["plant"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Plant = tuple[PlantEquipment, User]

# GB/T 28591-2012: the least wind of each grade, m/s
GRADES = [(0.0, 0), (0.3, 1), (1.6, 2), (3.4, 3), (5.5, 4), (8.0, 5), (10.8, 6), (13.9, 7), (17.2, 8), (32.7, 12), (56.1, 17)]


@pytest.mark.parametrize(("wind_m_s", "grade"), GRADES)
def test_grades_of_wind(wind_m_s: float, grade: int) -> None:
    assert beaufort(wind_m_s) == grade
    assert beaufort(wind_m_s - 0.1) == max(0, grade - 1)


def leak(plant: Plant, weather: Weather) -> ReleaseEstimate:
    equipment, desk = plant
    known = Circumstances(hole_mm=50, temperature_c=20, duration_min=10)
    return make_estimate(
        actor=desk,
        equipment_id=equipment.pk,
        scenario=Scenario.BOILING_LIQUID,
        substance="氯",
        known=known,
        weather=weather,
        now=NOW,
    )


@pytest.mark.one_database
def test_what_nobody_overrules_is_measured_and_what_somebody_tells_goes_before_it(plant: Plant) -> None:
    wind(speed=4.0, turn=350.0, minutes=7)
    found = measured_wind(plant[1], None, 120.4, 36.2, NOW)
    assert found is not None and (found.age_min, found.calm) == (7, False)
    by_itself = leak(plant, Weather())
    assert (by_itself.case["weather"]["wind_m_s"], by_itself.wind_from_degrees) == (4.0, 350)
    assert (by_itself.wind_by, by_itself.wind_at) == ("weather-1/speed, weather-1/turn", NOW - timedelta(minutes=7))
    overruled = leak(plant, Weather(wind_from_degrees=90))
    assert (overruled.case["weather"]["wind_m_s"], overruled.wind_from_degrees, overruled.wind_by) == (4.0, 90, "")
    assert estimate_again(actor=plant[1], estimate_id=overruled.pk, weather=Weather(), now=NOW).wind_from_degrees == 350


@pytest.mark.one_database
def test_where_no_wind_is_measured_it_is_asked_for(plant: Plant) -> None:
    wind(minutes=31)
    with pytest.raises(InvalidInput, match=r"No sensor within 10000 m has told .* in the last 30 minutes"):
        leak(plant, Weather(wind_m_s=3))
    told = leak(plant, Weather(wind_m_s=3, wind_from_degrees=10))
    assert told.wind_by == ""
    browser = signed_in(plant[1])
    answer = browser.post(f"/plants/releases/at/{plant[0].pk}/", {**LEAK, "wind_m_s": "", "wind_from_degrees": ""})
    assert answer.status_code == 400 and "ask on site" in answer.content.decode()
    url = f"/api/v1/hazchem/plant-equipment/{plant[0].pk}/release-estimates"
    known = {"hole_mm": 50, "temperature_c": 20, "duration_min": 10}
    body = {"scenario": "boiling_liquid", "substance": "氯", "known": known}
    assert browser.post(url, body, content_type="application/json").status_code == 400
    wind()
    made = browser.post(url, body, content_type="application/json").json()
    assert (made["release"]["wind_m_s"], made["release"]["wind_by"]) == (4.0, "weather-1/speed, weather-1/turn")


@pytest.mark.one_database
def test_in_a_calm_the_whole_circle_is_warned_and_no_direction_told(plant: Plant) -> None:
    wind(speed=0.2)
    made = leak(plant, Weather())
    area = warned_area(made)
    assert area is not None and (area.towards_deg, area.half_angle_deg) == (None, None)
    assert "Chlorine may escape; there is hardly any wind, it spreads to all sides" in words_in(made, "en")
    assert "：氯可能泄漏" in words_in(made, "zh-hans")
    page = signed_in(plant[1]).get(f"/plants/releases/{made.pk}/").content.decode()
    assert "Calm: its direction tells nothing" in page and "Leave across the wind" not in page


@pytest.mark.one_database
def test_a_firm_s_people_get_the_wind_of_the_city_and_of_their_own_station_and_no_other_firm_s(crew: Crew) -> None:
    wind(speed=8.0)
    station, own = Device.objects.get(code="weather-1"), crew.firm.organisation
    assert own is not None and not visible_sensors(crew.applicant).exists(), "they see no list of sensors"
    for owner, told in ((None, True), (own, True), (make_body("Next door"), False)):
        station.organisation = owner
        station.save()
        grade = wind_grade(crew.applicant, own.pk, 120.4, 36.2, NOW)
        air = measured_wind(crew.applicant, own.pk, 120.4, 36.2, NOW)
        assert ((grade is not None), (air is not None)) == (told, told), owner
    desk = make_named_person("desk", "duty_officer", region=LICANG)
    assert wind_grade(desk, own.pk, 120.4, 36.2, NOW) is not None, "whoever sees the sensor is told by it"


@pytest.mark.one_database
def test_wind_of_now_grades_work_that_begins_soon_and_holds_up_what_was_not_graded_for_it(crew: Crew) -> None:
    wind(speed=8.0)
    grade = wind_grade(crew.applicant, crew.firm.organisation_id, 120.4, 36.2, NOW)
    assert grade is not None and (grade.grade, grade.by) == (5, "weather-1/speed")
    with pytest.raises(InvalidInput, match="Wind of grade 5"):
        crew.apply(open_air=True)
    raised = crew.apply(open_air=True, necessary=True)
    assert (raised.wind, raised.raised_by) == (5, ["wind"])
    later = {"begins_at": NOW + timedelta(hours=3), "ends_at": NOW + timedelta(hours=5)}
    assert crew.apply(open_air=True, **later).wind is None, "who knows the wind of then"
    assert crew.apply(open_air=True, wind=3).wind == 3, "a person overrules"
    assert crew.apply().wind is None, "indoors"
    permit = crew.approve(crew.apply(open_air=True, wind=3))
    with pytest.raises(Conflict, match="Wind of grade 5 by weather-1/speed at"):
        crew.start(permit)
    wind(speed=7.9)
    assert crew.start(permit).state == PermitState.RUNNING
    work.pause_work(actor=crew.applicant, permit_id=permit.pk, now=NOW)
