"""What doors need of the operator's settings."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tocsin.base.errors import InvalidInput
from tocsin.base.time import Clock

HOST_VARIABLE = "TOCSIN_DOOR_HOST"


@dataclass(frozen=True)
class DeviceProtocol:
    """One protocol of devices: the class of its door, its port and host unless variables name others, and what is told of it."""

    name: str
    door: str
    variable: str
    port: int
    address: str = "{host}:{port}"
    host_variable: str = HOST_VARIABLE


class DoorSettings(Protocol):
    """Where doors listen, with which certificate, by which clock, and behind which proxies, with the header in which those hand
    on a device's certificate.
    """

    @property
    def door_hosts(self) -> Mapping[str, str]: ...

    @property
    def door_ports(self) -> Mapping[str, int]: ...

    @property
    def doors_in_clear(self) -> bool: ...

    @property
    def mqtt_tls_certificate(self) -> str: ...

    @property
    def mqtt_tls_key(self) -> str: ...

    @property
    def trusted_proxies(self) -> tuple[str, ...]: ...

    @property
    def certificate_header(self) -> str: ...

    @property
    def clock(self) -> Clock: ...


def is_loopback(host: str) -> bool:
    """Whether what listens there is heard on this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("door.example.org")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_in_clear(configuration: DoorSettings, name: str, mend: str) -> None:
    """InvalidInput where a door without encryption would be heard beyond this machine and nobody has said that this is wanted."""
    host = configuration.door_hosts[name]
    if is_loopback(host) or configuration.doors_in_clear:
        return
    raise InvalidInput(
        f"the {name.upper()} door would listen on {host} without encryption: secrets of devices would cross it in clear; "
        f"{mend}. Where the network is closed and trusted, TOCSIN_DOOR_IN_CLEAR=1 allows it"
    )
