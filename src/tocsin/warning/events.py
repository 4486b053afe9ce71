"""What other parts learn from here, and the form in which detections travel from the detector to the worker."""

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


class AlarmBeganFlapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition comes and goes too often: its alarm holds level and state until it is calm. Told once."""

    alarm_id: str
    raises: int
    window_s: float


class AlarmCalmedDown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alarm no longer flaps. Told once."""

    alarm_id: str


class DiagnosisMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine has ranked possible causes of an alarm; the first of them is named here."""

    alarm_id: str
    diagnosis_id: str
    cause: str
    probability: float


class AnswerEntered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A crew's measurement or an answer by telephone has been weighed in; an empty `outcome`: does not know."""

    alarm_id: str
    answer_id: str
    check: str
    outcome: str


class AnswerWithdrawn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer no longer counts."""

    alarm_id: str
    answer_id: str


class FindingRecorded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People found the true cause of an alarm, or corrected what they found: a known cause, "other" or "not_found"."""

    alarm_id: str
    finding_id: str
    cause: str


class PriorsReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The priors of a region learn anew from here on."""

    region_code: str


class CausesSwitched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A region is judged with other causes from here on; `shipped`: with those that come with the program."""

    template_set_id: str
    shipped: bool


class EarlySignRaised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The watch holds a cause for likely before a limit is crossed. No alarm: nothing rings, no clock runs."""

    early_sign_id: str
    cause: str
    probability: float


class EarlySignEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An early sign stands no more; `by`: alarm (a limit was crossed there), another_cause, calm."""

    early_sign_id: str
    by: str


class EarlySignSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person has looked at an early sign."""

    early_sign_id: str
