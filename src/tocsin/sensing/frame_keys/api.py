"""Keys of frames for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.frame_keys import services
from tocsin.sensing.frame_keys.shown import FrameKeyOut, describe_frame_key

router = Router()


class FrameKeyMade(Schema):
    key: str = Field(description="16 bytes in hex, for SM4; shown only here. The one before holds beside it for some days")


@router.get("devices/{device_id}/frame-key", response=FrameKeyOut)
def frame_key(request: HttpRequest, device_id: UUID) -> FrameKeyOut:
    """Whether the device has a key by which its frames of HJ 212-2025 are encrypted, and how old it is."""
    return describe_frame_key(visible_devices(request.user).get(pk=device_id), current_time())


@router.post("devices/{device_id}/frame-key", response={201: FrameKeyMade})
def renew_frame_key(request: HttpRequest, device_id: UUID) -> Status[dict[str, str]]:
    """A new key for encrypted frames of HJ 212-2025."""
    visible_devices(request.user).get(pk=device_id)
    return Status(201, {"key": services.renew_frame_key(actor=actor_of(request), device_id=device_id, now=current_time())})


@router.delete("devices/{device_id}/frame-key", response={204: None})
def withdraw_frame_key(request: HttpRequest, device_id: UUID) -> Status[None]:
    """The device has no key any more: what it encrypts can't be read."""
    visible_devices(request.user).get(pk=device_id)
    services.withdraw_frame_key(actor=actor_of(request), device_id=device_id)
    return Status(204, None)
