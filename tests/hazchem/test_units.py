"""Units of plants from their first entry to a changed grade that firm and supervisor hear of; tanks by their levels; tables."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.models import OutboxEvent
from tocsin.engine.major_hazard import UnitKind
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.readings import picture_of, readings_of
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, PointKind, check_limits, standing_of
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet, check_held
from tocsin.hazchem.installations.rules.tables import read_plants
from tocsin.hazchem.installations.services import units
from tocsin.hazchem.installations.services.grading import follow_levels, tell_grades
from tocsin.hazchem.installations.services.tables import import_plants
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.models import Sensor

LIMITS = {
    "all in order": ((1, 2, 8, 9), ""),
    "none": ((None, None, None, None), ""),
    "LL above L": ((3, 2, 8, 9), "low_low"),
    "L at H": ((1, 8, 8, 9), "low"),
    "H at HH": ((1, 2, 9, 9), ""),
    "LL above HH, the rest open": ((9, None, None, 8), "low_low"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_rise(name: str) -> None:
    limits, word = LIMITS[name]
    if word:
        with pytest.raises(InvalidInput, match=word):
            check_limits(*limits)
    else:
        check_limits(*limits)


def test_the_gravest_limit_is_told() -> None:
    told = [standing_of(value, 1, 2, 8, 9) for value in (0, 1, 1.5, 2, 5, 8, 8.5, 9, 10)]
    assert told == ["low_low", "low_low", "low", "low", "", "high", "high", "high_high", "high_high"]


@pytest.mark.parametrize(("cas", "good"), [("71-43-2", True), ("7782-50-5", True), ("71-43-3", False), ("benzene", False)])
def test_a_cas_number_has_a_last_digit_that_fits(cas: str, good: bool) -> None:
    sheet = HeldSheet(substance="苯", design_t=1.0, cas=cas)
    if good:
        check_held(sheet)
    else:
        with pytest.raises(InvalidInput, match="CAS"):
            check_held(sheet)


@pytest.mark.django_db
def test_a_unit_is_graded_as_it_is_entered_and_both_sides_hear_once(english: None) -> None:
    firm, officer, _keeper = make_plant()
    unit, tank = make_tank(officer, firm, substance="氯", design_t=5.0)
    assert (unit.grade, unit.untold_since) == ("IV", NOW)
    for minutes, design_t in ((1, 50.0), (3, 100.0)):
        later = NOW + timedelta(minutes=minutes)
        units.hold(actor=officer, equipment_id=tank.pk, sheet=HeldSheet(substance="氯", design_t=design_t), now=later)
        tell_grades(now=later)
    unit.refresh_from_db()
    assert (unit.s, unit.r, unit.grade, unit.grade_now) == (20.0, 120.0, "I", "")
    assert not Notice.objects.exists(), "while it is entered nothing is told"
    for _round in range(2):
        tell_grades(now=NOW + timedelta(minutes=5))
    told = Notice.objects.filter(purpose="major_hazard_grade")
    assert {one.figures["before"] for one in told} == {""} and {one.figures["grade"] for one in told} == {"I"}
    assert {one.organisation_id for one in told} == {firm.organisation_id, firm.competent_id}
    assert all(one.urgent for one in told)
    assert OutboxEvent.objects.filter(name="hazchem.MajorHazardGraded").count() == 1
    page = signed_in(officer).get(f"/plants/{unit.pk}/").content.decode()
    assert "table 1, 12" in page and "grade I" in page and "120" in page


@pytest.mark.django_db
def test_what_is_there_now_is_graded_beside_and_told_when_it_changes() -> None:
    firm, officer, _keeper = make_plant()
    unit, _tank = make_tank(officer, firm)
    held = HeldSubstance.objects.get()
    units.state_inventory(actor=officer, held_id=held.pk, present_t=4.0, now=NOW)
    unit.refresh_from_db()
    assert (unit.s_now, unit.grade_now, unit.grade) == (0.8, "", "I")
    units.state_inventory(actor=officer, held_id=held.pk, present_t=5.0, now=NOW + timedelta(minutes=1))
    unit.refresh_from_db()
    assert (unit.s_now, unit.r_now, unit.grade_now) == (1.0, 6.0, "IV")
    tell_grades(now=NOW + timedelta(minutes=10))
    later = Notice.objects.filter(purpose="major_hazard_grade", figures__grade_now="IV")
    assert later.count() == 2
    assert [one.grade_now for one in unit.gradings.all()] == ["IV", "", ""]


@pytest.mark.django_db
def test_a_grade_that_comes_and_goes_is_not_told() -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    tell_grades(now=NOW + timedelta(minutes=5))
    told, held = Notice.objects.count(), HeldSubstance.objects.get()
    for minutes, present_t in ((6, 5.0), (8, 4.0)):
        units.state_inventory(actor=officer, held_id=held.pk, present_t=present_t, now=NOW + timedelta(minutes=minutes))
        tell_grades(now=NOW + timedelta(minutes=minutes))
    tell_grades(now=NOW + timedelta(minutes=30))
    assert Notice.objects.count() == told


@pytest.mark.django_db
def test_levels_tell_what_is_in_a_tank(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    sensor = make_level(value=0.4)
    watch_level(keeper, tank)
    follow_levels(now=NOW)
    unit.refresh_from_db()
    assert HeldSubstance.objects.get().present_t == pytest.approx(4.0)
    assert (unit.s_now, unit.grade_now) == (0.8, "")
    Sensor.objects.filter(pk=sensor.pk).update(last_value=0.5)
    follow_levels(now=NOW)
    unit.refresh_from_db()
    assert (unit.s_now, unit.grade_now) == (1.0, "IV")
    count = unit.gradings.count()
    Sensor.objects.filter(pk=sensor.pk).update(last_value=0.50001)
    follow_levels(now=NOW)
    assert unit.gradings.count() == count, "a gauge that trembles grades nothing anew"
    Sensor.objects.filter(pk=sensor.pk).update(last_value=9.0)
    follow_levels(now=NOW + timedelta(hours=1))
    assert HeldSubstance.objects.get().present_t == pytest.approx(5.0), "an old value counts for no inventory"


@pytest.mark.django_db
def test_a_tank_says_when_it_is_full_at_this_inflow() -> None:
    firm, officer, keeper = make_plant()
    _unit, tank = make_tank(officer, firm)
    make_level(value=8.0)
    make_level(channel="in", value=60.0, quantity="flow")
    make_level(channel="out", value=10.0, quantity="flow")
    watch_level(keeper, tank)
    units.enter_point(actor=keeper, equipment_id=tank.pk, sheet=PointSheet(tag="FT-1", kind=PointKind.INFLOW, sensor="tank-1/in"))
    units.enter_point(
        actor=keeper, equipment_id=tank.pk, sheet=PointSheet(tag="FT-2", kind=PointKind.OUTFLOW, sensor="tank-1/out")
    )
    found = PlantEquipment.objects.prefetch_related("points", "held").get()
    picture = picture_of(found, readings_of(list(found.points.all()), NOW), list(found.held.all()))
    assert picture is not None
    assert (picture.level, picture.high_high, picture.inflow_m3_h, picture.full_in_h) == (0.8, 0.9, 50.0, 0.2)
    assert picture.tonnes == pytest.approx(80.0)
    assert not picture.full_soon and picture.standing == ""


@pytest.mark.django_db
def test_a_point_takes_only_a_sensor_that_can_measure_it_and_that_the_person_sees() -> None:
    firm, officer, keeper = make_plant()
    _unit, tank = make_tank(officer, firm)
    make_level(channel="t", quantity="temperature")
    with pytest.raises(InvalidInput, match="temperature"):
        watch_level(keeper, tank, "tank-1/t")
    with pytest.raises(InvalidInput, match="tank-9"):
        watch_level(keeper, tank, "tank-9/level")
    make_level()
    with pytest.raises(InvalidInput, match="may see"):
        watch_level(officer, tank)


@pytest.mark.django_db
def test_an_interlock_is_bypassed_for_a_reason_and_until_a_moment() -> None:
    firm, officer, _keeper = make_plant()
    _unit, tank = make_tank(officer, firm)
    sheet = PointSheet(tag="LSHH-101", kind=PointKind.INTERLOCK)
    point = units.enter_point(actor=officer, equipment_id=tank.pk, sheet=sheet)
    assert point.interlock == InterlockState.IN_USE

    def bypass(hours: float, reason: str) -> PlantPoint:
        until = NOW + timedelta(hours=hours)
        state = InterlockState.BYPASSED
        return units.set_interlock(actor=officer, point_id=point.pk, state=state, until=until, reason=reason, now=NOW)

    for hours, reason, word in ((1, " ", "why"), (-1, "test", "ahead"), (73, "test", "72")):
        with pytest.raises(InvalidInput, match=word):
            bypass(hours, reason)
    assert bypass(8, "calibration of the transmitter").interlock == InterlockState.BYPASSED
    back = units.set_interlock(actor=officer, point_id=point.pk, state=InterlockState.IN_USE, now=NOW)
    assert (back.interlock, back.bypass_until, back.bypass_reason, back.bypass_by) == ("in_use", None, "", None)


@pytest.mark.django_db
def test_who_may_enter_what() -> None:
    firm, officer, _keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    other_firm, stranger, _other_keeper = make_plant("Other firm", "plant-b")
    for refused in (
        lambda: units.change_unit(actor=stranger, unit_id=unit.pk, sheet=UnitSheet(name="x", kind=UnitKind.STORAGE), now=NOW),
        lambda: units.hold(actor=stranger, equipment_id=tank.pk, sheet=HeldSheet(substance="氯", design_t=0.0), now=NOW),
    ):
        with pytest.raises((PlantUnit.DoesNotExist, PlantEquipment.DoesNotExist)):
            refused()
    watcher = make_named_person("watcher", "inspector", make_body("watchers"))
    with pytest.raises(NotAllowed):
        units.change_unit(actor=watcher, unit_id=unit.pk, sheet=UnitSheet(name="x", kind=UnitKind.STORAGE), now=NOW)
    assert signed_in(stranger).get(f"/plants/{unit.pk}/").status_code == 404
    assert other_firm.name not in signed_in(officer).get("/plants/").content.decode()


@pytest.mark.django_db
def test_the_same_name_or_tag_twice_is_told() -> None:
    firm, officer, _keeper = make_plant()
    unit, _tank = make_tank(officer, firm)
    with pytest.raises(Conflict, match="Chlorine bund"):
        make_tank(officer, firm)
    with pytest.raises(Conflict, match="V-101"):
        units.enter_equipment(actor=officer, unit_id=unit.pk, sheet=EquipmentSheet(tag="V-101", kind=EquipmentKind.TANK))
    units.withdraw_unit(actor=officer, unit_id=unit.pk)
    make_tank(officer, firm)


TABLE = """统一社会信用代码,单元,单元类型,500米范围内人数,位号,设备类型,罐型,容积,高度,品名,设计最大量,危险类别,备注
,液氯罐区,储存单元,60,V-1,储罐,立式,40,8,液氯,50,,甲
,液氯罐区,储存单元,60,V-2,储罐,立式,40,8,液氯,50,,乙
,合成,生产单元,60,R-1,反应釜,,,,异丙醇,"1,000",W5.3,
"""


@pytest.mark.django_db
def test_a_table_is_taken_whole_and_again_changes_nothing() -> None:
    firm, officer, _keeper = make_plant()
    taken = import_plants(actor=officer, object_id=firm.pk, content=TABLE.encode(), now=NOW)
    assert (taken.units, taken.equipment, taken.substances, taken.unread) == (2, 3, 3, ["备注"])
    found = {one.name: (one.s, one.grade) for one in PlantUnit.objects.all()}
    assert found == {"液氯罐区": (20.0, "I"), "合成": (1.0, "IV")}
    import_plants(actor=officer, object_id=firm.pk, content=TABLE.encode(), now=NOW)
    assert (PlantUnit.objects.count(), PlantEquipment.objects.count(), HeldSubstance.objects.count()) == (2, 3, 3)


@pytest.mark.django_db
def test_a_table_with_a_wrong_cell_leaves_nothing_and_every_wrong_cell_is_told() -> None:
    firm, officer, _keeper = make_plant()
    wrong = TABLE.replace("V-2,储罐,立式,40", "V-2,储罐,方形,many").replace('"1,000",W5.3', "1000,W99")
    with pytest.raises(InvalidInput) as refused:
        import_plants(actor=officer, object_id=firm.pk, content=wrong.encode(), now=NOW)
    assert "line 3" in str(refused.value) and "方形" in str(refused.value) and "many" in str(refused.value)
    with pytest.raises(InvalidInput, match="line 4"):
        import_plants(actor=officer, object_id=firm.pk, content=TABLE.replace("W5.3", "W99").encode(), now=NOW)
    assert not PlantUnit.objects.exists()
    with pytest.raises(InvalidInput, match="headings"):
        read_plants([["a", "b"], ["1", "2"]])


@pytest.mark.django_db
def test_pages_as_the_officer_presses_them(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    browser = signed_in(officer)
    made = browser.post(f"/plants/of/{firm.pk}/", {"name": "North bund", "kind": "storage", "people": "12", "area": "tank_farm"})
    unit = PlantUnit.objects.get()
    assert made["Location"] == f"/plants/{unit.pk}/"
    assert browser.post(f"/plants/of/{firm.pk}/", {"name": "North bund", "kind": "storage"}).status_code == 409
    do = f"/plants/{unit.pk}/do/"
    browser.post(
        f"{do}equipment/",
        {"tag": "V-1", "title": "", "kind": "tank", "shape": "sphere", "volume_m3": "1000", "height_m": "12", "liquefied": "on"},
    )
    tank = PlantEquipment.objects.get()
    assert tank.liquefied and tank.shape == "sphere"
    answer = browser.post(f"{do}hold/", {"equipment": tank.pk, "substance": "丙烷", "design_t": "500"}, follow=True)
    assert "graded anew" in answer.content.decode()
    unit.refresh_from_db()
    assert (unit.grade, unit.r) == ("III", 15.0)
    answer = browser.post(f"{do}hold/", {"equipment": tank.pk, "substance": "谜", "design_t": "5"}, follow=True)
    assert "table 2" in answer.content.decode()
    listed = browser.get("/plants/?which=III").content.decode()
    assert "North bund" in listed and "North bund" not in browser.get("/plants/?which=I").content.decode()
    assert "North bund" in browser.get("/plants/?format=csv").content.decode()
    assert "North bund" in browser.get(f"/objects/{firm.pk}/").content.decode()
    file = SimpleUploadedFile("plants.csv", TABLE.encode())
    assert "Units: 2" in browser.post("/plants/table/", {"file": file, "object": firm.pk}, follow=True).content.decode()
    live = browser.get(f"/plants/{unit.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in live
    browser.post(f"{do}withdraw/")
    assert browser.get(f"/plants/{unit.pk}/").status_code == 404
