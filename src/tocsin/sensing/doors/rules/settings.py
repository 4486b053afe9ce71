"""What doors need of the operator's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tocsin.base.time import Clock


@dataclass(frozen=True)
class DeviceProtocol:
    """One protocol of devices: the class of its door, its port unless `variable` names another, and what is told of it."""

    name: str
    door: str
    variable: str
    port: int
    address: str = "{host}:{port}"


class DoorSettings(Protocol):
    """Where doors listen, with which certificate, behind which proxies, and by which clock."""

    @property
    def door_host(self) -> str: ...

    @property
    def door_ports(self) -> Mapping[str, int]: ...

    @property
    def mqtt_tls_certificate(self) -> str: ...

    @property
    def mqtt_tls_key(self) -> str: ...

    @property
    def trusted_proxies(self) -> tuple[str, ...]: ...

    @property
    def clock(self) -> Clock: ...
