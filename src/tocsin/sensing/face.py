"""What other capabilities may use of sensing: devices, sensors, their history and health."""

from tocsin.sensing.devices.queries import (
    SensorTable,
    chart_texts,
    health_names,
    registry_version,
    sensor_table,
    sensors_by_index,
    visible_sensors,
)
from tocsin.sensing.health.services import explain_silence, set_health
from tocsin.sensing.history.queries.copy import HistoryCopy, begin_copy
from tocsin.sensing.history.queries.readings import history
from tocsin.sensing.history.queries.table import History

__all__ = [
    "History",
    "HistoryCopy",
    "SensorTable",
    "begin_copy",
    "chart_texts",
    "explain_silence",
    "health_names",
    "history",
    "registry_version",
    "sensor_table",
    "sensors_by_index",
    "set_health",
    "visible_sensors",
]
