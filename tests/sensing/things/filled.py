"""A few devices with a day of readings, as a fixture for folders that read them."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.sensing.things.city import MINUTES, NOON, devices, sensors
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History


@pytest.fixture
def city(db: None, settings: Any, tmp_path: Path) -> dict[str, str]:
    """Secrets by device. Sensor 0 has a reading a minute for four hours, the others every ten minutes; sensor 1 a day more."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    ensure_regions()
    secrets = register_many(actor=system_actor(), devices=devices(), sensors=sensors())
    rows = [(0, NOON + number * 60_000, number / 10) for number in range(MINUTES)]
    for other in (1, 2, 3):
        rows += [(other, NOON + number * 600_000, other * 100.0 + number) for number in range(MINUTES // 10)]
    rows += [(1, NOON + DAY_MS + number * 600_000, float("nan") if number == 1 else -5.0) for number in range(3)]
    rows.sort()
    index, ts, value = zip(*rows, strict=True)
    quality = [2 if one != one else 1 if one == 0 else 0 for one in value]
    History(tmp_path / "history").append(Readings.of(index, ts, value, quality), version=1)
    for one in Sensor.objects.all():
        one.last_ts = max(ts for sensor, ts, _value in rows if sensor == one.index)
        one.last_value = next(value for sensor, ts, value in rows if (sensor, ts) == (one.index, one.last_ts))
        one.save()
    return secrets
