"""Why does it ring? The service around the engine: gathers network, sensors and readings, and keeps the answer."""

import dataclasses
import logging
import time
from functools import cache
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray
from shapely.geometry import mapping

from tocsin.base.geometry import LocalPlane
from tocsin.base.levels import Quality
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.engine import diagnosis as engine
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.check_places import live_sensors, place_checks
from tocsin.engine.network import Network
from tocsin.jurisdiction.services import system_actor
from tocsin.lifelines import queries as lifelines
from tocsin.sensing import queries as sensing
from tocsin.sensing.history import History
from tocsin.sensing.queries import SensorTable
from tocsin.warning.checks import shipped_checks
from tocsin.warning.events import DiagnosisMade
from tocsin.warning.models import Alarm, Diagnosis, DiagnosisTask
from tocsin.warning.priors import templates_for
from tocsin.warning.queries import standing_answers
from tocsin.warning.ranking import placed_as_json, plain, reranked
from tocsin.warning.services.changes import DIAGNOSIS, Changes
from tocsin.warning.services.tasks import finish_task, is_last_attempt, lease_task, postpone_task

log = logging.getLogger(__name__)

NEAR_M = 2_000.0  # every sensor so near may have seen something
FAR_M = 10_000.0  # stations and gauges that speak for a whole district
FAR_QUANTITIES = ("makeup_flow", "flow", "pressure", "supply_temperature", "return_temperature", "rainfall")
READINGS_DAYS = 10


def work_on_next_task() -> bool:
    """Does one diagnosis that is due; False where none is. A failure is told in the alarm's history and tried again."""
    now = timezone.now()
    task = lease_task(now=now)
    if task is None:
        return False
    alarm = Alarm.objects.select_related("sensor").get(pk=task.alarm_id)
    if alarm.sensor is None or (task.reason == "later" and alarm.closed_at is not None):
        finish_task(task=task)
        return True
    try:
        began = time.monotonic()
        result = diagnose_alarm(alarm)
        _keep(alarm, task, result, round((time.monotonic() - began) * 1000))
    except Exception as error:  # the outermost handler of this item: told, counted, tried again
        log.exception("diagnosis of alarm %s failed (attempt %d)", alarm.pk, task.attempts)
        _keep_failure(alarm, task, error)
    return True


def diagnose_alarm(alarm: Alarm) -> dict[str, Any]:
    """The engine's answer for this alarm as plain JSON, with what is known now; nothing is written."""
    assert alarm.sensor is not None  # noqa: S101 - alarms of objects have no diagnosis task
    clock = settings.CONFIGURATION.clock
    ts_ms = ms_from_datetime(alarm.updated_at) if alarm.late else clock.now_ms()
    network = lifelines.network(alarm.region_code)
    table = sensing.sensor_table()
    chosen = _sensors_around(table, alarm.sensor.lon, alarm.sensor.lat, alarm.sensor.index)
    indexes = table.index[chosen]
    readings = _history().read(indexes, ts_ms - READINGS_DAYS * 86_400_000, ts_ms + 1)
    columns = engine.SensorColumns.build(
        network,
        index=indexes,
        asset_code=[table.asset_code[place] for place in chosen],
        quantity=[table.quantity[place] for place in chosen],
        interval_s=table.interval_s[chosen],
        accuracy=table.accuracy[chosen],
        alarm_low=table.alarm_low[chosen],
        alarm_high=table.alarm_high[chosen],
        lon=table.lon[chosen],
        lat=table.lat[chosen],
    )
    grid = engine.Grid.build(columns, readings, ts_ms=ts_ms)
    answer = engine.diagnose(network, grid, templates_for(alarm.region_code), sensor=alarm.sensor.index, ts_ms=ts_ms)
    live = live_sensors(columns, _newest_ms(columns, readings), asked=answer.sensor, ts_ms=ts_ms)
    place = (answer.asset_code, alarm.sensor.lon, alarm.sensor.lat)
    checks = [card.check for card in shipped_checks().cards.values()]
    placed = place_checks(network, place, answer.quantity, answer.hypotheses, checks, columns, live)
    sizes = {"sensors": len(indexes), "readings": len(readings)}
    return {**_as_json(answer, network, **sizes), "checks": placed_as_json(placed)}


def _newest_ms(columns: engine.SensorColumns, readings: Readings) -> NDArray[np.int64]:
    """Time of each sensor's newest reading that is not bad, int64[n]; 0 where there is none."""
    good = readings.take(readings.quality != Quality.BAD)
    newest = np.zeros(int(columns.index.max()) + 1, np.int64)
    np.maximum.at(newest, good.sensor, good.ts)
    return newest[columns.index]


@cache
def _history() -> History:
    return History(settings.CONFIGURATION.data / "history")


def _sensors_around(table: SensorTable, lon: float, lat: float, asked: int) -> NDArray[np.intp]:
    """Places in the table of the sensors that may have something to say, the asked one among them."""
    x_m, y_m = LocalPlane(lon, lat).to_metres(table.lon, table.lat)
    distance = np.hypot(x_m, y_m)
    speaks_far = np.isin(np.asarray(table.quantity), FAR_QUANTITIES)
    return np.flatnonzero((distance <= NEAR_M) | (speaks_far & (distance <= FAR_M)) | (table.index == asked))


def _as_json(answer: engine.Diagnosis, network: Network, **sizes: int) -> dict[str, Any]:
    hypotheses = []
    for one in answer.hypotheses:
        place = network.position.get(one.asset_code, -1)
        hypotheses.append(
            {
                **dataclasses.asdict(one),
                "asset_kind": network.kind[place] if place >= 0 else "",
                "evidence": [{**dataclasses.asdict(item), "supports": item.supports} for item in one.evidence],
                "way_geometry": _way_geometry(network, one.way),
            }
        )
    found: dict[str, Any] = plain(
        {
            "ts_ms": answer.ts_ms,
            "asset_code": answer.asset_code,
            "quantity": answer.quantity,
            "hypotheses": hypotheses,
            "call": [dataclasses.asdict(body) for body in answer.call],
            **sizes,
        }
    )
    return found


def _way_geometry(network: Network, way: tuple[str, ...]) -> dict[str, Any]:
    """The assets of the way as one GeoJSON GeometryCollection in degrees, in the order of the way."""
    places = [network.position[code] for code in way if code in network.position]
    in_degrees = shapely.transform(network.geometry[places], network.plane.to_degrees, interleaved=False)
    return {"type": "GeometryCollection", "geometries": [mapping(one) for one in in_degrees]}


def _keep(alarm: Alarm, task: DiagnosisTask, result: dict[str, Any], duration_ms: int) -> None:
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
        changes.note(locked, "diagnosed", settings.CONFIGURATION.clock.now(), figures={"causes": causes, "reason": task.reason})
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
        changes.note(locked, act, settings.CONFIGURATION.clock.now(), text=f"{type(error).__name__}: {error}"[:500])
        changes.save()
        if last:
            finish_task(task=task)
        else:
            postpone_task(task=task, now=now)
