"""Places watched for electrical danger: what may be entered, and what their history says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils.translation import override

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.engine.work.danger import DangerKind, DangerVerdict
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.history.queries.table import History
from tocsin.supervision.electrical.services.places import forget_point, watch_point
from tocsin.supervision.electrical.services.watching import watch_dangers
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.shown.tasks import describe_task
from tocsin.supervision.work.queries import electrical as queries
from tocsin.supervision.work.queries.electrical import ringing_dangers
from tocsin.supervision.work.shown.power import describe_ringing
from tocsin.warning.alarms.models import Alarm

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # noon in Qingdao
QUARTER_S = 900


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂")


@pytest.fixture
def keeper(db: None) -> User:
    return make_named_person("keeper", "supervisor")


def sensors(*quantities: str) -> list[Sensor]:
    device = Device.objects.create(code="box", secret_sha256="0" * 64, region_code="370213", created_at=NOW)
    place = {"lon": 120.4, "lat": 36.1, "region_code": "370213", "resolution": 0.1}
    return [
        Sensor.objects.create(index=index, device=device, channel=f"c{index}", quantity=quantity, **place)
        for index, quantity in enumerate(quantities)
    ]


def history_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, curves: list[Any]) -> None:
    """Curves that end now, one value a quarter hour."""
    kept = History(tmp_path / "history")
    for index, curve in enumerate(curves):
        ts = ms_from_datetime(NOW) - QUARTER_S * 1000 * np.arange(len(curve), 0, -1)
        kept.append(Readings.of(np.full(len(curve), index), ts, curve), version=None)
    monkeypatch.setattr(queries, "history", lambda: kept)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("lamp", {}, "lamp"),
    ("joint", {"count": 2}, "测点"),
    ("feeder", {"count": 3}, "额定电流"),
    ("feeder", {"count": 2, "rated_a": 100.0}, "三相"),
    ("residual", {"rated_a": None}, "residual_current"),  # the sensors measure current
]


@pytest.mark.parametrize(("kind", "given", "named"), WRONG)
def test_what_does_not_fit_is_named(firm: SupervisedObject, keeper: User, kind: str, given: dict[str, Any], named: str) -> None:
    ids = [one.pk for one in sensors("current", "current", "current")][: given.get("count", 1)]
    with override("zh-hans"), pytest.raises(InvalidInput, match=named):
        watch_point(actor=keeper, object_id=firm.pk, kind=kind, name="柜1", sensor_ids=ids, rated_a=given.get("rated_a"))


def test_only_keepers_of_the_register_enter_places(firm: SupervisedObject, keeper: User) -> None:
    ids = [one.pk for one in sensors("joint_temperature")]
    inspector = make_named_person("inspector", "inspector")
    with pytest.raises(NotAllowed):
        watch_point(actor=inspector, object_id=firm.pk, kind="joint", name="柜1", sensor_ids=ids)
    point = watch_point(actor=keeper, object_id=firm.pk, kind="joint", name="柜1", sensor_ids=ids)
    with pytest.raises(Conflict):
        watch_point(actor=keeper, object_id=firm.pk, kind="joint", name="柜1", sensor_ids=ids)
    with pytest.raises(NotAllowed):
        forget_point(actor=inspector, point_id=point.pk)
    forget_point(actor=keeper, point_id=point.pk)
    assert not firm.electrical_points.exists()


def test_each_place_is_judged_by_its_own_quantity(
    firm: SupervisedObject, keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phases = sensors("current", "current", "current", "residual_current", "joint_temperature")
    quarters = 12 * 96
    noise = np.random.default_rng(1).normal(0, 0.5, quarters)
    warming = 40.0 + np.linspace(0.0, 40.0, quarters)  # a joint that will reach 90 degrees in some days
    history_of(tmp_path, monkeypatch, [80 + noise, 80 - noise, 118 + noise, 20 + 0.1 * noise, warming])
    ids = [one.pk for one in phases]
    watch_point(actor=keeper, object_id=firm.pk, kind="feeder", name="馈线", sensor_ids=ids[:3], rated_a=110.0)
    watch_point(actor=keeper, object_id=firm.pk, kind="residual", name="漏电", sensor_ids=ids[3:4])
    watch_point(actor=keeper, object_id=firm.pk, kind="joint", name="接头", sensor_ids=ids[4:])
    told = {one.danger.kind: one.danger for one in queries.dangers_of(firm, now=NOW)}
    assert told[DangerKind.OVERLOAD].verdict is DangerVerdict.BEYOND  # the third phase: 118 A of 110
    assert told[DangerKind.IMBALANCE].value == pytest.approx((118 - 92.7) / 92.7, abs=0.02)
    assert told[DangerKind.RESIDUAL_CURRENT].verdict is DangerVerdict.NORMAL
    joint = told[DangerKind.HOT_JOINT]
    assert joint.verdict is DangerVerdict.NEARING and 40 < joint.hours_to_limit < 80
    silent = {one.danger.kind: one.danger.verdict for one in queries.dangers_of(firm, now=NOW + timedelta(days=2))}
    assert set(silent.values()) == {DangerVerdict.UNKNOWN}


def test_what_nears_its_limit_is_asked_of_the_firm_and_an_overload_rings(
    firm: SupervisedObject, keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    found = sensors("current", "joint_temperature")
    warming, steady = 40.0 + np.linspace(0.0, 40.0, 12 * 96), np.full(12 * 96, 80.0)
    history_of(tmp_path, monkeypatch, [np.where(np.arange(12 * 96) < 12 * 96 - 4, 80.0, 118.0), warming])
    watch_point(actor=keeper, object_id=firm.pk, kind="feeder", name="馈线", sensor_ids=[found[0].pk], rated_a=110.0)
    watch_point(actor=keeper, object_id=firm.pk, kind="joint", name="接头", sensor_ids=[found[1].pk])
    assert (watch_dangers(now=NOW), watch_dangers(now=NOW)) == (1, 0)
    watch_dangers(now=NOW + timedelta(minutes=16))  # the same again: nothing is said twice
    alarm = Alarm.objects.get()
    assert (alarm.sensor, alarm.rule, alarm.level, alarm.value, alarm.limit) == (
        found[0],
        "high",
        AlarmLevel.YELLOW,
        118.0,
        110.0,
    )
    tasks = {one.evidence["danger"]: one for one in Task.objects.all()}
    assert set(tasks) == {"overload", "hot joint"} and tasks["hot joint"].evidence["hours"] > 24
    assert tasks["overload"].due_at == NOW + timedelta(hours=4)
    with override("en"):
        assert "接头 · hot joint · nearing the limit · in " in describe_task(tasks["hot joint"]).name
        listed = [(one.place, one.verdict) for one in map(describe_ringing, ringing_dangers(keeper))]
    assert listed == [("馈线", "beyond the limit"), ("接头", "nearing the limit")]
    assert not ringing_dangers(make_named_person("far", "supervisor", region="370202")).exists()
    history_of(tmp_path / "later", monkeypatch, [steady, steady - 40])
    watch_dangers(now=NOW + timedelta(minutes=32))
    assert set(Task.objects.values_list("state", "source")) == {("done", "monitoring")}
    assert Alarm.objects.get().state.startswith("returned")
    assert not ringing_dangers(keeper).exists()
