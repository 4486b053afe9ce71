"""What a sensor should have read, hour by hour, as it could be told the midnight before: its baseline of each day.

Nothing is kept: a day's baseline follows from the history before it, so it is worked out when asked for, a month in a moment.
"""

import logging
import sys
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from tocsin.base.children import run_child
from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.engine.baselines.baseline import Knowledge, compile_kernels, fit
from tocsin.engine.baselines.circumstances import DAY_H, HOUR_MS, Circumstances
from tocsin.engine.baselines.hours import Hours, lay_on_hours
from tocsin.jurisdiction.face import Person, scope
from tocsin.lifelines.face import asset_ids_of_kinds
from tocsin.records.face import working_days
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.history.queries.readings import LATEST_MS, history

log = logging.getLogger(__name__)

LOCAL_H = 8  # Asia/Shanghai, all the year
_EPOCH = date(1970, 1, 1)
_FRESH_MS = 5 * 60_000  # how old what is known of the weather may be

Floats = NDArray[np.float64]


WAIT_S = 0.5  # how long a reader waits for the machine code at most
PREPARING = "preparing"  # it is being read: ask again in a few seconds

_compiling = threading.Lock()
_prepared = threading.Event()


@cache
def prepare() -> None:
    """Begins to read the machine code into this process, in a thread of its own: at the start of a process that serves pages."""
    threading.Thread(target=_prepare, name="prepare-baselines", daemon=True).start()


def _prepare() -> None:
    with _compiling:
        _compile_elsewhere()
        compile_kernels()
    _prepared.set()


@cache
def _compile_elsewhere() -> None:
    """The first fit on a machine compiles for seconds, during which nothing else would be served: another process does it, into
    the cache of machine code that this one reads.
    """
    code = "import os; os.nice(10); from tocsin.engine.baselines.baseline import compile_kernels; compile_kernels()"
    done = run_child([sys.executable, "-c", code])
    if done.returncode:
        told = done.stderr.decode(errors="replace")[-2000:]
        log.error("the baselines could not be compiled apart, which will hold up this process: %s", told)


@dataclass(frozen=True)
class Expected:
    """Columns of half hours; None where nothing was expected. `knowledge`: of the last day."""

    ts: list[int]
    middle: list[float | None]
    low: list[float | None]
    high: list[float | None]
    knowledge: str


class Band(NamedTuple):
    """What is usual in each of the 24 hours of a day, float64[24] each; NaN where nothing is known."""

    middle: Floats
    low: Floats
    high: Floats


