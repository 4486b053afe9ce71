"""What stops a work under its permit: an alarm, a sighting, a bad test; and what is covered for its time."""

from datetime import timedelta

import pytest

from tests.hazchem.crews import BAD, Crew, ring
from tests.hazchem.crews import crew as crew
from tests.hazchem.plants import make_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.installations.rules.sheets import PointSheet
from tocsin.hazchem.installations.services import units
from tocsin.hazchem.permits.models import GasTest, WorkPermit
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import PermitKind, SigningRole
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.services.sightings import stop_at_sightings
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Sighting
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.covers.models import Cover

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_an_alarm_of_the_unit_stops_the_work_until_test_and_signatures(crew: Crew) -> None:
    gas = make_level("gas-1", "gas", 20.0, "methane")
    Sensor.objects.filter(pk=gas.pk).update(lon=121.0, lat=37.0)
    gas.refresh_from_db()
    units.enter_point(
        actor=crew.keeper, equipment_id=crew.tank.pk, sheet=PointSheet(tag="GT-1", kind=PointKind.GAS, sensor="gas-1/gas")
    )
    permit = crew.apply()
    crew.approve(permit)
    crew.start(permit)
    at = NOW + timedelta(minutes=5)
    old = ring(gas, NOW - timedelta(hours=1))
    stop_beside_alarms(now=at)
    assert WorkPermit.objects.get().state == "running", "one from before would have refused the start"
    Alarm.objects.filter(pk=old.pk).update(state=AlarmState.NORMAL, closed_at=at)
    alarm = ring(make_level("gas-1", "gas-2", 20.0, "methane"), at)
    Alarm.objects.filter(pk=alarm.pk).update(sensor=gas, rule="rise", lon=121.0, lat=37.0)
    stop_beside_alarms(now=at)
    stop_beside_alarms(now=at)
    stopped = WorkPermit.objects.get()
    assert (stopped.state, stopped.round, stopped.stopping_alarm_id) == ("stopped", 2, alarm.pk)
    told = Notice.objects.filter(purpose="permit_stopped")
    assert all(one.urgent for one in told)
    assert {one.person_id for one in told} >= {crew.people[one].pk for one in (SigningRole.APPROVER, SigningRole.WATCHER)}
    assert told.filter(organisation=crew.firm.organisation, person=None).count() == 1, "the control room hears, too"
    later = at + timedelta(minutes=5)
    with pytest.raises(Conflict, match="approver has signed"):
        crew.start(permit, later)
    with pytest.raises(Conflict, match="new gas test after the pause or stop"):
        crew.sign(permit, SigningRole.ANALYST, later)
    crew.test(permit, now=later)
    crew.sign(permit, SigningRole.ANALYST, later)
    crew.sign(permit, SigningRole.APPROVER, later)
    with pytest.raises(Conflict, match="holds beside the work"):
        crew.start(permit, later)
    Alarm.objects.filter(pk=alarm.pk).update(state=AlarmState.RETURNED_UNACKNOWLEDGED)
    assert crew.start(permit, later).state == "running"
    work.pause_work(actor=crew.applicant, permit_id=permit.pk, now=later + timedelta(minutes=1))
    stop_beside_alarms(now=later + timedelta(minutes=2))
    assert WorkPermit.objects.get().state == "paused", "the alarm that was dealt with stops nothing again"
    page = signed_in(crew.applicant).get(f"/permits/{permit.pk}/").content.decode()
    assert "work went on" in page and "stopped" in page


@pytest.mark.parametrize(("metres", "stops"), [(29.0, True), (31.0, False)])
def test_an_alarm_near_by_stops_it_by_distance(crew: Crew, metres: float, stops: bool) -> None:
    permit = crew.apply(unit_id=None)
    crew.approve(permit)
    crew.start(permit)
    gas = make_level("street-1", "gas", 20.0, "methane")
    alarm = ring(gas, NOW + timedelta(minutes=1))
    Alarm.objects.filter(pk=alarm.pk).update(lon=120.4, lat=36.2 + metres / 111_195.0)
    stop_beside_alarms(now=NOW + timedelta(minutes=1))
    assert (WorkPermit.objects.get().state == "stopped") == stops


@pytest.mark.parametrize(("metres", "stops"), [(50, True), (400, False)])
def test_a_confirmed_sighting_stops_the_work_that_it_shows(crew: Crew, metres: float, stops: bool) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    camera = Camera.objects.create(
        code="37021300001320000001",
        name="Bund",
        region_code=crew.firm.region_code,
        object=crew.firm,
        lon=120.4 + metres / 89_900,
        lat=36.2,
        registered_at=NOW,
        registered_by=crew.keeper,
    )
    seen = {"camera": camera, "region_code": camera.region_code, "kind": "watcher_gone", "asks": "permit_stop", "count": 3}
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), NOW)
    sighting = Sighting.objects.create(**seen, **moments, best_score=0.9)
    assert stop_at_sightings(now=NOW) == 0, "what nobody has confirmed stops nothing"
    Sighting.objects.update(verdict="confirmed", decided_by=crew.keeper, decided_at=NOW, settled_at=NOW)
    assert stop_at_sightings(now=NOW) == 1 and stop_at_sightings(now=NOW) == 0
    permit.refresh_from_db()
    sighting.refresh_from_db()
    assert (permit.state, sighting.reference) == (("stopped", permit.number) if stops else ("running", "–"))
    told = Notice.objects.filter(purpose="permit_stopped")
    assert told.exists() is stops and all("Bund" in one.figures["reason"] for one in told)


