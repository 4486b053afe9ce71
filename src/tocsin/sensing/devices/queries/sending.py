"""How a device sends its first reading, as lines to copy, and what has come of it."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tocsin.base.time import datetime_from_ms
from tocsin.sensing.devices.models import Device, Sensor

EXAMPLE = 12.5
RINGS = 62.0  # %LEL: above the limit at which one reading rings at once
LOOPBACK = ("127.0.0.1", "::1", "localhost", "")


@dataclass(frozen=True)
class Way:
    """One door, and the line of a shell that sends a reading through it."""

    door: str
    line: str


@dataclass(frozen=True)
class Heard:
    """What has come from a device since a moment: when it was heard last, and its sensors with values that young."""

    since: datetime
    at: datetime | None
    sensors: list[Sensor]


def hj212_address() -> str:
    """Host and port of the HJ 212 door, as loggers find it."""
    configuration = settings.CONFIGURATION
    return f"{_reached_by(configuration.door_hosts['hj212'])}:{configuration.door_ports['hj212']}"


def http_address() -> str:
    """Where devices find the HTTP door: behind the proxy that ends HTTPS where there is one."""
    configuration = settings.CONFIGURATION
    if configuration.behind_https and (hosts := configuration.now.public_hosts):
        return f"https://{hosts[0]}"
    return f"http://{_reached_by(configuration.door_hosts['http'])}:{configuration.door_ports['http']}"


def ways_to_send(device: Device, secret: str, value: float = EXAMPLE) -> list[Way]:
    """Lines for `mosquitto_pub` and curl with the secret in them: for the one page that shows it."""
    channel = device.sensors.filter(enabled=True).order_by("index").values_list("channel", flat=True).first() or "methane"
    return ways_of(device.code, channel, secret, value)


def ways_of(code: str, channel: str, secret: str, value: float = EXAMPLE) -> list[Way]:
    """The same for a device of this code, with one of its channels."""
    return list(_ways(code, json.dumps({"values": {channel: value}}, ensure_ascii=False), secret))


def mqtt_has_tls() -> bool:
    """Whether devices can come with certificates."""
    return bool(settings.CONFIGURATION.mqtt_tls_certificate)


def line_by_certificate(device: Device) -> str:
    """The line for `mosquitto_pub` with a certificate in place of the secret: `code.pem` with its key `code.key`."""
    configuration, code = settings.CONFIGURATION, device.code
    host, port = _reached_by(configuration.door_hosts["mqtt"]), configuration.door_ports["mqtt"]
    channel = device.sensors.filter(enabled=True).order_by("index").values_list("channel", flat=True).first() or "methane"
    payload = shlex.quote(json.dumps({"values": {channel: EXAMPLE}}, ensure_ascii=False))
    files = f"--cafile ca.pem --cert {shlex.quote(f'{code}.pem')} --key {shlex.quote(f'{code}.key')}"
    return f"mosquitto_pub -h {host} -p {port} {files} -q 1 -t {shlex.quote(topic_of(code))} -m {payload}"


def topic_of(code: str) -> str:
    """The one MQTT topic on which a device publishes."""
    return f"tocsin/{code}/readings"


def heard_since(device: Device, since: datetime) -> Heard:
    """The newest values of a device, none older than `since`."""
    since_ms = since.timestamp() * 1000
    sensors = [one for one in device.sensors.order_by("index")[:50] if one.last_ts is not None and one.last_ts >= since_ms]
    at = device.last_seen_at if device.last_seen_at is not None and device.last_seen_at >= since else None
    return Heard(since, at, sensors)


def _ways(code: str, payload: str, secret: str) -> Iterator[Way]:
    configuration = settings.CONFIGURATION
    host, port = _reached_by(configuration.door_hosts["mqtt"]), configuration.door_ports["mqtt"]
    trust = "--cafile ca.pem " if configuration.mqtt_tls_certificate else ""
    login = f"-u {shlex.quote(code)} -P {shlex.quote(secret)}"
    topic = shlex.quote(topic_of(code))
    yield Way("MQTT", f"mosquitto_pub -h {host} -p {port} {trust}{login} -q 1 -t {topic} -m {shlex.quote(payload)}")
    yield Way("HTTP", f"curl -u {shlex.quote(f'{code}:{secret}')} {http_address()}/v1/readings -d {shlex.quote(payload)}")


def _reached_by(host: str) -> str:
    """Where a device finds a door: this machine's public name where the door listens to a network, else its own address."""
    if host in LOOPBACK:
        return "127.0.0.1"
    public = settings.CONFIGURATION.now.public_hosts
    return public[0] if public else host


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that a page has kept as milliseconds; `now` for anything else."""
    return datetime_from_ms(int(text)) if text.isascii() and text.isdigit() and len(text) == 13 else now
