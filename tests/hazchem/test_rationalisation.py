"""What is written of alarms of a plant's points, what a point inherits, and what stands first on the alarm."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, make_person, signed_in
from tests.supervision.firms import NOW, make_body
from tests.warning.district import detection, make_district
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.installations.rules.kinds import InterlockState, PointKind
from tocsin.hazchem.installations.rules.sheets import PointSheet
from tocsin.hazchem.installations.services.units import enter_point, set_interlock
from tocsin.hazchem.rationalisation.models import ResponseSheet
from tocsin.hazchem.rationalisation.rules import Sheet, SheetScope, check_sheet, inherit
from tocsin.hazchem.rationalisation.services import write_sheet
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections

SHEETS = st.none() | st.builds(
    Sheet, st.sampled_from(["", "a"]), st.sampled_from(["", "b"]), st.sampled_from(["", "c"]), st.sampled_from([None, 5.0])
)


@given(SHEETS, SHEETS, SHEETS)
def test_the_narrowest_sheet_that_says_something_holds(unit: Sheet | None, kind: Sheet | None, point: Sheet | None) -> None:
    found = inherit(unit, kind, point)
    by_scope = {SheetScope.UNIT: unit, SheetScope.KIND: kind, SheetScope.POINT: point}
    for name in ("cause", "consequence", "action", "respond_min"):
        said = [(scope, getattr(one, name)) for scope, one in by_scope.items() if one and getattr(one, name) not in ("", None)]
        assert getattr(found.sheet, name) == (said[-1][1] if said else getattr(Sheet(), name))
        assert found.scopes.get(name) == (said[-1][0] if said else None)


@pytest.mark.parametrize("wrong", [Sheet(respond_min=0.0), Sheet(respond_min=float("nan")), Sheet(action="x" * 501)])
def test_a_sheet_is_bounded(wrong: Sheet) -> None:
    with pytest.raises(InvalidInput):
        check_sheet(wrong)


def make_watched() -> tuple[User, User, PlantUnit, PlantPoint]:
    """A unit whose tank's level is watched, with its officer and a duty officer of the district."""
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    make_level()
    watch_level(keeper, tank, high=8.5, high_high=9.0)
    return officer, make_person("duty_officer"), unit, PlantPoint.objects.get()


def ring(point: PlantPoint, **more: Any) -> Alarm:
    """An alarm at the point's sensor."""
    assert point.sensor is not None
    apply_detections(detections=[detection(sensor=point.sensor.index, **more)], now=NOW)
    return Alarm.objects.get(sensor=point.sensor, closed_at__isnull=True)


@pytest.mark.django_db
def test_sheets_are_written_by_who_keeps_the_unit_and_taken_away_when_empty() -> None:
    officer, duty, unit, point = make_watched()
    write_sheet(actor=officer, unit_id=unit.pk, sheet=Sheet(action=" call the control room ", respond_min=10.0), now=NOW)
    write_sheet(actor=officer, unit_id=unit.pk, point_kind=PointKind.LEVEL, sheet=Sheet(consequence="overflow"), now=NOW)
    write_sheet(actor=officer, unit_id=unit.pk, point_id=point.pk, sheet=Sheet(respond_min=2.0), now=NOW)
    write_sheet(actor=officer, unit_id=unit.pk, point_id=point.pk, sheet=Sheet(respond_min=3.0), now=NOW)
    assert ResponseSheet.objects.count() == 3
    rows = signed_in(officer).get(f"/api/v1/hazchem/plant-units/{unit.pk}/response-sheets").json()
    assert [one["scope"] for one in rows] == ["unit", "kind", "point"]
    assert (rows[2]["holds_action"], rows[2]["holds_consequence"], rows[2]["holds_respond_min"]) == (
        "call the control room",
        "overflow",
        3.0,
    )
    assert rows[2]["inherited"] == {"action": "unit", "consequence": "kind"}
    assert write_sheet(actor=officer, unit_id=unit.pk, point_id=point.pk, sheet=Sheet(), now=NOW) is None
    assert ResponseSheet.objects.count() == 2
    with pytest.raises(InvalidInput, match="not for both"):
        write_sheet(actor=officer, unit_id=unit.pk, point_kind=PointKind.GAS, point_id=point.pk, sheet=Sheet(), now=NOW)
    other = make_named_person("other", "firm_officer", make_body("other"))
    with pytest.raises(PlantUnit.DoesNotExist):
        write_sheet(actor=other, unit_id=unit.pk, sheet=Sheet(action="x"), now=NOW)
    with pytest.raises((NotAllowed, PlantUnit.DoesNotExist)):
        write_sheet(actor=duty, unit_id=unit.pk, sheet=Sheet(action="x"), now=NOW)


@pytest.mark.django_db
def test_the_alarm_shows_what_to_do_first_and_that_an_interlock_is_bypassed(monkeypatch: pytest.MonkeyPatch) -> None:
    officer, duty, unit, point = make_watched()
    write_sheet(actor=officer, unit_id=unit.pk, sheet=Sheet(action="stop the pump", respond_min=10.0), now=NOW)
    sheet = PointSheet(tag="LZ-101", kind=PointKind.INTERLOCK)
    interlock = enter_point(actor=officer, equipment_id=point.equipment_id, sheet=sheet)
    until = NOW + timedelta(hours=2)
    set_interlock(
        actor=officer, point_id=interlock.pk, state=InterlockState.BYPASSED, until=until, reason="valve stroke test", now=NOW
    )
    alarm = ring(point)
    stand_at(monkeypatch, NOW)
    client = signed_in(duty)
    told = client.get(f"/api/v1/warning/alarms/{alarm.pk}/guidance").json()["point"]
    page = client.get(f"/alarms/{alarm.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert (told["action"], told["respond_min"], told["inherited"]["action"]) == ("stop the pump", 10.0, "unit")
    assert [(one["tag"], one["state_name"]) for one in told["interlocks"]] == [("V-101 LZ-101", "bypassed")]
    assert page.index("stop the pump") < page.index('data-part="figures"') < page.index("drawer-actions")
    assert "interlock bypassed" in " ".join(page.split())
    stand_at(monkeypatch, until + timedelta(minutes=1))
    late = client.get(f"/api/v1/warning/alarms/{alarm.pk}/guidance").json()["point"]
    assert late["interlocks"][0]["state_name"] == "bypassed beyond its end"
    assert late["overdue"] is True


@pytest.mark.django_db
def test_an_alarm_that_belongs_to_no_plant_tells_of_none() -> None:
    make_district()
    apply_detections(detections=[detection()], now=NOW)
    told = signed_in(make_person("duty_officer")).get(f"/api/v1/warning/alarms/{Alarm.objects.get().pk}/guidance").json()
    assert told["point"] is None


@pytest.mark.django_db
def test_the_page_writes_a_sheet_and_gives_a_file() -> None:
    officer, _duty, unit, point = make_watched()
    client = signed_in(officer)
    at = f"/plants/responses/{unit.pk}/"
    assert client.post(f"{at}do/write/", {"point": str(point.pk), "action": "close XV-1", "respond_min": "5"}).status_code == 302
    assert "close XV-1" in client.get(at).content.decode()
    assert "V-101 LT-101" in client.get(f"{at}?format=csv").content.decode("utf-8-sig")
    client.post(f"{at}do/write/", {"point": str(point.pk), "action": "x", "respond_min": "-1"})
    assert ResponseSheet.objects.get().action == "close XV-1"