def test_a_bad_test_while_work_goes_on_stops_it(crew: Crew) -> None:
    permit = crew.apply()
    crew.approve(permit)
    crew.start(permit)
    assert not crew.test(permit, BAD, NOW + timedelta(minutes=10))
    assert WorkPermit.objects.get().state == "stopped"


def test_a_detector_of_the_firm_gives_the_test_while_it_is_fresh(crew: Crew) -> None:
    permit = crew.apply(kind=PermitKind.CONFINED_SPACE, toxics=("hydrogen_sulfide",))
    crew.sign(permit, SigningRole.APPLICANT)
    gas = make_level("portable", "gas", 4.0, "methane")
    make_level("portable", "o2", 20.8, "oxygen")
    make_level("portable", "h2s", 2.0, "hydrogen_sulphide")
    analyst = signed_in(crew.people[SigningRole.ANALYST])
    nothing = GasFigures()
    with pytest.raises(Sensor.DoesNotExist):
        crew.test(permit, nothing, sensor_id=gas.pk)
    Device.objects.update(organisation=crew.firm.organisation)
    assert "portable: " in analyst.get(f"/permits/{permit.pk}/").content.decode()
    assert crew.test(permit, nothing, sensor_id=gas.pk)
    test = GasTest.objects.get()
    assert (test.flammable_percent, test.oxygen_percent, test.toxics) == (0.2, 20.8, {"hydrogen_sulfide": 2.84})
    assert test.at == NOW - timedelta(minutes=1), "it is as old as its reading"
    Sensor.objects.filter(channel="o2").update(last_value=18.0)
    assert not crew.test(permit, nothing, sensor_id=gas.pk)
    with pytest.raises(InvalidInput, match="nothing for 5 minutes"):
        crew.test(permit, nothing, NOW + timedelta(minutes=5), sensor_id=gas.pk)
    Sensor.objects.update(calibration_due=NOW.date() - timedelta(days=2))
    with pytest.raises(InvalidInput, match="out of calibration"):
        crew.test(permit, nothing, sensor_id=gas.pk)


def test_an_alarm_says_first_which_work_is_beside_it(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    gas = make_level("street-1", "gas", 20.0, "methane")
    alarm = ring(gas, NOW + timedelta(minutes=1))
    desk = signed_in(make_named_person("desk", "duty_officer", make_body("bureau"), region="370213"))
    for page in ("/alarms/", f"/alarms/{alarm.pk}/"):
        told = desk.get(page).content.decode()
        assert f"/permits/{permit.pk}/" in told and "hot work" in told, page
    assert "is stopped" not in told
    stop_beside_alarms(now=NOW + timedelta(minutes=1))
    answer = desk.get(f"/api/v1/warning/alarms/{alarm.pk}").json()
    assert answer["works"][0]["text"].startswith("This alarm stopped hot work at Bund of V-101")
    assert desk.get("/api/v1/warning/alarms").json()["items"][0]["works"] == answer["works"]
    Alarm.objects.update(lat=37.0)
    far = ring(make_level("street-2", "gas", 20.0, "methane"), NOW)
    Alarm.objects.filter(pk=far.pk).update(lat=37.0)
    assert desk.get(f"/api/v1/warning/alarms/{far.pk}").json()["works"] == []


def test_points_that_the_work_disturbs_are_covered_for_its_time(crew: Crew) -> None:
    flame = make_level("flame-1", "fire", 0.0, "fire_signal")
    for tag, kind, sensor in (("FT-1", PointKind.FLAME, "flame-1/fire"), ("GT-1", PointKind.GAS, "gas-1/gas")):
        make_level("gas-1", "gas", 1.0, "methane") if tag == "GT-1" else None
        units.enter_point(actor=crew.keeper, equipment_id=crew.tank.pk, sheet=PointSheet(tag=tag, kind=kind, sensor=sensor))
    with pytest.raises(InvalidInput, match="GT-1 measures the gas that stops this work"):
        crew.apply(disturbs=("GT-1",))
    with pytest.raises(InvalidInput, match="XX is no point"):
        crew.apply(disturbs=("XX",))
    permit = crew.approve(crew.apply(disturbs=("FT-1",)))
    cover = Cover.objects.get()
    assert (cover.sensor_id, cover.ends_at, cover.trusted) == (flame.pk, permit.ends_at, False)
    later = NOW + timedelta(minutes=5)
    work.extend_permit(actor=crew.people[SigningRole.APPROVER], permit_id=permit.pk, ends_at=NOW + timedelta(hours=5), now=NOW)
    crew.start(permit)
    Cover.objects.update(second=crew.keeper, second_at=NOW)
    alarm = ring(flame, later)
    Alarm.objects.filter(pk=alarm.pk).update(cover=cover)
    assert stop_beside_alarms(now=later) == 0, "the desk knows that the work itself trips it"
    cover.refresh_from_db()
    assert cover.ends_at == NOW + timedelta(hours=5)
    Cover.objects.update(second=None)
    assert stop_beside_alarms(now=later) == 1, "what nobody has confirmed explains nothing"
    cover.refresh_from_db()
    assert cover.ended_at == later, "a stop ends the covers"
