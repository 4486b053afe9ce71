"""News of alarms, and the form in which detections travel from the detector to the worker."""

import uuid

import msgspec


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edge of one rule at one sensor, as it lies in the log; `id` is made from sensor, rule, edge, level and time.

    `sensor` is the sensor's index, `ts` Unix milliseconds (UTC), `value` and `limit` in the quantity's canonical unit;
    `figures` carry what the rule saw, named per rule (`engine.detection.FIGURES`), `latching` whether the sensor's profile
    wants a person to reset the alarm.
    """

    id: uuid.UUID
    sensor: int
    rule: str
    edge: str  # raise, clear, escalate, relax
    level: int
    ts: int
    value: float | None
    limit: float | None
    figures: dict[str, float | None] = {}
    latching: bool = False
    policy: tuple[str, ...] = ()  # the versions of the detection policy by which it was judged; none: as shipped
    trace: str | msgspec.UnsetType = msgspec.UNSET  # where spans are told to somebody: the place from which its alarm goes on


class AlarmRaised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new alarm is open. `late`: the readings are of long ago, nothing shall ring."""

    alarm_id: str
    sensor_id: str | None
    asset_id: str | None
    rule: str
    state: str
    level: int
    late: bool


class AlarmChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An open alarm has another state, level, count, owner or comment; `act` says by what."""

    alarm_id: str
    act: str
    state: str
    level: int


class AlarmClosed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alarm is over; `act` says by what."""

    alarm_id: str
    act: str


class AlarmCaseChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The case of an alarm has another level or state; `level` 0 for a case that is over."""

    alarm_id: str
    case_number: str
    level: int
    state: str


class AlarmBeganFlapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition comes and goes too often: its alarm holds level and state until it is calm. Told once."""

    alarm_id: str
    raises: int
    window_s: float


class AlarmCalmedDown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alarm no longer flaps. Told once."""

    alarm_id: str
