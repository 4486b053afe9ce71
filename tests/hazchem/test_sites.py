"""The plant as a whole: conditions of equipment, the plan over the map, key areas, the mimic."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.installations.models import PlantEquipment, PlantJoint, PlantUnit
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, PointKind
from tocsin.hazchem.installations.rules.outlines import read_outline, written
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, PointSheet
from tocsin.hazchem.installations.services import joints, units
from tocsin.hazchem.sites.models import PlantPicture
from tocsin.hazchem.sites.queries.plants import parts_of
from tocsin.hazchem.sites.rules.conditions import ArmFinding, ConditionFacts, PlantCondition, condition_of, findings_of_arm
from tocsin.hazchem.sites.rules.corners import read_corners
from tocsin.hazchem.sites.rules.layout import lay_out
from tocsin.hazchem.sites.services.plans import lay_plan
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Sensor

CONDITIONS = {
    "nothing measures it": (ConditionFacts(), PlantCondition.UNWATCHED),
    "all well": (ConditionFacts(sensors=2), PlantCondition.GOOD),
    "work in its unit": (ConditionFacts(sensors=1, permits=1), PlantCondition.PERMIT),
    "one says nothing": (ConditionFacts(sensors=2, silent=1, permits=1), PlantCondition.OFFLINE),
    "an interlock off": (ConditionFacts(sensors=2, silent=1, interlocks_off=1), PlantCondition.BYPASSED),
    "out of service": (ConditionFacts(sensors=2, silent=2, interlocks_off=1, out_of_service=True), PlantCondition.OUT_OF_SERVICE),
    "beyond H, out of service": (ConditionFacts(standings=["", "high"], out_of_service=True), PlantCondition.LIMIT),
    "beyond LL": (ConditionFacts(standings=["low_low", "high"]), PlantCondition.ALARM),
    "an alarm, out of service": (ConditionFacts(alarmed=True, out_of_service=True), PlantCondition.ALARM),
}
ARMS = {
    "no tanker": ((False, False, False, 2), ()),
    "all right": ((True, True, True, 0), ()),
    "not earthed": ((True, False, True, 0), (ArmFinding.NOT_EARTHED,)),
    "nobody there": ((True, True, False, 0), (ArmFinding.UNATTENDED,)),
    "nobody knows": ((None, None, None, 0), (ArmFinding.EARTHING_UNKNOWN, ArmFinding.PERSON_UNKNOWN)),
    "what is urgent first": (
        (True, None, False, 1),
        (ArmFinding.UNATTENDED, ArmFinding.INTERLOCK_OFF, ArmFinding.EARTHING_UNKNOWN),
    ),
}
CORNERS = "120.40, 36.17\n120.42，36.17\n120.42 36.16\n120.40;36.16"
WRONG_CORNERS = {
    "three": (CORNERS.rsplit("\n", 1)[0], "these are 3"),
    "words": (CORNERS.replace("120.42 36.16", "east"), "Line 3"),
    "one line": ("120.40, 36.1\n120.41, 36.1\n120.42, 36.1\n120.43, 36.1", "one line"),
    "off the earth": (CORNERS.replace("120.42 36.16", "190.42 36.16"), "Line 3"),
    "half a continent": (CORNERS.replace("120.42 36.16", "121.42 36.16"), "half a degree"),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_gravest_condition_is_told(name: str) -> None:
    facts, condition = CONDITIONS[name]
    assert condition_of(facts) is condition


@pytest.mark.parametrize("name", ARMS)
def test_what_is_wrong_at_an_arm(name: str) -> None:
    (tanker, earthed, attended, off), findings = ARMS[name]
    assert findings_of_arm(tanker=tanker, earthed=earthed, attended=attended, interlocks_off=off) == findings


@pytest.mark.parametrize("name", WRONG_CORNERS)
def test_corners_that_are_none_are_named(name: str) -> None:
    text, word = WRONG_CORNERS[name]
    with pytest.raises(InvalidInput, match=word):
        read_corners(text)
    assert len(read_corners(CORNERS)) == 4


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.integers(1, 4))
def test_a_mimic_puts_no_two_in_one_place_and_pipes_lead_to_the_right(pipes: list[tuple[int, int]], most_rows: int) -> None:
    places = lay_out(list(range(10)), pipes, most_rows)
    assert sorted(places) == list(range(10)) and len(set(places.values())) == 10
    assert max(row for _column, row in places.values()) < most_rows
    ahead = {(a, b) for a, b in pipes if a < b}
    if all(a < b for a, b in pipes):
        assert all(places[a][0] < places[b][0] for a, b in ahead)


DEGREES = st.floats(-89, 89).map(lambda one: round(one, 6)).filter(lambda one: one == 0 or abs(one) > 0.001)
CORNER = st.tuples(DEGREES, DEGREES)


@given(st.lists(CORNER, min_size=3, max_size=9, unique=True))
def test_a_boundary_is_read_as_it_is_written(corners: list[tuple[float, float]]) -> None:
    assert list(read_outline(written(corners))) == corners


@pytest.mark.parametrize(
    "text", ["120", "{", '{"type": "Point", "coordinates": [1, 2]}', '{"type": "Polygon", "coordinates": []}']
)
def test_what_is_no_boundary_is_told(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_outline(text)


def picture(kind: str = "PNG") -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, kind)
    return content.getvalue()


def placed(actor: User, tag: str, kind: EquipmentKind = EquipmentKind.TANK, **told: str) -> PlantEquipment:
    sheet = EquipmentSheet(tag=tag, kind=kind, lon=120.411, lat=36.162, **told)
    return units.enter_equipment(actor=actor, unit_id=PlantUnit.objects.get().pk, sheet=sheet)


@pytest.mark.django_db
def test_the_map_has_units_rings_bunds_equipment_and_detectors(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    PlantUnit.objects.update(outline=[[120.41, 36.16], [120.412, 36.16], [120.412, 36.163]])
    make_level(value=9.5)
    make_level(channel="gas", value=0.0, quantity="methane")
    watch_level(keeper, tank)
    PlantEquipment.objects.update(lon=120.4105, lat=36.1605, bund="north")
    units.enter_point(actor=keeper, equipment_id=tank.pk, sheet=PointSheet(tag="AT-1", kind=PointKind.GAS, sensor="tank-1/gas"))
    told = signed_in(officer).get(f"/api/v1/hazchem/plants/{firm.pk}/map.geojson").json()["features"]
    shapes = [(one["geometry"]["type"], one["properties"]["name"], one["properties"]["shape"]) for one in told]
    assert shapes == [
        ("Polygon", "Chlorine bund · 500 m", "ring"),
        ("Polygon", "Chlorine bund", "red"),
        ("Polygon", "north", "red"),
        ("Point", "V-101", "red"),
        ("Point", "AT-1", "good"),
    ]
    _other, stranger, _third = make_plant("Other firm", "plant-b")
    assert signed_in(stranger).get(f"/api/v1/hazchem/plants/{firm.pk}/map.geojson").status_code == 404
    assert signed_in(stranger).get(f"/plants/sites/units/{unit.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_plan_lies_over_the_map_and_a_new_one_takes_its_place(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    browser, page = signed_in(officer), f"/plants/sites/{firm.pk}/"

    def send(data: bytes, corners: str = CORNERS) -> str:
        file = SimpleUploadedFile("plan.png", data)
        return browser.post(f"{page}do/plan/", {"file": file, "corners": corners}, follow=True).content.decode()

    assert "lies over the map" in send(picture())
    shown = browser.get(page).content.decode()
    assert "data-picture=" in shown and "[[120.4, 36.17]" in shown.replace("&quot;", "")
    assert "is a picture" in send(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    assert "Line 2" in send(picture(), "120.4, 36.1\nx\n1, 2\n3, 4")
    send(picture("JPEG"))
    assert PlantPicture.objects.count() == 1
    browser.post(f"{page}do/no-plan/")
    assert not PlantPicture.objects.exists()
    watcher = make_named_person("watcher", "inspector", make_body("watchers"))
    with pytest.raises(NotAllowed):
        lay_plan(actor=watcher, object_id=firm.pk, data=picture(), name="plan.png", corners=CORNERS, now=NOW)


@pytest.mark.django_db
def test_each_key_area_has_what_it_needs_on_one_page(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    make_level(value=9.5)
    watch_level(keeper, tank)
    PlantEquipment.objects.update(liquefied=True)
    arm = placed(officer, "L-1", EquipmentKind.LOADING_ARM)
    for channel, kind, value in (("tanker", PointKind.TANKER, 1.0), ("earth", PointKind.EARTHING, 0.0)):
        make_level(channel=channel, value=value, quantity="contact_signal")
        sheet = PointSheet(tag=channel, kind=kind, sensor=f"tank-1/{channel}")
        units.enter_point(actor=keeper, equipment_id=arm.pk, sheet=sheet)
    lock = units.enter_point(actor=officer, equipment_id=arm.pk, sheet=PointSheet(tag="XS-1", kind=PointKind.INTERLOCK))
    until = NOW + timedelta(hours=2)
    units.set_interlock(actor=officer, point_id=lock.pk, state=InterlockState.BYPASSED, until=until, reason="valve test", now=NOW)
    joints.take_out_of_service(actor=officer, equipment_id=tank.pk, until=until, reason="shell inspection", now=NOW)
    browser = signed_in(officer)

    def page(area: str, **headers: str) -> str:
        return browser.get(f"/plants/sites/{firm.pk}/areas/{area}/", headers=headers).content.decode()

    PlantUnit.objects.update(area="tank_farm")
    farm = page("tank_farm")
    assert "V-101" in farm and "Above the share" in farm and "liquefied gas" in farm
    PlantUnit.objects.update(area="loading")
    loading = page("loading")
    assert "the tanker is not earthed" in loading and "an interlock is off" in loading and "V-101" in loading
    room = page("control_room")
    assert "valve test" in room and "No shift is planned" in room
    work = page("maintenance")
    assert "shell inspection" in work and "No work is permitted today" in work
    assert "<html" not in page("maintenance", **{"HX-Request": "true"})
    assert browser.get(f"/plants/sites/{firm.pk}/areas/garden/").status_code == 404
    arms = browser.get(f"/api/v1/hazchem/plants/{firm.pk}/loading-arms").json()
    assert arms[0]["findings"] == ["not_earthed", "interlock_off", "person_unknown"]
    parts = {one.equipment.tag: one.condition for one in parts_of([unit], NOW)}
    assert parts == {"V-101": PlantCondition.ALARM, "L-1": PlantCondition.BYPASSED}
    Sensor.objects.update(last_ts=0)
    assert parts_of([unit], NOW)[1].condition is PlantCondition.OUT_OF_SERVICE


@pytest.mark.django_db
def test_the_mimic_draws_pipes_with_their_valves_and_a_point_its_limits(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    make_level(value=5.0)
    watch_level(keeper, tank, low_low=1.0, high_high=9.0)
    reactor = placed(officer, "R-1", EquipmentKind.REACTOR)
    joints.enter_joint(actor=officer, source_id=tank.pk, target_id=reactor.pk, tag="XV-1", isolating=True)
    browser = signed_in(officer)
    drawn = browser.get(f"/plants/sites/units/{unit.pk}/").content.decode()
    assert drawn.count('class="pipe"') == 1 and drawn.count('class="valve"') == 1 and "XV-1" in drawn and "R-1" in drawn
    assert "<html" not in browser.get(f"/plants/sites/units/{unit.pk}/", headers={"HX-Request": "true"}).content.decode()
    PlantJoint.objects.update(isolating=False)
    assert 'class="valve"' not in browser.get(f"/plants/sites/units/{unit.pk}/").content.decode()
    page = browser.get(f"/plants/sites/points/{tank.points.get().pk}/").content.decode()
    assert "LL 1" in page and "HH 9" in page and "does not see the history" in page
