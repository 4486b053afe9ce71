"""Alarm load of a firm: figures beside targets, a burst in order, online rates of its points."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tests.warning.district import detection
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.engine.alarm_quality import load_of
from tocsin.hazchem.alarm_load.policy import ALARM_LOAD
from tocsin.hazchem.alarm_load.queries.load import burst_of, firm_alarms, times_of_bursts
from tocsin.hazchem.alarm_load.queries.online import firm_rate
from tocsin.hazchem.alarm_load.rules import LoadKind, Rung, bursts, judge
from tocsin.hazchem.installations.models import PlantJoint, PlantPoint
from tocsin.hazchem.installations.rules.kinds import EquipmentKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet
from tocsin.hazchem.installations.services import units
from tocsin.sensing.availability.models import DeviceDay, Night
from tocsin.sensing.devices.models import Device
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.warning.alarms.services.detections import apply_detections

MINUTE = 60_000
POLICY = ALARM_LOAD.shipped


def figures(alarms: list[Rung], minutes: int = 60) -> dict[LoadKind, float | None]:
    judged = judge(alarms, begin_ms=0, end_ms=minutes * MINUTE, policy=POLICY)
    return {one.kind: one.value for one in judged.figures}


@pytest.mark.one_database
def test_figures_of_an_hour() -> None:
    alarms = [Rung(one, 1 + (one == 0), one * MINUTE, -1, (one * MINUTE,)) for one in range(12)]
    alarms += [Rung(99, 4, 30 * MINUTE, 31 * MINUTE, tuple(30 * MINUTE + step * 1000 for step in (0, 20, 40)))]
    found = figures(alarms)
    assert found[LoadKind.PER_HOUR] == 13
    assert found[LoadKind.PEAK] == 10
    assert found[LoadKind.CHATTERING] == 1
    assert found[LoadKind.STANDING] == 0
    assert found[LoadKind.RED] == pytest.approx(1 / 13)
    assert figures([])[LoadKind.RED] is None
    assert all(one.is_good for one in judge([], begin_ms=0, end_ms=MINUTE, policy=POLICY).figures)


@pytest.mark.one_database
@given(st.lists(st.integers(0, 119), max_size=60))
def test_bursts_hold_every_minute_of_every_flood_and_none_twice(minutes: list[int]) -> None:
    load = load_of(np.array(minutes, np.int64) * MINUTE, begin_ms=0, end_ms=120 * MINUTE, operators=1)
    spans = bursts(load, begin_ms=0, window_min=10)
    flooded = {int(one) for one in np.flatnonzero(load.in_flood)}
    ends = [(begin // MINUTE + 10 - 1, end // MINUTE - 1) for begin, end in spans]
    if flooded:
        assert {minute for begin, end in ends for minute in range(begin, end + 1)} == flooded
    else:
        assert len(spans) == bool(minutes)
    assert spans == sorted(spans)


# --- with rows ---


def make_line() -> tuple[SupervisedObject, Any, list[PlantPoint]]:
    """A tank that feeds a reactor, with a level, a pressure and a gas point."""
    firm, officer, keeper = make_plant()
    unit, tank = make_tank(officer, firm)
    for channel in ("level", "pressure", "methane"):
        make_level("tank-1", channel, quantity=channel)
    watch_level(keeper, tank)
    reactor = units.enter_equipment(actor=officer, unit_id=unit.pk, sheet=EquipmentSheet(tag="R-101", kind=EquipmentKind.REACTOR))
    sensors = {one.channel: one for one in Device.objects.get(code="tank-1").sensors.all()}
    for tag, kind, channel in (("PT-101", "pressure", "pressure"), ("GT-101", "gas", "methane")):
        PlantPoint.objects.create(equipment=reactor, tag=tag, kind=kind, sensor=sensors[channel])
    return firm, officer, [PlantPoint.objects.get(tag=tag) for tag in ("LT-101", "PT-101", "GT-101")]


def ring(point: PlantPoint, seconds: int, level: AlarmLevel = AlarmLevel.YELLOW, rule: str = "high") -> None:
    assert point.sensor is not None
    ts = ms_from_datetime(NOW) - 600_000 + seconds * 1000
    apply_detections(detections=[detection("raise", level, sensor=point.sensor.index, ts=ts, rule=rule)], now=NOW)


@pytest.mark.django_db
def test_a_burst_is_put_in_order_by_what_feeds_what() -> None:
    firm, _officer, (level, pressure, gas) = make_line()
    PlantJoint.objects.create(source=level.equipment, target=pressure.equipment, tag="P-1")
    ring(level, 0)
    ring(pressure, 60)
    ring(gas, 120)
    ring(pressure, 180, rule="low")
    found = firm_alarms(firm, since=NOW - timedelta(days=1), until=NOW)
    assert found.judged.alarms == 4
    ((begins, ends),) = times_of_bursts(found)
    burst = burst_of(found, begins, ends)
    tags = [found.point_of[row.point[0]].tag for row in burst.rows]
    assert [tags[one] for one in burst.folded.top] == ["LT-101", "GT-101"]
    assert burst.folded.beneath.tolist() == [-1, 0, -1, 0]
    PlantJoint.objects.all().delete()
    apart = burst_of(found, begins, ends)
    assert len(apart.folded.top) == 3


@pytest.mark.django_db
def test_points_by_how_much_they_reported() -> None:
    firm, _officer, points = make_line()
    device = Device.objects.get(code="tank-1")
    assert firm_rate(firm.pk).day is None
    last = NOW.date() - timedelta(days=1)
    for days, channels, planned in ((0, [["level", 1440, 720]], 0), (1, [], 100), (8, [["level", 1440, 0]], 0)):
        DeviceDay.objects.create(
            device=device, day=last - timedelta(days=days), expected=4320, reported=3600, planned=planned, channels=channels
        )
    Night.objects.create(day=last, is_done=True)
    found = firm_rate(firm.pk)
    by_tag = {one.point.tag: one for one in found.points}
    assert found.points[0].point.tag == "LT-101"
    assert (by_tag["LT-101"].day_pct, by_tag["LT-101"].week_pct, by_tag["LT-101"].month_pct) == (50.0, 75.0, 50.0)
    assert (by_tag["PT-101"].day_pct, by_tag["PT-101"].planned) == (100.0, True)
    assert found.day_pct == pytest.approx((50 + 100 + 100) / len(points))


@pytest.mark.django_db
def test_pages_files_and_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    firm, officer, (level, pressure, _gas) = make_line()
    stand_at(monkeypatch, NOW)
    ring(level, 0)
    ring(pressure, 60)
    client, at = signed_in(officer), f"/plants/load/{firm.pk}/"
    PlantJoint.objects.create(source=level.equipment, target=pressure.equipment)
    page = " ".join(client.get(at).content.decode().split())
    assert "1 alarm follows from it" in page
    assert "LT-101" in client.get(f"{at}?format=csv").content.decode("utf-8-sig")
    assert "GT-101" in client.get(f"{at}?table=points&format=csv").content.decode("utf-8-sig")
    assert firm.name in client.get("/plants/load/").content.decode()
    assert client.get("/plants/load/?format=csv").status_code == 200
    api = f"/api/v1/hazchem/objects/{firm.pk}"
    told = client.get(f"{api}/alarm-load").json()
    assert (told["alarms"], len(told["figures"]), told["burst"]["top"][0]["why"]) == (2, 9, ["first", "highest", "many"])
    assert client.get(f"{api}/online-points").json()["day"] == ""
    stranger = make_named_person("stranger", "firm_officer", make_body("stranger"))
    assert signed_in(stranger).get(at).status_code == 404
    assert signed_in(stranger).get(f"{api}/alarm-load").status_code == 404
