"""By what a device has proved who it is on a connection, and whether that still holds."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.sensing.certificates.rules.judging import Finding, Trust, good_until
from tocsin.sensing.doors.services.gatehouse import Gatehouse

if TYPE_CHECKING:
    from tocsin.sensing.doors.services.loading import KnownDevice


@dataclass(frozen=True)
class Presented:
    """What somebody shows at a door: code and secret as they were sent, and the certificate (DER) whose key TLS has proved."""

    code: str
    secret: bytes = field(repr=False)
    certificate: bytes
    address: str


@dataclass(frozen=True)
class Proof:
    """A secret, by its digest, or a certificate, which is good until a moment."""

    secret_sha256: str = ""
    certificate: Finding | None = None
    until: datetime | None = None

    def renewed(self, device: "KnownDevice", trust: Trust) -> "Proof | None":
        """The same by what is known now; None where it holds no longer."""
        if self.certificate is None:
            return self if self.secret_sha256 == device.secret_sha256 else None
        until = good_until(self.certificate, trust)
        return None if until is None else replace(self, until=until)

    def is_over(self, now: datetime) -> bool:
        """Whether the certificate has ended since."""
        return self.until is not None and now >= self.until


async def prove(
    gatehouse: Gatehouse, door: str, presented: Presented, now_s: float
) -> "tuple[KnownDevice, Proof] | tuple[None, Proof]":
    """The device and its proof, or nobody; ClosedError where there were too many wrong ones.

    A secret decides where one is sent: a device that comes with any certificate besides is let in as before. Without a secret the
    certificate decides, and a code beside it must be its own.
    """
    if presented.certificate and not presented.secret:
        found = await gatehouse.login_by_certificate(door, presented.certificate, presented.code, presented.address, now_s)
        if found is None or (device := gatehouse.registry.devices.get(found.code)) is None:
            return None, Proof()
        return device, Proof(certificate=found, until=found.until)
    device = await gatehouse.login(door, presented.code, presented.secret, presented.address, now_s)
    return (None, Proof()) if device is None else (device, Proof(secret_sha256=device.secret_sha256))
