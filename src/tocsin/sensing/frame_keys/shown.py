"""The key of a device's frames as people and programs read of it; the key itself is in no answer but the first."""

from datetime import datetime, timedelta
from typing import Final

from ninja import Field, Schema

from tocsin.jurisdiction.face import Person, may
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.shown import DeviceSection
from tocsin.sensing.frame_keys.policy import frame_keys_policy
from tocsin.sensing.frame_keys.queries import MANAGE, frame_key_of


class FrameKeyOut(Schema):
    """What is known of a device's key of SM4 for HJ 212-2025."""

    made_at: datetime | None = Field(description="null: the device has none")
    is_old: bool = Field(description="it is to be replaced: older than the policy's days")
    earlier_until: datetime | None = Field(description="until when the one before it holds; null: none does")


def describe_frame_key(device: Device, now: datetime) -> FrameKeyOut:
    """Of a device that may have no key."""
    row, policy = frame_key_of(device), frame_keys_policy()
    if row is None:
        return FrameKeyOut(made_at=None, is_old=False, earlier_until=None)
    until = row.made_at + timedelta(days=policy.overlap_days)
    return FrameKeyOut(
        made_at=row.made_at,
        is_old=now - row.made_at > timedelta(days=policy.renew_days),
        earlier_until=until if row.earlier and now < until else None,
    )


def _section(device: Device, person: Person) -> dict[str, object] | None:
    """For who manages a device that speaks HJ 212."""
    if not device.speaks_hj212 or not may(person, MANAGE, device.region_code):
        return None
    return {"device": device, "key": describe_frame_key(device, current_time()), "days": frame_keys_policy().renew_days}


SECTION: Final = DeviceSection("frame_keys", _section, "sensing/frame_keys/_of_device.html")
