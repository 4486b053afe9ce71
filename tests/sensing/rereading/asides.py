"""Messages that the doors have set aside, for tests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.people import LICANG
from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.traffic import keep_unread
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.quarantine.services.keeping import Unread

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


def register(*codes: str, region: str = LICANG) -> None:
    """Devices with one sensor each, on the channel `methane`."""
    ensure_regions()
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=region) for code in codes],
        sensors=[
            NewSensor(device_code=code, channel="methane", quantity="methane", lon=120.4, lat=36.2, resolution=0.1)
            for code in codes
        ],
    )


def add_channel(code: str, channel: str) -> int:
    """What was wrong is mended; the index of the new sensor."""
    new = NewSensor(device_code=code, channel=channel, quantity="methane", lon=120.4, lat=36.2)
    register_many(actor=system_actor(), devices=[], sensors=[new])
    return int(Device.objects.get(code=code).sensors.get(channel=channel).index)


def unread(
    code: str,
    values: dict[str, Any] | bytes,
    *,
    minutes: int = 0,
    reason: Reason = Reason.UNKNOWN_CHANNEL,
    ts: datetime | None = None,
    taken: bytes = b"",
) -> Unread:
    """A message that arrived so many minutes before now."""
    document = {"values": values} | ({} if ts is None else {"ts": ms_from_datetime(ts)})
    content = values if isinstance(values, bytes) else json.dumps(document).encode()
    return Unread(
        code=code,
        door="mqtt",
        form=Form.READINGS,
        place=f"tocsin/{code}/readings",
        content=content,
        context=b"",
        taken=taken,
        reason=reason,
        why=InvalidInput("channel “%(channel)s” is not registered; register a sensor for it", channel="wind"),
        arrived_at=NOW - timedelta(minutes=minutes),
    )


def keep(*messages: Unread) -> None:
    """As the door keeps them."""
    keep_unread(messages)
