"""What holds for devices and sensors. Values and arrays in, values and arrays out."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import conversion, quantity_of

DEVICE_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
CHANNEL: Final = re.compile(r"[^\s/#+][^/#+\x00-\x1f]{0,63}")
ACCESS_SIGNS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # no two that look alike on a logger's screen
ACCESS_LENGTH: Final = 6  # HJ 212 has no room for more
REGION: Final = re.compile(r"[0-9]{6}")
LONGEST_SILENCE_S: Final = 49 * 86_400.0
LONGEST_PROFILE: Final = 60
MOST_CHANNELS: Final = 64  # of one model
LONGEST_CALIBRATION: Final = 120  # months


LEAST_MS: Final = 100_000_000_000  # 1973 in milliseconds, the year 5138 in seconds: below this, seconds were sent


type Conversion = Callable[[float], float] | None
type Channel = tuple[int, Conversion, tuple[str, str]]
"""What a door knows of a channel: the index of its sensor (-1: disabled), how what is sent becomes canonical (None: it is that),
its quantity and registered unit. A plain tuple, since every reading passes it.
"""


class Health(StrEnum):
    """What a sensor's own behaviour says about it; no alarm level."""

    UNKNOWN = "unknown"
    GOOD = "good"
    SILENT = "silent"
    STUCK = "stuck"
    NOISY = "noisy"
    OUT_OF_RANGE = "out_of_range"
    SATURATED = "saturated"


class SpokenProtocol(StrEnum):
    """How devices of a model speak."""

    MQTT = "mqtt"
    HTTP = "http"
    SPARKPLUG = "sparkplug"
    HJ212 = "hj212"
    GB26875 = "gb26875"
    MODBUS = "modbus"
    OPCUA = "opcua"
    GATEWAY = "gateway"
    OTHER = "other"


class PowerSource(StrEnum):
    """What devices of a model live on."""

    MAINS = "mains"
    BATTERY = "battery"
    SOLAR = "solar"
    LINE = "line"


def digest_of(secret: str) -> str:
    """SHA-256 in hex. Plain, without salt or stretching: a secret of ours has 256 random bits, nothing can be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(presented: bytes, digest: str) -> bool:
    """Compared in constant time, so that the answer's delay tells nothing."""
    return hmac.compare_digest(hashlib.sha256(presented).hexdigest(), digest)


def access_fingerprint(code: str, password: str, key: bytes) -> str:
    """HMAC-SHA256 in hex by a key that is not in the database: six characters could be found again from a plain hash."""
    return hmac.digest(key, f"{code}\0{password}".encode(), "sha256").hex()


def is_access_password(code: str, presented: str, fingerprint: str, keys: Iterable[bytes]) -> bool:
    """Whether it is the device's, under any of the keys that may have made the fingerprint; compared in constant time."""
    return any(hmac.compare_digest(access_fingerprint(code, presented, key), fingerprint) for key in keys)


def check_device_code(code: str) -> str:
    """The code itself; InvalidInput where it can't be an MQTT user name and part of a topic."""
    if not DEVICE_CODE.fullmatch(code):
        raise InvalidInput(
            "device code “%(given)s”: use up to 64 letters, digits, '.', '_', ':' and '-', beginning with a letter or digit",
            given=code,
        )
    return code


def check_channel(channel: str) -> str:
    """The channel itself; InvalidInput where it can't be a key of a payload."""
    if not CHANNEL.fullmatch(channel):
        raise InvalidInput(
            "channel “%(given)s”: use 1 to 64 characters without '/', '#', '+' and without leading space", given=channel
        )
    return channel


def check_measurement(quantity: str, unit: str, interval_s: float, resolution: float) -> None:
    """InvalidInput for an unknown quantity, a unit that can't be converted, or steps that are no positive numbers."""
    conversion(quantity, unit)
    for name, number in (("interval_s", interval_s), ("resolution", resolution)):
        if not 0 < number < float("inf"):
            raise InvalidInput("%(name)s is %(number)s; it must be a number above 0", name=name, number=number)


@dataclass(frozen=True, kw_only=True)
class NewDevice:
    """A device to be registered. `name` may be empty; `gateway_code` names the device that carries what it sends, if one does."""

    code: str
    region_code: str
    name: str = ""
    organisation_id: UUID | None = None
    gateway_code: str = ""
    model_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class NewSensor:
    """A sensor to be registered. `unit` is the one that is sent ("" for the canonical); the rest is in canonical units.

    Without `resolution` the quantity's own is taken; without `region_code` the device's; `asset_code` and `asset_id` name the
    same thing, the asset that the sensor watches.
    """

    device_code: str
    channel: str
    quantity: str
    lon: float
    lat: float
    unit: str = ""
    name: str = ""
    region_code: str = ""
    asset_id: UUID | None = None
    asset_code: str = ""
    interval_s: float = 60.0
    silence_s: float | None = None
    resolution: float | None = None
    accuracy: float | None = None
    profile: str = ""
    alarm_low: float | None = None
    alarm_high: float | None = None
    calibrated_on: date | None = None
    calibration_due: date | None = None


@dataclass(frozen=True, kw_only=True)
class ModelChannel:
    """What every device of a model sends on one channel, and how it is looked after. `unit` is the one that is sent; the rest is
    in canonical units.

    `range_low` and `range_high`: what it can measure. `silence_s`: silent after so long. `calibration_months`: so long a
    calibration holds. What is None, or a `profile` that is empty, the model leaves to each sensor.
    """

    channel: str
    quantity: str
    unit: str = ""
    range_low: float | None = None
    range_high: float | None = None
    resolution: float | None = None
    accuracy: float | None = None
    interval_s: float = 60.0
    silence_s: float | None = None
    calibration_months: int | None = None
    profile: str = ""
    alarm_low: float | None = None
    alarm_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class ModelSheet:
    """All that is entered of a model of devices. `battery_low_pct`: below it a battery is to be replaced; None: it has none."""

    maker: str
    model: str
    protocol: SpokenProtocol
    power: PowerSource
    battery_low_pct: float | None = None
    channels: tuple[ModelChannel, ...] = ()


