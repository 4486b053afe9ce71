"""News of sensing. Consumers may see one twice."""

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


class SensorHealthChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What a sensor's behaviour says about it has changed; `since_ms` is UTC on the judging clock."""

    sensor_id: str
    index: int
    health: str
    since_ms: int
