"""A permit from its draft to its end; an alarm beside it stops the work; clocks; who may do what."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import WORK_COUNTS
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.installations.rules.sheets import PointSheet
from tocsin.hazchem.installations.services import units
from tocsin.hazchem.permits.models import GasTest, WorkPermit
from tocsin.hazchem.permits.queries.days import _work, works_at_firm
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import GRADES, SINGLE, PermitKind, SigningRole
from tocsin.hazchem.permits.rules.sheets import PermitSheet
from tocsin.hazchem.permits.services import permits, work
from tocsin.hazchem.permits.services.clocks import follow_permits, warn_of_watchers_away
from tocsin.hazchem.permits.services.sightings import stop_at_sightings
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
from tocsin.hazchem.permits.shown.waiting import to_end, to_sign, to_test
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PersonCertificate
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Sighting
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.covers.models import Cover

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
GOOD, BAD = GasFigures(flammable_percent=0.1), GasFigures(flammable_percent=0.6)


class Crew:
    """A firm with four people of its own, and a unit."""

    def __init__(self) -> None:
        self.firm, self.applicant, self.keeper = make_plant()
        self.unit, self.tank = make_tank(self.applicant, self.firm)
        body = self.firm.organisation
        self.people: dict[SigningRole, User] = {SigningRole.APPLICANT: self.applicant}
        for role in (SigningRole.ANALYST, SigningRole.WATCHER, SigningRole.APPROVER):
            self.people[role] = make_named_person(f"the-{role}", "firm_officer", body)

    def sheet(self, **told: Any) -> PermitSheet:
        given: dict[str, Any] = {
            "kind": PermitKind.HOT_WORK,
            "work": "Weld a bracket",
            "place": "Bund of V-101",
            "begins_at": NOW,
            "ends_at": NOW + timedelta(hours=4),
            "hazards": "Sparks may fall into the drain.",
            "unit_id": self.unit.pk,
            "lon": 120.4,
            "lat": 36.2,
            "explosive_area": True,
            "lel_percent": 5.0,
            **{f"{role}_id": person.pk for role, person in self.people.items() if role is not SigningRole.APPLICANT},
        }
        return PermitSheet(**{**given, **told})

    def apply(self, **told: Any) -> WorkPermit:
        return permits.apply_for_permit(actor=self.applicant, object_id=self.firm.pk, sheet=self.sheet(**told), now=NOW)

    def sign(self, permit: WorkPermit, role: SigningRole, now: datetime = NOW, *, joint: bool = False) -> WorkPermit:
        return permits.sign_permit(actor=self.people[role], permit_id=permit.pk, joint=joint, now=now)

    def test(self, permit: WorkPermit, figures: GasFigures = GOOD, now: datetime = NOW, **told: Any) -> bool:
        made = work.test_gas(
            actor=self.people[SigningRole.ANALYST], permit_id=permit.pk, figures=figures, place="at the flange", now=now, **told
        )
        return made.good

    def tick(self, permit: WorkPermit) -> None:
        codes = ["briefed", "isolated", "cleaned", "combustibles_cleared", "extinguishers"]
        watcher = self.people[SigningRole.WATCHER]
        work.tick_measures(actor=watcher, permit_id=permit.pk, done=codes, without=["cylinders_apart"], now=NOW)

    def approve(self, permit: WorkPermit) -> WorkPermit:
        self.sign(permit, SigningRole.APPLICANT)
        self.test(permit)
        self.sign(permit, SigningRole.ANALYST)
        self.tick(permit)
        self.sign(permit, SigningRole.WATCHER)
        return self.sign(permit, SigningRole.APPROVER)

    def start(self, permit: WorkPermit, now: datetime = NOW) -> WorkPermit:
        return work.start_work(actor=self.people[SigningRole.WATCHER], permit_id=permit.pk, now=now)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def ring(sensor: Sensor, at: datetime) -> Alarm:
    return Alarm.objects.create(
        id=new_id(),
        sensor=sensor,
        rule="high",
        quantity=sensor.quantity,
        region_code=sensor.region_code,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=3,
        peak_level=3,
        raised_at=at,
        updated_at=at,
        count=1,
    )


def test_a_permit_from_draft_to_close(crew: Crew) -> None:
    permit = crew.apply()
    assert (permit.grade, permit.state) == ("first", "draft")
    assert to_sign(crew.applicant, NOW) == [permit]
    crew.sign(permit, SigningRole.APPLICANT)
    analyst = crew.people[SigningRole.ANALYST]
    assert to_test(analyst, NOW) == [permit] == to_sign(analyst, NOW)
    with pytest.raises(Conflict, match=r"gas test \(analyst\)"):
        crew.sign(permit, SigningRole.ANALYST)
    with pytest.raises(NotAllowed, match="the-analyst"):
        crew.sign(permit, SigningRole.WATCHER)
    assert not crew.test(permit, BAD)
    with pytest.raises(Conflict, match="gas test that holds"):
        crew.sign(permit, SigningRole.ANALYST)
    assert crew.test(permit)
    crew.sign(permit, SigningRole.ANALYST)
    with pytest.raises(Conflict, match=r"measures to be ticked on site \(watcher\)"):
        crew.sign(permit, SigningRole.WATCHER)
    crew.tick(permit)
    crew.sign(permit, SigningRole.WATCHER)
    with pytest.raises(Conflict, match="Work begins once the approver has signed"):
        crew.start(permit)
    crew.sign(permit, SigningRole.APPROVER)
    told = {one.person_id for one in Notice.objects.filter(purpose="permit_sign")}
    assert told == {one.pk for role, one in crew.people.items() if role is not SigningRole.APPLICANT}
    with pytest.raises(Conflict, match="new gas test, the last is too old"):
        crew.start(permit, NOW + timedelta(minutes=31))
    assert crew.start(permit, NOW + timedelta(minutes=30)).state == "running"
    closed = work.close_permit(actor=crew.applicant, permit_id=permit.pk, now=NOW + timedelta(hours=1))
    assert closed.state == "closed"
    assert [one.act for one in closed.steps.all()][:2] == ["drafted", "signed"]


def test_the_days_commitment_sees_what_is_permitted(crew: Crew) -> None:
    assert see_firm(crew.firm, NOW).permitted is None, "nobody knows before the first permit"
    permit = crew.apply()
    assert see_firm(crew.firm, NOW).permitted == {}, "a draft permits nothing"
    crew.approve(permit)
    assert see_firm(crew.firm, NOW).permitted == {"first_hot_work": 1}
    crew.start(permit)
    work.close_permit(actor=crew.applicant, permit_id=permit.pk, now=NOW + timedelta(hours=1))
    assert see_firm(crew.firm, NOW + timedelta(hours=2)).permitted == {"first_hot_work": 1}, "it was done today"
    assert see_firm(crew.firm, NOW + timedelta(days=1)).permitted == {}
    assert set(works_at_firm(crew.firm.pk, NOW, NOW + timedelta(hours=3)) or {}) <= set(WORK_COUNTS)


def test_every_permit_has_a_name_in_commitments() -> None:
    names = {_work(kind, grade) for kind in PermitKind for grade in GRADES.get(kind, (SINGLE,))}
    assert names <= set(WORK_COUNTS)


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


def test_clocks(crew: Crew) -> None:
    permit = crew.apply(bund=True, ends_at=NOW + timedelta(hours=2))
    assert permit.grade == "special"
    crew.sign(permit, SigningRole.APPLICANT)
    follow_permits(now=NOW + timedelta(minutes=61))
    follow_permits(now=NOW + timedelta(minutes=62))
    assert Notice.objects.filter(purpose="permit_sign", urgent=True).count() == 1, "a late signature is told once"
    crew.test(permit)
    for role in (SigningRole.ANALYST, SigningRole.WATCHER, SigningRole.APPROVER):
        crew.tick(permit)
        crew.sign(permit, role)
    crew.start(permit)
    follow_permits(now=NOW + timedelta(minutes=31))
    told = Notice.objects.filter(purpose="permit_silent")
    assert told.count() == 4 and told.filter(person=None).count() == 1, "special hot work is written down every 30 minutes"
    soon = NOW + timedelta(minutes=95)
    follow_permits(now=soon)
    assert Notice.objects.filter(purpose="permit_ends").count() == 4
    assert to_end(crew.people[SigningRole.WATCHER], soon) == [WorkPermit.objects.get()]
    follow_permits(now=NOW + timedelta(hours=2))
    expired = WorkPermit.objects.get()
    assert expired.state == "expired" and warned() == {"expired": 3}
    watcher = crew.people[SigningRole.WATCHER]
    after = NOW + timedelta(hours=2, minutes=1)
    assert to_end(watcher, after) == [expired], "somebody still looks the place over"
    assert work.close_permit(actor=watcher, permit_id=permit.pk, now=after).state == "closed"
    assert to_end(watcher, after) == []


def test_a_round_that_tells_nothing_new_asks_no_more_of_many_permits(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply(bund=True)))

    def asked_at(minute: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            follow_permits(now=NOW + timedelta(minutes=minute))
        return len(asked)

    asked_at(40)
    few = asked_at(41)
    for number in range(20):
        permit.pk, permit.number = new_id(), f"copy-{number}"
        permit.save(force_insert=True)
    asked_at(42)
    assert Notice.objects.filter(purpose="permit_silent").count() == 21 * 4
    assert asked_at(43) == few


def warned() -> dict[str, int]:
    """By what is warned of how many notices: issuer, watcher, control room."""
    return dict(Counter(one.figures["about"] for one in Notice.objects.filter(purpose="permit_warning")))


def test_warnings_go_out_once(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    watcher = crew.people[SigningRole.WATCHER]
    guardian = KeyPerson.objects.create(object=crew.firm, role="guardian", name="Wang", user=watcher)
    days = {"expires": timezone.localdate(NOW) + timedelta(days=3), "status": "valid"}
    PersonCertificate.objects.create(person=guardian, name="Guardian", **days)
    shift = DutyShift.objects.create(person=guardian, role="guardian", start_at=NOW, end_at=NOW + timedelta(hours=8))
    DutyVerdict.objects.create(shift=shift, state="absent", since=NOW, judged_at=NOW)
    for minutes in (1, 2):
        follow_permits(now=NOW + timedelta(minutes=minutes))
    assert warned() == {"certificate": 3, "watcher_away": 3}
    newer = PersonCertificate.objects.create(person=guardian, name="Guardian", status="valid")
    DutyVerdict.objects.update(state="on_post")
    Notice.objects.all().delete()
    follow_permits(now=NOW + timedelta(minutes=3))
    assert warned() == {} and newer.expires is None
    assert warn_of_watchers_away(away={watcher.pk: NOW}, now=NOW) == 1, "another program may know it"
    work.pause_work(actor=watcher, permit_id=permit.pk, now=NOW + timedelta(minutes=5))
    for minutes in (35, 36, 37):
        follow_permits(now=NOW + timedelta(minutes=minutes))
    assert warned() == {"watcher_away": 3, "long_pause": 4}, "whoever tests the gas hears of a long pause, too"
    page = signed_in(watcher).get("/notices/").content.decode()
    assert "only a new gas test lets it go on" in page


REFUSED = {
    "too long": ({"ends_at": NOW + timedelta(hours=9)}, "at the latest"),
    "one person twice": ({"watcher_id": "approver"}, "different persons"),
    "an outsider": ({"watcher_id": "keeper"}, "people of the firm"),
    "no lower explosive limit": ({"lel_percent": None}, "lower explosive limit"),
    "an unknown toxic": ({"toxics": ("phosgene",)}, "phosgene"),
    "half a place": ({"lat": None}, "longitude and latitude"),
    "wind": ({"open_air": True, "wind": 6}, "Wind of grade 6"),
    "a plate where none is": ({"blind": "B-1"}, "blind plate"),
    "yesterday": ({"begins_at": NOW - timedelta(hours=9), "ends_at": NOW - timedelta(hours=1)}, "lies ahead"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_permit_can_be(crew: Crew, name: str) -> None:
    told, word = REFUSED[name]
    known = {"approver": crew.people[SigningRole.APPROVER].pk, "keeper": crew.keeper.pk}
    given = {key: known.get(value, value) if isinstance(value, str) else value for key, value in told.items()}
    with pytest.raises(InvalidInput, match=word):
        crew.apply(**given)


def test_works_beside_each_other_wait_for_the_approver(crew: Crew) -> None:
    crew.approve(crew.apply())
    beside = crew.apply()
    crew.sign(beside, SigningRole.APPLICANT)
    crew.test(beside)
    crew.sign(beside, SigningRole.ANALYST)
    crew.tick(beside)
    crew.sign(beside, SigningRole.WATCHER)
    with pytest.raises(Conflict, match=r"works beside it to be accepted \(approver\)"):
        crew.sign(beside, SigningRole.APPROVER)
    assert crew.sign(beside, SigningRole.APPROVER, joint=True).joint


def test_pages_and_who_sees_them(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    browser = signed_in(crew.applicant)
    form = browser.get(f"/permits/of/{crew.firm.pk}/")
    assert form.status_code == 200 and "the-watcher" in form.content.decode()
    sent = {
        "kind": "hot_work",
        "work": "Weld",
        "place": "Rack 3",
        "begins_at": "2026-01-01T00:00",
        "ends_at": "2026-01-01T01:00",
        "hazards": "",
        "isolations": "XV-1, XV-2",
        "blinds": "",
        "blind": "",
    }
    assert "lies ahead" in browser.post(f"/permits/of/{crew.firm.pk}/", sent).content.decode()
    permit = crew.apply(isolations=("XV-1",), toxics=("benzene",))
    assert permit.number in browser.get("/permits/").content.decode()
    assert browser.get(f"/permits/{permit.pk}/change/").status_code == 200
    answer = browser.post(f"/permits/{permit.pk}/do/sign/", follow=True).content.decode()
    assert "Signed" in answer and "being signed" in answer
    assert browser.get(f"/api/v1/hazchem/work-permits/{permit.pk}").json()["next_role"] == "analyst"
    analyst = signed_in(crew.people[SigningRole.ANALYST])
    page = analyst.get(f"/permits/{permit.pk}/").content.decode()
    assert "benzene (mg/m³)" in page and "gas test" in page
    told = {"flammable_percent": "0.1", "oxygen_percent": "", "place": "flange", "toxic": ["benzene"], "mg_m3": ["2.9"]}
    assert "The gas test holds" in analyst.post(f"/permits/{permit.pk}/do/test/", told, follow=True).content.decode()
    high = analyst.post(f"/permits/{permit.pk}/do/test/", told | {"mg_m3": ["3.1"]}, follow=True).content.decode()
    assert "benzene: too high (3.1; 3)" in high
    assert permit.number in browser.get(f"/objects/{crew.firm.pk}/").content.decode()
    assert permit.number in browser.get(f"/permits/?which=open&plant_unit={crew.unit.pk}").content.decode()
    assert signed_in(crew.keeper).get(f"/permits/{permit.pk}/").status_code == 200
    other, stranger, _keeper = other_plant()
    assert signed_in(stranger).get(f"/permits/{permit.pk}/").status_code == 404
    assert other.pk != crew.firm.pk


def other_plant() -> tuple[SupervisedObject, User, User]:
    return make_plant("Another plant", "plant-b")
