"""News of devices. Consumers may see one twice."""

import msgspec


class DeviceRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """A device and its first sensors exist; `sensors` are their indexes."""

    device_id: str
    code: str
    sensors: list[int]


class DeviceDisabled(msgspec.Struct, frozen=True, kw_only=True):
    """A device is no longer heard; its open connections are closed within seconds."""

    device_id: str
    code: str
