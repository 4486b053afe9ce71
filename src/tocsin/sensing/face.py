"""What other capabilities may use of sensing: devices, sensors, their history and health."""

from tocsin.sensing.availability.queries import SensorDay, begin_of, last_judged_day, planned_outages, sensor_days
from tocsin.sensing.availability.rules import PlannedOutage
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries.columns import (
    LatestValue,
    NearValue,
    SensorPosition,
    devices_named,
    disabled_sensors,
    latest_values,
    loaded_sensor,
    nearest_value,
    newest_values,
    positions,
    sensor_indexes,
    sensors_behind,
    sensors_named,
    sources_of,
    unjudged_sensors,
    working_sensors,
)
from tocsin.sensing.devices.queries.registry import (
    JudgedSensors,
    SensorTable,
    chart_texts,
    health_names,
    judged_sensors,
    registry_version,
    sensor_table,
    sensors_by_index,
    sensors_of_body,
    visible_devices,
    visible_sensors,
    wind_sensors,
)
from tocsin.sensing.devices.shown import DeviceSection
from tocsin.sensing.health.services import explain_silence, set_health
from tocsin.sensing.history.queries.commits import store_found
from tocsin.sensing.history.queries.contradictions import Contradiction, contradictions
from tocsin.sensing.history.queries.copy import HistoryCopy, begin_copy, carry
from tocsin.sensing.history.queries.expected import LOCAL_H, Band, band_of_day, hours_of
from tocsin.sensing.history.queries.expected import prepare as prepare_expectations
from tocsin.sensing.history.queries.installation import folder_of, place_of
from tocsin.sensing.history.queries.readings import history
from tocsin.sensing.history.queries.store_check import check_store
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.services import record_contradictions, record_history_wait, record_store_check
from tocsin.sensing.trust.queries import Doubt, as_believed, doubts_of, overdue_sensors, overdue_spread

__all__ = [
    "LOCAL_H",
    "Band",
    "Contradiction",
    "Device",
    "DeviceSection",
    "Doubt",
    "History",
    "HistoryCopy",
    "JudgedSensors",
    "LatestValue",
    "NearValue",
    "PlannedOutage",
    "Sensor",
    "SensorDay",
    "SensorPosition",
    "SensorTable",
    "as_believed",
    "band_of_day",
    "begin_copy",
    "begin_of",
    "carry",
    "chart_texts",
    "check_store",
    "contradictions",
    "devices_named",
    "disabled_sensors",
    "doubts_of",
    "explain_silence",
    "folder_of",
    "health_names",
    "history",
    "hours_of",
    "judged_sensors",
    "last_judged_day",
    "latest_values",
    "loaded_sensor",
    "nearest_value",
    "newest_values",
    "overdue_sensors",
    "overdue_spread",
    "place_of",
    "planned_outages",
    "positions",
    "prepare_expectations",
    "record_contradictions",
    "record_history_wait",
    "record_store_check",
    "registry_version",
    "sensor_days",
    "sensor_indexes",
    "sensor_table",
    "sensors_behind",
    "sensors_by_index",
    "sensors_named",
    "sensors_of_body",
    "set_health",
    "sources_of",
    "store_found",
    "unjudged_sensors",
    "visible_devices",
    "visible_sensors",
    "wind_sensors",
    "working_sensors",
]