def check_device(device: NewDevice) -> None:
    """InvalidInput names what is wrong with a device to be registered."""
    check_device_code(device.code)
    if not REGION.fullmatch(device.region_code):
        raise InvalidInput(
            "device %(device)s: region “%(region)s” is no code of six digits (GB/T 2260)",
            device=device.code,
            region=device.region_code,
        )


def check_sensor(sensor: NewSensor) -> None:
    """InvalidInput names what is wrong with a sensor to be registered."""
    try:
        check_channel(sensor.channel)
        check_measurement(sensor.quantity, sensor.unit, sensor.interval_s, resolution_of(sensor))
        if not (-180 <= sensor.lon <= 180 and -90 <= sensor.lat <= 90):
            raise InvalidInput("%(lon)s, %(lat)s is no longitude and latitude in degrees", lon=sensor.lon, lat=sensor.lat)
        if len(sensor.profile) > LONGEST_PROFILE:
            raise InvalidInput("the name of a profile has at most %(most)s characters", most=LONGEST_PROFILE)
        if sensor.silence_s is not None and not sensor.interval_s <= sensor.silence_s < LONGEST_SILENCE_S:
            raise InvalidInput(
                "silent after %(silence)s s: it must be its interval at least (%(interval)s s), and less than 49 days",
                silence=sensor.silence_s,
                interval=sensor.interval_s,
            )
        if sensor.region_code and not REGION.fullmatch(sensor.region_code):
            raise InvalidInput("region “%(region)s” is no code of six digits (GB/T 2260)", region=sensor.region_code)
        if sensor.alarm_low is not None and sensor.alarm_high is not None and sensor.alarm_low >= sensor.alarm_high:
            raise InvalidInput(
                "the lower limit %(low)s is not below the upper one, %(high)s", low=sensor.alarm_low, high=sensor.alarm_high
            )
        if sensor.calibrated_on and sensor.calibration_due and sensor.calibration_due < sensor.calibrated_on:
            raise InvalidInput(
                "its calibration can't hold until %(due)s when it was done on %(day)s",
                due=sensor.calibration_due,
                day=sensor.calibrated_on,
            )
    except InvalidInput as error:
        raise InvalidInput("sensor %(sensor)s: %(why)s", sensor=f"{sensor.device_code}/{sensor.channel}", why=error) from None


def resolution_of(sensor: NewSensor) -> float:
    """The step to which history keeps the sensor's values: its own, else its quantity's."""
    return quantity_of(sensor.quantity).resolution if sensor.resolution is None else sensor.resolution


def check_sheet(sheet: ModelSheet) -> None:
    """InvalidInput names what is wrong with a model of devices: which channel, what, how to mend it."""
    if not 1 <= len(sheet.maker) <= 80:
        raise InvalidInput("a model of devices needs a maker: 1 to 80 characters")
    if not 1 <= len(sheet.model) <= 80:
        raise InvalidInput("a model of devices needs its name: 1 to 80 characters")
    if sheet.battery_low_pct is not None and not 0 < sheet.battery_low_pct < 100:
        raise InvalidInput("battery low below %(given)s %%: it must lie between 0 and 100", given=sheet.battery_low_pct)
    if len(sheet.channels) > MOST_CHANNELS:
        raise InvalidInput("a model has at most %(most)s channels", most=MOST_CHANNELS)
    seen: set[str] = set()
    for one in sheet.channels:
        if one.channel in seen:
            raise InvalidInput("channel “%(channel)s” stands there twice", channel=one.channel)
        seen.add(one.channel)
        check_sensor(sensor_of_channel(one, f"{sheet.maker} {sheet.model}", 0.0, 0.0))
        _check_range(one)


def _check_range(one: ModelChannel) -> None:
    if (one.range_low is None) != (one.range_high is None):
        raise InvalidInput("channel “%(channel)s”: a measuring range has two ends", channel=one.channel)
    if one.range_low is not None and one.range_high is not None:
        if one.range_low >= one.range_high:
            raise InvalidInput("channel “%(channel)s”: its measuring range ends before it begins", channel=one.channel)
        for limit in (one.alarm_low, one.alarm_high):
            if limit is not None and not one.range_low <= limit <= one.range_high:
                raise InvalidInput(
                    "channel “%(channel)s”: the alarm limit %(limit)s lies outside what it can measure, %(low)s to %(high)s",
                    channel=one.channel,
                    limit=limit,
                    low=one.range_low,
                    high=one.range_high,
                )
    if one.calibration_months is not None and not 1 <= one.calibration_months <= LONGEST_CALIBRATION:
        raise InvalidInput(
            "channel “%(channel)s”: a calibration holds for 1 to %(most)s months", channel=one.channel, most=LONGEST_CALIBRATION
        )


def sensor_of_channel(one: ModelChannel, device_code: str, lon: float, lat: float, region_code: str = "") -> NewSensor:
    """The sensor that a device of the model gets for a channel, at that place."""
    return NewSensor(
        device_code=device_code,
        channel=one.channel,
        quantity=one.quantity,
        unit=one.unit,
        lon=lon,
        lat=lat,
        region_code=region_code,
        interval_s=one.interval_s,
        silence_s=one.silence_s,
        resolution=one.resolution,
        accuracy=one.accuracy,
        profile=one.profile,
        alarm_low=one.alarm_low,
        alarm_high=one.alarm_high,
    )
