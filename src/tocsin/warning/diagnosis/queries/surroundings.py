"""What a diagnosis looks at: the network of the region, the sensors around the asked one, and what they have told."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from django.conf import settings
from django.utils import timezone

from tocsin.base.time import datetime_from_ms
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.diagnosis.scene import sensors_around
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.network import Network
from tocsin.lifelines import face as lifelines
from tocsin.sensing import face as sensing
from tocsin.sensing.face import History

READINGS_DAYS = 10

_sensors: dict[str, tuple[int, Network, SensorColumns]] = {}  # region -> version of the registry, network and all sensors


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The network, the sensors that may have something to say, and their readings of some days."""

    network: Network
    sensors: SensorColumns
    readings: Readings


def look_around(*, region_code: str, sensor: int, ts_ms: int, templates: Templates) -> Surroundings:
    """What matters for a question about the sensor with that index at `ts_ms`. KeyError for an unknown sensor; Unavailable where
    the history can't be read.
    """
    network = lifelines.network(region_code)
    everywhere = _all_sensors(region_code, network)
    around = everywhere.take(sensors_around(everywhere, everywhere.position_of(sensor), templates))
    begin = ts_ms - READINGS_DAYS * 86_400_000
    readings = sensing.as_believed(_history().read(around.index, begin, ts_ms + 1), begin, ts_ms + 1)
    return Surroundings(network, _less_trusted(around, ts_ms), readings)


def _less_trusted(around: SensorColumns, ts_ms: int) -> SensorColumns:
    """Sensors whose calibration is overdue weigh less: what is usual for them spreads wider."""
    overdue = sensing.overdue_sensors(around.index.tolist(), timezone.localdate(datetime_from_ms(ts_ms)))
    if not overdue:
        return around
    spread = np.where(np.isin(around.index, list(overdue)), sensing.overdue_spread(), 1.0)
    return replace(around, accuracy=around.accuracy * spread)


def ask(*, region_code: str, sensor: int, ts_ms: int, templates: Templates) -> tuple[Diagnosis, Surroundings]:
    """The engine's answer for the sensor with that index with what is known of up to `ts_ms`, and what it looked at."""
    around = look_around(region_code=region_code, sensor=sensor, ts_ms=ts_ms, templates=templates)
    grid = Grid.build(around.sensors, around.readings, ts_ms=ts_ms)
    return diagnose(around.network, grid, templates, sensor=sensor, ts_ms=ts_ms), around


def _all_sensors(region_code: str, network: Network) -> SensorColumns:
    """Every sensor, its asset looked up in that network; read once per version of the registry and the network."""
    known = _sensors.get(region_code)
    if known is None or known[0] != sensing.registry_version() or known[1] is not network:
        table = sensing.sensor_table()
        columns = SensorColumns.build(
            network,
            index=table.index,
            asset_code=table.asset_code,
            quantity=table.quantity,
            interval_s=table.interval_s,
            accuracy=table.accuracy,
            alarm_low=table.alarm_low,
            alarm_high=table.alarm_high,
            lon=table.lon,
            lat=table.lat,
        )
        known = (table.version, network, columns)
        _sensors[region_code] = known
    return known[2]


@cache
def _history() -> History:
    return History(sensing.place_of(settings.CONFIGURATION.data))
