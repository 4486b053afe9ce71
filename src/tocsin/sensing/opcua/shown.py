"""What people and programs read of servers of OPC UA: certificates, nodes with their sensors, what a trial said."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from django.utils.translation import pgettext_lazy

from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.opcua.models import SECURITY_NAMES
from tocsin.sensing.opcua.rules.nodes import Node
from tocsin.sensing.opcua.rules.orders import Offered, Said
from tocsin.sensing.opcua.rules.places import Security, spelled

QUALITY_NAMES: Final = {
    "good": pgettext_lazy("quality of a reading", "good"),
    "suspect": pgettext_lazy("quality of a reading", "suspect"),
    "bad": pgettext_lazy("quality of a reading", "bad"),
}


@dataclass(frozen=True)
class CertificateShown:
    """A certificate as people compare it."""

    fingerprint: str  # SHA-256, as OPC UA tools and browsers show it
    thumbprint: str  # SHA-1, by which many servers list certificates
    subject: str
    until: str

    @property
    def plain(self) -> str:
        """The fingerprint as it is sent."""
        return self.fingerprint.replace(":", "").lower()


@dataclass(frozen=True)
class OfferShown:
    """One endpoint that a server offers. `security`: in words, empty for one that Tocsin does not speak."""

    security: str
    policy: str
    users: str
    is_ours: bool


@dataclass(frozen=True)
class NodeShown:
    """One node with its sensor, and what it says where somebody has asked."""

    channel: str
    node: str
    sensor: Sensor | None
    value: float | None = None
    quality: str = ""
    why: str = ""
    is_asked: bool = False

    @property
    def quality_name(self) -> str:
        """Its quality in words; empty where it has none."""
        return str(QUALITY_NAMES[self.quality]) if self.quality else ""

    @property
    def unit(self) -> str:
        """The unit of the value: that of the sensor as it is sent."""
        return "" if self.sensor is None else self.sensor.unit or self.sensor.canonical_unit


def certificate_shown(der: bytes) -> CertificateShown | None:
    """A certificate in words; None for none, and for what is none."""
    if not der:
        return None
    subject = until = "?"
    try:
        read = x509.load_der_x509_certificate(der)
        subject, until = read.subject.rfc4514_string()[:200], f"{read.not_valid_after_utc:%Y-%m-%d}"
    except ValueError:
        subject = "?"  # its fingerprint is told all the same
    sha1 = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    return CertificateShown(spelled(hashlib.sha256(der).hexdigest()), spelled(sha1), subject, until)


def certificates_of(offered: tuple[Offered, ...]) -> list[CertificateShown]:
    """The certificates that a server shows, each once; mostly it is one."""
    found = (certificate_shown(one) for one in dict.fromkeys(one.certificate for one in offered))
    return [one for one in found if one is not None]


def offers_of(offered: tuple[Offered, ...], chosen: str) -> list[OfferShown]:
    """Its endpoints in words."""
    return [
        OfferShown(
            str(SECURITY_NAMES[Security(one.security)]) if one.security else "",
            one.policy,
            ", ".join(one.users),
            one.security == chosen,
        )
        for one in offered
    ]


def nodes_shown(nodes: tuple[Node, ...], sensors: Mapping[str, Sensor], said: Said | None = None) -> list[NodeShown]:
    """The nodes of a list with their sensors; with what each said, where somebody asked."""
    if said is None:
        return [NodeShown(one.channel, one.node, sensors.get(one.channel)) for one in nodes]
    heard = {one.channel: one for one in said.heard}
    unread = {one.channel: str(one.why.error()) for one in said.unread}
    names = ("good", "suspect", "bad")
    found: list[NodeShown] = []
    for one in nodes:
        value = heard.get(one.channel)
        quality = names[value.quality] if value is not None and value.quality in (0, 1, 2) else ""
        shown = value.value if value is not None else None
        sensor, why = sensors.get(one.channel), unread.get(one.channel, "")
        found.append(NodeShown(one.channel, one.node, sensor, shown, quality, why, is_asked=True))
    return found