def expected_of(user: Person, sensor_id: UUID, from_ms: int, to_ms: int) -> Expected:
    """What was expected from the hour before `from_ms` to the one after `to_ms`; nothing yet while the machine code is read.

    Sensor.DoesNotExist where the user may not see the sensor's history; InvalidInput for a time span that is none or too long.
    """
    sensor = scope(Sensor.objects.all(), user, "history.see").get(pk=sensor_id)
    longest = policy().baseline.longest_days
    if not 0 <= from_ms < to_ms <= min(LATEST_MS, from_ms + longest * DAY_H * HOUR_MS):
        raise InvalidInput(
            f"from_ms and to_ms are milliseconds since 1970-01-01 UTC, the first below the second, {longest} days at most"
        )
    prepare()
    if not _prepared.wait(WAIT_S):
        return Expected([], [], [], [], PREPARING)
    first, end = from_ms // HOUR_MS - 1, to_ms // HOUR_MS + 2
    midnight = (first + LOCAL_H) // DAY_H * DAY_H - LOCAL_H
    begin = midnight - policy().baseline.history_days * DAY_H
    hours = hours_of((sensor.index,), begin, end)
    circumstances = circumstances_of(sensor, begin, end)
    floor = np.array([max(sensor.resolution / 2, 1e-9)])
    parts = []
    for day in range(midnight, end, DAY_H):
        past = hours.before(day, policy().baseline.history_days * DAY_H)
        baseline = fit(past, circumstances.between(past.first_hour, day), floor=floor)
        parts.append(baseline.expect(circumstances.between(max(day, first), min(day + DAY_H, end))))
    ts = (np.arange(first, end) * HOUR_MS + HOUR_MS // 2).tolist()
    return Expected(
        ts=ts,
        middle=_known(np.concatenate([part.middle[0] for part in parts])),
        low=_known(np.concatenate([part.low[0] for part in parts])),
        high=_known(np.concatenate([part.high[0] for part in parts])),
        knowledge=parts[-1].knowledge[0] if parts else Knowledge.NOT_YET,
    )


def circumstances_of(sensor: Sensor, first_hour: int, end_hour: int) -> Circumstances:
    """Days off, and the weather by the thermometers and rain gauges of its city nearest to the sensor, itself left out."""
    clock = settings.CONFIGURATION.clock
    days = range((first_hour + LOCAL_H) // DAY_H, (end_hour - 1 + LOCAL_H) // DAY_H + 1)
    free = np.array(working_days().rest_days(_EPOCH + timedelta(days=day) for day in days), np.bool_)
    rest = free[(np.arange(first_hour, end_hour) + LOCAL_H) // DAY_H - days[0]]
    fresh = clock.now_ms() // _FRESH_MS
    outdoor = _weather(_nearest(sensor, "temperature"), first_hour, end_hour, fresh)
    rain = _weather(_nearest(sensor, "rainfall"), first_hour, end_hour, fresh)
    return Circumstances(first_hour, rest, outdoor, rain, LOCAL_H)


def _nearest(sensor: Sensor, quantity: str) -> tuple[int, ...]:
    """Indexes of the sensors that tell the weather at a sensor, of its city (the first four digits of the region)."""
    rules = policy().baseline
    found = Sensor.objects.filter(quantity=quantity, enabled=True, region_code__startswith=sensor.region_code[:4]).exclude(
        pk=sensor.pk
    )
    if quantity == "temperature":
        found = found.filter(asset_id__in=asset_ids_of_kinds(rules.outdoor_asset_kinds))
    places = found.values_list("index", "lon", "lat")
    near = sorted(places, key=lambda place: distance_m(sensor.lon, sensor.lat, place[1], place[2]))
    return tuple(sorted(index for index, _, _ in near[: rules.nearest]))


@lru_cache(maxsize=16)
def _weather(indexes: tuple[int, ...], first_hour: int, end_hour: int, fresh: int) -> Floats:
    """Median of these sensors for each hour, float64[t], NaN where none measured. `fresh` makes the newest hours be read anew."""
    if not indexes:
        return np.full(end_hour - first_hour, np.nan)
    middle = hours_of(indexes, first_hour, end_hour).middle
    known = np.isfinite(middle).any(axis=0)
    out = np.full(end_hour - first_hour, np.nan)
    out[known] = np.nanmedian(middle[:, known], axis=0)
    return out


def hours_of(indexes: tuple[int, ...], first_hour: int, end_hour: int, *, shift_ms: int = 0) -> Hours:
    """What is believed of these sensors (ascending), laid on hours; all of them later by `shift_ms`."""
    readings = history().read(indexes, first_hour * HOUR_MS + shift_ms, end_hour * HOUR_MS + shift_ms)
    good = readings.quality == 0
    position = np.searchsorted(np.array(indexes), readings.sensor[good]).astype(np.int64)
    return lay_on_hours(
        position,
        readings.ts[good] - shift_ms,
        readings.value[good],
        sensors=len(indexes),
        first_hour=first_hour,
        hours=end_hour - first_hour,
    )


@lru_cache(maxsize=4096)
def band_of_day(index: int, midnight: int) -> Band:
    """The band of one sensor on the local day that begins at that hour since 1970 (UTC), as told the evening before.

    Sensor.DoesNotExist for an index that nobody has.
    """
    sensor = Sensor.objects.get(index=index)
    begin = midnight - policy().baseline.history_days * DAY_H
    with _compiling:
        _compile_elsewhere()
    past = hours_of((index,), begin, midnight)
    floor = np.array([max(sensor.resolution / 2, 1e-9)])
    told = fit(past, circumstances_of(sensor, begin, midnight), floor=floor).expect(
        circumstances_of(sensor, midnight, midnight + DAY_H)
    )
    return Band(told.middle[0], told.low[0], told.high[0])


def _known(column: Floats) -> list[float | None]:
    return [round(value, 6) if value == value else None for value in column.tolist()]
