"""What doors need of the operator's settings."""

from typing import Protocol

from tocsin.base.time import Clock


class DoorSettings(Protocol):
    """Where doors listen, with which certificate, behind which proxies, and by which clock."""

    @property
    def door_host(self) -> str: ...

    @property
    def door_http_port(self) -> int: ...

    @property
    def mqtt_port(self) -> int: ...

    @property
    def mqtt_tls_certificate(self) -> str: ...

    @property
    def mqtt_tls_key(self) -> str: ...

    @property
    def trusted_proxies(self) -> tuple[str, ...]: ...

    @property
    def clock(self) -> Clock: ...
