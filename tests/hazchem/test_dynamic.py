"""Dynamic risk of a firm from rest over what raises it to what lowers it: judged, kept, told, shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.hazchem.test_prevention import Ledger
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.prevention.models import AreaRisk, DynamicRisk, DynamicRiskStep
from tocsin.hazchem.prevention.queries.dynamic import areas_now, visible_risks
from tocsin.hazchem.prevention.rules.dynamic import RiskFactor
from tocsin.hazchem.prevention.services import checks, ledger
from tocsin.hazchem.prevention.services.judging import judge_all
from tocsin.notices.messages.models import Notice
from tocsin.supervision.weather.models import WeatherHour
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EARLY = NOW - timedelta(hours=2)  # 8:00: no commitment is due yet


class Plant(Ledger):
    """A ledger whose one unit of the plant has a level sensor."""

    def __init__(self) -> None:
        super().__init__()
        self.unit, self.tank = make_tank(self.officer, self.firm)
        ledger.tie_unit(actor=self.officer, risk_unit_id=self.event.unit_id, plant_unit_id=self.unit.pk)
        self.sensor = make_level()
        watch_level(self.keeper, self.tank)

    def alarm(self, **told: Any) -> Alarm:
        given = {"sensor": self.sensor, "region_code": self.firm.region_code, "rule": f"limit-{Alarm.objects.count()}"}
        given |= {"state": AlarmState.ACTIVE_UNACKNOWLEDGED, "level": 2, "peak_level": 2, "raised_at": EARLY, "updated_at": EARLY}
        return Alarm.objects.create(**{**given, **told})

    def permit(self, **told: Any) -> WorkPermit:
        given = {"object": self.firm, "region_code": self.firm.region_code, "number": f"W{WorkPermit.objects.count()}"}
        given |= {"kind": "hot_work", "grade": "first", "base_grade": "first", "work": "Weld", "place": "Bund"}
        given |= {"begins_at": EARLY, "ends_at": NOW + timedelta(hours=8), "applicant": self.officer, "state_at": EARLY}
        return WorkPermit.objects.create(**{**given, "state": PermitState.RUNNING, "created_at": EARLY, **told})


@pytest.fixture(name="plant")
def a_plant() -> Plant:
    return Plant()


def judged(plant: Plant, now: Any = EARLY) -> tuple[float, str, dict[str, float]]:
    judge_all(now=now)
    one = DynamicRisk.objects.get(object=plant.firm, unit=plant.unit)
    return one.value, one.colour, {line["factor"]: line["count"] for line in one.lines}


def test_a_plant_at_rest_is_what_it_is_by_itself(plant: Plant) -> None:
    value, colour, lines = judged(plant)
    static = DynamicRisk.objects.get(unit=plant.unit).static
    assert (round(100 * static, 2), colour, lines) == (value, "yellow", {})
    assert DynamicRisk.objects.get(object=plant.firm, unit=None).value == value
    assert not Notice.objects.filter(purpose="dynamic_risk").exists()


def test_each_thing_that_stands_badly_raises_it_and_is_told_with_its_drop(plant: Plant) -> None:
    values = [judged(plant)[0]]
    plant.alarm()
    values.append(judged(plant)[0])
    plant.permit()
    values.append(judged(plant)[0])
    PlantPoint.objects.update(interlock="bypassed")
    values.append(judged(plant)[0])
    checks.enter_result(actor=plant.officer, check_id=plant.check.pk, normal=False, text="It sticks", now=EARLY)
    values.append(judged(plant)[0])
    WeatherHour.objects.create(region_code=plant.firm.region_code, at=EARLY.replace(minute=0), temperature_c=38.0)
    value, colour, lines = judged(plant)
    assert sorted(values) == values
    assert len({*values, value}) == len(values) + 1
    assert lines == {"alarms": 1.0, "permits": 1.0, "bypasses": 1.0, "failed": 1.0, "heat": 3.0}
    assert colour in ("orange", "red")
    drops = [line["drop"] for line in DynamicRisk.objects.get(unit=plant.unit).lines]
    assert sorted(drops, reverse=True) == drops
    assert min(drops) > 0


def test_a_missing_commitment_and_overdue_checks_count(plant: Plant) -> None:
    assert judged(plant, NOW + timedelta(days=9))[2] == {"overdue": 1.0, "commitment": 1.0}


def test_what_is_acknowledged_closed_and_in_use_lowers_it_again(plant: Plant) -> None:
    at_rest = judged(plant)[0]
    alarm, permit = plant.alarm(), plant.permit()
    assert judged(plant)[0] > at_rest
    Alarm.objects.filter(pk=alarm.pk).update(state=AlarmState.ACTIVE_ACKNOWLEDGED)
    WorkPermit.objects.filter(pk=permit.pk).update(state=PermitState.CLOSED)
    assert judged(plant)[0] == at_rest


def test_an_event_of_no_unit_is_the_firms_rest(plant: Plant) -> None:
    ledger.tie_unit(actor=plant.officer, risk_unit_id=plant.event.unit_id, plant_unit_id=None)
    checks.enter_result(actor=plant.officer, check_id=plant.check.pk, normal=False, text="It sticks", now=EARLY)
    _value, _colour, lines = judged(plant)
    firm = DynamicRisk.objects.get(object=plant.firm, unit=None)
    assert lines == {}
    assert [line["factor"] for line in firm.lines] in ([], ["failed"])
    assert firm.value >= DynamicRisk.objects.get(unit=plant.unit).value


def test_a_unit_that_turns_orange_or_red_is_told_to_firm_and_supervisor_once(plant: Plant) -> None:
    judged(plant)
    for _number in range(3):
        plant.alarm()
    assert judged(plant, EARLY + timedelta(minutes=1))[1] in ("orange", "red")
    first = Notice.objects.filter(purpose="dynamic_risk")
    assert {one.organisation for one in first} == {plant.firm.organisation, plant.firm.competent}
    told = first.count()
    judged(plant, EARLY + timedelta(minutes=2))
    assert Notice.objects.filter(purpose="dynamic_risk").count() == told == 2


def test_history_has_a_step_for_each_colour_and_each_day(plant: Plant) -> None:
    judged(plant)
    judged(plant, EARLY + timedelta(minutes=1))
    steps = DynamicRiskStep.objects.filter(risk__unit=plant.unit)
    assert steps.count() == 1
    for _number in range(3):
        plant.alarm()
    judged(plant, EARLY + timedelta(minutes=2))
    assert steps.count() == 2
    judged(plant, EARLY + timedelta(days=1))
    assert steps.count() == 3
    assert AreaRisk.objects.filter(code=plant.firm.region_code).count() == 2


def test_areas_are_sorted_by_their_risk(plant: Plant) -> None:
    make_object("Quiet Chemicals", region_code="370683", town_code="370683100", risk_class="blue", competent=make_body("there"))
    plant.alarm()
    judged(plant)
    watcher = make_named_person("watcher", "supervisor", plant.firm.competent)
    found = areas_now(watcher)
    assert [one.code for one in found] == [plant.firm.region_code]
    assert (found[0].firms, AreaRisk.objects.get(code="370683100").colour) == (1, "blue")


def test_a_withdrawn_unit_leaves_with_its_risk(plant: Plant) -> None:
    judged(plant)
    type(plant.unit).objects.update(active=False)
    judge_all(now=EARLY)
    assert not DynamicRisk.objects.filter(unit=plant.unit).exists()


def test_another_firm_does_not_see_it(plant: Plant) -> None:
    judged(plant)
    _firm, other, _keeper = make_plant("Other Chemicals", "plant-b")
    judge_all(now=EARLY)
    assert {one.object.name for one in visible_risks(other)} == {"Other Chemicals"}


def test_pages_and_programs_tell_what_would_lower_it(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, EARLY)
    plant.alarm()
    judged(plant)
    browser = signed_in(plant.keeper)
    page = browser.get(f"/prevention/risk/{plant.firm.pk}/").content.decode()
    assert "acknowledge the alarms" in page
    for address in (
        "/prevention/risk/",
        f"/prevention/risk/?area={plant.firm.region_code}&units=true",
        "/prevention/risk/?format=csv",
    ):
        assert browser.get(address).status_code == 200
    api = "/api/v1/hazchem/dynamic-risks"
    first = browser.get(api, {"units": "true"}).json()[0]
    assert [line["factor"] for line in first["lines"]] == [RiskFactor.ALARMS]
    assert len(browser.get(f"{api}/{first['id']}/steps").json()) == 1
    assert browser.get(f"{api}/areas").json()[0]["firms"] == 1
    assert browser.get(f"{api}.geojson").json()["features"] == []
    assert timezone.is_aware(DynamicRisk.objects.all()[0].since)
