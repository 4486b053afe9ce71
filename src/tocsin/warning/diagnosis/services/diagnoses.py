"""Why does it ring? The service around the engine: gathers network, sensors and readings, and keeps the answer."""

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.base.levels import Quality
from tocsin.base.log_fields import bound
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.base.tracing import span
from tocsin.bus.services import record_event
from tocsin.bus.traces import trace_of
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis import model as engine
from tocsin.engine.diagnosis.check_places import live_sensors, place_checks
from tocsin.engine.network import Network
from tocsin.jurisdiction.face import system_actor
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.models import Alarm, DiagnosisTask
from tocsin.warning.alarms.services.changes import DIAGNOSIS, Changes
from tocsin.warning.alarms.services.diagnosis_tasks import finish_task, is_last_attempt, lease_task, postpone_task
from tocsin.warning.causes.policy.checks import CHECKS
from tocsin.warning.diagnosis.events import DiagnosisMade
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.diagnosis.queries.answers import standing_answers
from tocsin.warning.diagnosis.queries.priors import templates_for
from tocsin.warning.diagnosis.queries.rankings import hypothesis_as_json, placed_as_json, plain, reranked
from tocsin.warning.diagnosis.queries.surroundings import ask
from tocsin.warning.diagnosis.rules import KeptDiagnosis

log = logging.getLogger(__name__)

type LookAhead = Callable[[Network, engine.Diagnosis, engine.SensorColumns, Readings], Mapping[str, object]]
"""What may follow from an answer, as plain JSON that is kept with it."""


def work_on_next_task(look_ahead: LookAhead) -> bool:
    """Does one diagnosis that is due; False where none is. A failure is told in the alarm's history and tried again."""
    now = timezone.now()
    task = lease_task(now=now)
    if task is None:
        return False
    alarm = Alarm.objects.select_related("sensor").get(pk=task.alarm_id)
    if alarm.sensor is None or (task.reason == "later" and alarm.closed_at is not None):
        finish_task(task=task)
        return True
    with (
        bound(alarm=str(alarm.pk), sensor=str(alarm.sensor.index)),
        span("diagnosis", parent=trace_of(alarm.pk), alarm=str(alarm.pk), reason=task.reason),
    ):
        _diagnose(alarm, task, look_ahead)
    return True


def _diagnose(alarm: Alarm, task: DiagnosisTask, look_ahead: LookAhead) -> None:
    try:
        began = time.monotonic()
        result = diagnose_alarm(alarm, look_ahead)
        _keep(alarm, task, result, round((time.monotonic() - began) * 1000))
    except Exception as error:  # the outermost handler of this item: told, counted, tried again
        log.exception("diagnosis of alarm %s failed (attempt %d)", alarm.pk, task.attempts)
        _keep_failure(alarm, task, error)


def diagnose_alarm(alarm: Alarm, look_ahead: LookAhead) -> KeptDiagnosis:
    """The engine's answer for this alarm as plain JSON, with what is known now; nothing is written."""
    assert alarm.sensor is not None  # noqa: S101 - alarms of objects have no diagnosis task
    clock = settings.CONFIGURATION.clock
    ts_ms = ms_from_datetime(alarm.updated_at) if alarm.late else clock.now_ms()
    templates = templates_for(alarm.region_code)
    answer, around = ask(region_code=alarm.region_code, sensor=alarm.sensor.index, ts_ms=ts_ms, templates=templates)
    network, columns, readings = around.network, around.sensors, around.readings
    live = live_sensors(columns, _newest_ms(columns, readings), asked=answer.sensor, ts_ms=ts_ms)
    place = (answer.asset_code, alarm.sensor.lon, alarm.sensor.lat)
    checks = [card.check for card in CHECKS.current().cards.values()]
    placed = place_checks(network, place, answer.quantity, answer.hypotheses, checks, columns, live)
    sizes = {"sensors": len(columns), "readings": len(readings)}
    ahead = plain(look_ahead(network, answer, columns, readings))
    kept: KeptDiagnosis = {**_as_json(answer, network, **sizes), "checks": placed_as_json(placed), **ahead}
    return kept


def _newest_ms(columns: engine.SensorColumns, readings: Readings) -> NDArray[np.int64]:
    """Time of each sensor's newest reading that is not bad, int64[n]; 0 where there is none."""
    good = readings.take(readings.quality != Quality.BAD)
    newest = np.zeros(int(columns.index.max()) + 1, np.int64)
    np.maximum.at(newest, good.sensor, good.ts)
    return newest[columns.index]


def _as_json(answer: engine.Diagnosis, network: Network, **sizes: int) -> KeptDiagnosis:
    found: KeptDiagnosis = plain(
        {
            "ts_ms": answer.ts_ms,
            "asset_code": answer.asset_code,
            "quantity": answer.quantity,
            "hypotheses": [hypothesis_as_json(network, one) for one in answer.hypotheses],
            "call": [dataclasses.asdict(body) for body in answer.call],
            **sizes,
        }
    )
    return found


def _keep(alarm: Alarm, task: DiagnosisTask, result: KeptDiagnosis, duration_ms: int) -> None:
    with transaction.atomic():
        locked = Alarm.objects.select_for_update().get(pk=alarm.pk)
        result = reranked(result, standing_answers(locked))
        first = result["hypotheses"][0]
        kept = Diagnosis.objects.create(
            alarm=locked, at=datetime_from_ms(result["ts_ms"]), reason=task.reason, duration_ms=duration_ms, result=result
        )
        locked.cause = {name: first[name] for name in ("cause", "probability", "asset_code", "owner")}
        changes = Changes(actor=system_actor(), channel=DIAGNOSIS)
        causes = [[one["cause"], one["probability"]] for one in result["hypotheses"][:3]]
        changes.note(locked, "diagnosed", current_time(), figures={"causes": causes, "reason": task.reason})
        changes.save()
        record_event(
            DiagnosisMade(
                alarm_id=str(locked.pk), diagnosis_id=str(kept.pk), cause=first["cause"], probability=first["probability"]
            ),
            region=locked.region_code,
        )
        finish_task(task=task)
    log.info(
        "cause named: %s at %s, %.0f %%, for the %s alarm of %s (%d ms)",
        first["cause"],
        first["asset_code"] or "no asset",
        100 * first["probability"],
        alarm.quantity,
        result["asset_code"] or f"sensor {alarm.sensor_id}",
        duration_ms,
    )


def _keep_failure(alarm: Alarm, task: DiagnosisTask, error: Exception) -> None:
    now = timezone.now()
    last = is_last_attempt(task, now=now)
    with transaction.atomic():
        locked = Alarm.objects.select_for_update().get(pk=alarm.pk)
        changes = Changes(actor=system_actor(), channel=DIAGNOSIS)
        act = "diagnosis_given_up" if last else "diagnosis_failed"
        changes.note(locked, act, current_time(), text=f"{type(error).__name__}: {error}"[:500])
        changes.save()
        if last:
            finish_task(task=task)
        else:
            postpone_task(task=task, now=now)
