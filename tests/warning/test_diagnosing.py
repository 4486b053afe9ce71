"""Diagnoses are due as rows: leased, tried again after a failure, given up aloud, made again as readings come in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from tests.people import LICANG
from tests.warning.district import NOW, detection
from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.queries.networks import asset_ids
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm, DiagnosisTask
from tocsin.warning.alarms.queries.alarms import history_of, visible_alarm
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.alarms.services import diagnosis_tasks as tasks
from tocsin.warning.alarms.shown.alarms import AlarmOut, EntryOut
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.diagnosis.queries import diagnoses as queries_diagnoses
from tocsin.warning.diagnosis.queries import surroundings
from tocsin.warning.diagnosis.services import diagnoses as diagnosis
from tocsin.warning.diagnosis.shown.diagnoses import describe_diagnosis
from tocsin.warning.outlook.queries import look_ahead

pytestmark = pytest.mark.django_db

WELL = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [120.4, 36.2]},
    "properties": {"id": "W1", "kind": "manhole", "owner": "gas_company", "street": "Shiniushan Road"},
}
MAIN = {
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[120.399, 36.2], [120.401, 36.2]]},
    "properties": {"id": "G1", "kind": "gas_main", "owner": "gas_company"},
}


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """A history of its own, with two days of calm methane and then a rise."""
    history = History(tmp_path)
    now = settings.CONFIGURATION.clock.now_ms()
    ts = np.arange(now - 2 * 86_400_000, now, 60_000)
    value = np.where(ts > now - 600_000, 30.0, 0.5 + 0.1 * np.sin(ts / 1e6))
    history.append(Readings.of(sensor=np.zeros(len(ts)), ts=ts, value=value), version=1)
    monkeypatch.setattr(surroundings, "_history", lambda: history)
    return history


def due_now() -> None:
    """Lets the first diagnosis be due, whatever the clock says."""
    past = timezone.now() - timedelta(seconds=1)
    DiagnosisTask.objects.exclude(reason="later").update(due_at=past, free_at=past)


def raise_alarm(level: AlarmLevel = AlarmLevel.ORANGE) -> Alarm:
    services.apply_detections(detections=[detection(level=level)], now=NOW)
    return Alarm.objects.get()


def test_a_raised_alarm_gets_ranked_causes_with_evidence_and_bodies_to_call(
    district: list[int], history: History, officer: User, caplog: pytest.LogCaptureFixture
) -> None:
    report = import_network(actor=system_actor(), features=[WELL, MAIN], region_code=LICANG)
    assert not report.errors
    alarm = raise_alarm()
    assert alarm.sensor_id is not None
    well = asset_ids(["W1"])[LICANG, "W1"]
    edit_sensor(actor=system_actor(), sensor_id=alarm.sensor_id, changes={"asset_id": well})
    due_now()
    with caplog.at_level("INFO", "tocsin.warning"):
        assert diagnosis.work_on_next_task(look_ahead)
    assert "cause named: " in caplog.text
    alarm = visible_alarm(officer, alarm.pk)
    shown = AlarmOut.from_orm(alarm)
    kept = queries_diagnoses.newest_diagnosis(officer, alarm.pk)
    assert kept is not None
    told = describe_diagnosis(kept)
    assert shown.cause is not None
    assert shown.cause.cause == told.hypotheses[0].cause
    assert abs(sum(one.probability for one in told.hypotheses) - 1) < 1e-6
    leak = next(one for one in told.hypotheses if one.cause == "gas_main_leak")
    assert leak.asset_code == "G1"
    assert leak.asset_id is not None
    assert leak.way_geometry["type"] == "GeometryCollection"
    assert all("%(" not in item.sentence for one in told.hypotheses for item in one.evidence)
    assert [entry.act for entry in (EntryOut.from_orm(one) for one in history_of(alarm))] == [
        "raised",
        "diagnosed",
    ]


def test_a_failure_is_told_and_tried_again_and_given_up_aloud(
    district: list[int], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(alarm: Alarm, look_ahead: object) -> dict[str, Any]:
        raise ValueError("no network")

    monkeypatch.setattr(diagnosis, "diagnose_alarm", fail)
    alarm = raise_alarm()
    for _ in range(tasks.ATTEMPTS):
        due_now()
        assert diagnosis.work_on_next_task(look_ahead)
    acts = [entry.act for entry in history_of(alarm)]
    assert acts == ["raised", *["diagnosis_failed"] * (tasks.ATTEMPTS - 1), "diagnosis_given_up"]
    assert not DiagnosisTask.objects.exclude(reason="later").exists()
    assert not Diagnosis.objects.exists()


def test_a_lease_that_was_not_returned_ends_by_time(district: list[int]) -> None:
    raise_alarm()
    due_now()
    now = timezone.now()
    task = tasks.lease_task(now=now)
    assert task is not None
    assert tasks.lease_task(now=now) is None
    again = tasks.lease_task(now=now + tasks.LEASE)
    assert again is not None
    assert (again.pk, again.attempts) == (task.pk, 2)


@pytest.mark.parametrize("ahead_s", [2, 60, 86_400])
def test_a_clock_that_was_set_back_delays_no_first_diagnosis(district: list[int], ahead_s: int) -> None:
    raise_alarm()
    planned = timezone.now() + timedelta(seconds=ahead_s)
    DiagnosisTask.objects.all().update(due_at=planned, free_at=planned)
    task = tasks.lease_task(now=timezone.now())
    if ahead_s == 2:
        assert task is None
        return
    assert task is not None
    assert task.reason == "raised"
    assert tasks.lease_task(now=timezone.now()) is None, "later ones wait"


def test_first_diagnoses_come_before_repeats(district: list[int]) -> None:
    raise_alarm()
    past = timezone.now() - timedelta(hours=1)
    DiagnosisTask.objects.filter(reason="later").update(due_at=past, free_at=past)
    due_now()
    task = tasks.lease_task(now=timezone.now())
    assert task is not None
    assert task.reason == "raised"


def test_repeats_follow_the_judging_clock(district: list[int]) -> None:
    alarm = raise_alarm()
    DiagnosisTask.objects.all().delete()
    began = timezone.now()
    tasks.plan_diagnoses([(alarm, "raised")], speed=60.0)
    waits = [round((task.due_at - began).total_seconds()) for task in DiagnosisTask.objects.filter(reason="later")]
    assert waits == [5, 15, 60]


def test_an_early_sign_is_not_diagnosed_and_an_ended_alarm_no_longer(district: list[int], officer: User) -> None:
    raise_alarm(AlarmLevel.BLUE)
    assert not DiagnosisTask.objects.exists()
    services.apply_detections(detections=[detection(sensor=1, latching=False)], now=NOW)
    alarm = Alarm.objects.get(sensor__index=1)
    services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    services.apply_detections(detections=[detection("clear", sensor=1)], now=NOW)
    DiagnosisTask.objects.exclude(reason="later").delete()
    past = timezone.now() - timedelta(hours=1)
    DiagnosisTask.objects.update(due_at=past, free_at=past)
    while diagnosis.work_on_next_task(look_ahead):
        pass
    assert not DiagnosisTask.objects.exists()
    assert not Diagnosis.objects.exists()
