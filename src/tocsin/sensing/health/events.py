"""News of a sensor's health. Consumers may see one twice."""

import msgspec


class SensorHealthChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What a sensor's behaviour says about it has changed; `since_ms` is UTC on the judging clock."""

    sensor_id: str
    index: int
    health: str
    since_ms: int
