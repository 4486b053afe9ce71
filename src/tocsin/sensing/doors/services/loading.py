"""What doors know of devices, out of the database: all at first, then what belongs to those that became others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.sensing.certificates.queries import certificates_version, known_trust
from tocsin.sensing.certificates.rules.judging import Trust
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.doors.rules.payload import Channels
from tocsin.sensing.frame_keys.queries import KnownKey, frame_keys_version, known_frame_keys
from tocsin.sensing.modbus.queries import known_units, modbus_version
from tocsin.sensing.modbus.rules import KnownUnit
from tocsin.sensing.opcua.queries import known_servers, opcua_version
from tocsin.sensing.opcua.rules.places import KnownServer
from tocsin.sensing.transmitters.queries import known_transmitters, transmitters_version
from tocsin.sensing.transmitters.rules import KnownTransmitter


class Versions(NamedTuple):
    """Of the devices with their sensors, and of what else doors know of them."""

    devices: int
    transmitters: int
    modbus_units: int
    opcua_servers: int
    trust: int
    frame_keys: int


@dataclass(frozen=True)
class KnownDevice:
    """A device that may send: its code, the digest of its secret, the fingerprint of its password ("": none), its channels."""

    code: str
    secret_sha256: str
    access_fingerprint: str
    channels: Channels
    topic: bytes  # its own MQTT topic with the two bytes of its length before it, as it stands in a packet
    carried: frozenset[str] = frozenset()  # codes of the devices whose readings it may bring


@dataclass(frozen=True)
class Loaded:
    """All that doors and pollers know, as the database has it; enabled devices by code, transmitters by their source address."""

    versions: Versions
    devices: dict[str, KnownDevice]
    transmitters: dict[str, KnownTransmitter]
    modbus_units: tuple[KnownUnit, ...]
    opcua_servers: tuple[KnownServer, ...]
    trust: Trust
    frame_keys: dict[str, tuple[KnownKey, ...]]


def load(known: Loaded | None) -> Loaded | None:
    """None where nothing has changed since `known`. What has not changed is taken over from it, and equals what a whole look
    would find; what is said of devices beside their rows changes, too, when one is enabled or disabled.
    """
    versions = Versions(
        devices=queries.registry_version(),
        transmitters=transmitters_version(),
        modbus_units=modbus_version(),
        opcua_servers=opcua_version(),
        trust=certificates_version(),
        frame_keys=frame_keys_version(),
    )
    if known is not None and versions == known.versions:
        return None
    devices = _devices() if known is None else _devices_since(known, versions.devices)
    same_codes = known is not None and devices.keys() == known.devices.keys()

    def part[P](name: str, read: Callable[[], P]) -> P:
        if known is not None and same_codes and getattr(versions, name) == getattr(known.versions, name):
            kept: P = getattr(known, name)
            return kept
        return read()

    return Loaded(
        versions,
        devices,
        part("transmitters", known_transmitters),
        part("modbus_units", known_units),
        part("opcua_servers", known_servers),
        part("trust", known_trust),
        part("frame_keys", known_frame_keys),
    )


def own_topic(code: str) -> str:
    """The topic on which a device publishes its readings."""
    return f"tocsin/{code}/readings"


def _devices_since(known: Loaded, version: int) -> dict[str, KnownDevice]:
    """Those that became others, whoever carries them now and whoever carried them before, anew."""
    if version == known.versions.devices:
        return known.devices
    changed = queries.changed_between(known.versions.devices, version)
    if changed is None:
        return _devices()
    codes = {code for code, _gateway in changed}
    carriers = {one.code for one in known.devices.values() if one.carried and not one.carried.isdisjoint(codes)}
    anew = codes | carriers | {gateway for _code, gateway in changed if gateway}
    return {code: one for code, one in known.devices.items() if code not in anew} | _devices(anew)


def _devices(codes: set[str] | None = None) -> dict[str, KnownDevice]:
    carried = queries.carried_devices(codes)
    found = {}
    for code, digest, access, channels in queries.door_devices(codes):
        topic = own_topic(code).encode()
        topic = len(topic).to_bytes(2) + topic
        found[code] = KnownDevice(code, digest, access, Channels(channels, code), topic, carried.get(code, frozenset()))
    return found
