"""The health of sensors, as detection found it, written."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.base.time import ms_from_datetime
from tocsin.bus.services import record_event
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import Health
from tocsin.sensing.devices.services import ROWS_AT_ONCE
from tocsin.sensing.health.events import SensorHealthChanged
from tocsin.sensing.trust.services import follow_health


def explain_silence(*, because: Mapping[UUID, str]) -> int:
    """By sensor the code of the lost gateway or station because of which its value is unknown; of all others it is not.

    Returns how many changed.
    """
    told = Sensor.objects.exclude(unknown_because="").values_list("pk", "unknown_because")
    by_code: dict[str, list[UUID]] = {"": [sensor_id for sensor_id, _code in told if sensor_id not in because]}
    for sensor_id, code in because.items():
        by_code.setdefault(code, []).append(sensor_id)
    changed = 0
    for code, ids in by_code.items():
        for start in range(0, len(ids), ROWS_AT_ONCE):
            part = Sensor.objects.filter(pk__in=ids[start : start + ROWS_AT_ONCE])
            changed += part.exclude(unknown_because=code).update(unknown_because=code)
    return changed


@transaction.atomic
def set_health(*, sensor_index: int, health: str, since: datetime, first: bool = False) -> bool:
    """Records what the detector says about a sensor now, and tells it; False where that is known already.

    News comes in the order of the log, and the last one holds whatever its date: a gateway that stores and forwards ends a
    silence with readings older than the deadline that told it. The date kept never goes back. `first`: only where nothing
    has been said of the sensor yet.
    """
    state = Health(health)
    sensor = Sensor.objects.select_for_update().get(index=sensor_index)
    if sensor.health == state or (first and sensor.health != Health.UNKNOWN):
        return False
    sensor.health, sensor.health_since = state, max(since, sensor.health_since or since)
    sensor.save(update_fields=["health", "health_since"])
    follow_health(sensor=sensor, health=state, since=sensor.health_since)
    event = SensorHealthChanged(
        sensor_id=str(sensor.pk), index=sensor.index, health=state.value, since_ms=ms_from_datetime(sensor.health_since)
    )
    record_event(event, region=sensor.region_code)
    return True
