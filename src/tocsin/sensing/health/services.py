"""The health of sensors, as detection found it, written."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.base.time import ms_from_datetime
from tocsin.bus.bulk import save_all
from tocsin.bus.services import record_events
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import Health
from tocsin.sensing.devices.services.registry import ROWS_AT_ONCE
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
def set_health(*, found: Mapping[int, tuple[str, datetime]], first: bool = False) -> int:
    """Records what the detector says about sensors now, by index: a health and since when. What is not known already is told;
    returns of how many. A city that is read for the first time is a few statements, not thousands.

    News comes in the order of the log, and the last one holds whatever its date: a gateway that stores and forwards ends a
    silence with readings older than the deadline that told it. The date kept never goes back. `first`: only of sensors of which
    nothing has been said yet.
    """
    changed = []
    for sensor in Sensor.objects.filter(index__in=found).order_by("index").select_for_update():
        health, since = found[sensor.index]
        if sensor.health != health and not (first and sensor.health != Health.UNKNOWN):
            sensor.health, sensor.health_since = Health(health), max(since, sensor.health_since or since)
            changed.append(sensor)
    save_all(changed, "health", "health_since")
    follow_health(changed)
    record_events((_told(sensor), sensor.region_code) for sensor in changed)
    return len(changed)


def _told(sensor: Sensor) -> SensorHealthChanged:
    since = sensor.health_since
    assert since is not None  # noqa: S101 - set above
    return SensorHealthChanged(
        sensor_id=str(sensor.pk), index=sensor.index, health=Health(sensor.health).value, since_ms=ms_from_datetime(since)
    )
