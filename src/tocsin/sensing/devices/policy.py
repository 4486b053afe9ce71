"""`policy.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class TimePolicy(_Part, frozen=True):
    """Between `earliest` and `ahead_s` seconds after the judging clock a time is believed, at the doors only `late_days` back."""

    ahead_s: float
    late_days: float
    earliest: datetime


class PayloadPolicy(_Part, frozen=True):
    """Size in bytes of what a device may send at once."""

    largest_bytes: int


class MqttPolicy(_Part, frozen=True):
    """How long a connection may be silent, and how many there may be."""

    connect_within_s: float
    longest_keep_alive_s: int
    keep_alive_factor: float
    connections: int
    connections_per_device: int


class HttpPolicy(_Part, frozen=True):
    """How long a request may take to arrive, and how many there may be."""

    login_within_s: float
    body_within_s: float
    requests: int
    requests_per_device: int


class Hj212Policy(_Part, frozen=True):
    """How long a connection of HJ 212 may be silent, and how many there may be."""

    login_within_s: float
    silence_s: float
    connections: int


class StrangersPolicy(_Part, frozen=True):
    """How many connections without a login one door bears, and for how long none of them is ended for a newer one."""

    connections: int
    connections_per_address: int
    undisturbed_s: float


class QuotaPolicy(_Part, frozen=True):
    """How many readings a minute a device may send in the long run, and so many minutes' worth of them at once; so many bytes of
    a message that is handed on cost as much as a reading.
    """

    readings_per_sensor_min: int
    readings_per_device_min: int
    burst_min: float
    handed_bytes: int


class LoginPolicy(_Part, frozen=True):
    """How many wrong secrets within `window_s` seconds close the doors for the rest of that window."""

    failures_per_device_and_address: int
    failures_per_address: int
    failures_per_device: int
    window_s: float


class EnrolmentPolicy(_Part, frozen=True):
    """How many devices one key for enrolment may let in at most, and for how long."""

    most_devices: int
    longest_days: int


class CalibrationPolicy(_Part, frozen=True):
    """For how many months a calibration holds, by quantity; how early it is told; what one value may replace."""

    months: dict[str, int]
    warn_days: int
    overdue_spread: float
    longest_replaced_s: int


class LogPolicy(_Part, frozen=True):
    """How much is taken to the log at once, how much may wait for it, and how long a sender waits."""

    readings_per_append: int
    readings_waiting: int
    answer_within_s: float


class HistoryPolicy(_Part, frozen=True):
    """How long readings are kept, and how much of a minute their files may be merged."""

    keep_days: int
    compaction_s: float


class BaselinePolicy(_Part, frozen=True):
    """What a baseline is fitted to, and which sensors tell the weather."""

    history_days: int
    longest_days: int
    nearest: int
    outdoor_asset_kinds: tuple[str, ...]


class Policy(_Part, frozen=True):
    """All of it."""

    time: TimePolicy
    payload: PayloadPolicy
    mqtt: MqttPolicy
    http: HttpPolicy
    hj212: Hj212Policy
    strangers: StrangersPolicy
    quota: QuotaPolicy
    login: LoginPolicy
    enrolment: EnrolmentPolicy
    calibration: CalibrationPolicy
    log: LogPolicy
    history: HistoryPolicy
    baseline: BaselinePolicy


DEVICES = PolicyFile("sensing.devices", FILE, reader(Policy), "设备接入", "Doors for devices and history")


def policy() -> Policy:
    """The policy in force."""
    return DEVICES.current()
