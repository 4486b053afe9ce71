"""Certificates of devices: entered, issued, revoked. Keyword-only, rights checked, in one transaction with its audit entry."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import require
from tocsin.sensing.certificates.models import DeviceCertificate
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE, in_force, own_authority
from tocsin.sensing.certificates.rules.judging import CertificateWay
from tocsin.sensing.certificates.rules.reading import (
    Facts,
    PublicKey,
    check_device_certificate,
    facts_of,
    read_certificate,
    read_fingerprint,
    read_request,
)
from tocsin.sensing.certificates.services.changes import audit, doors_look_again, lift_the_end, mark_listed
from tocsin.sensing.certificates.services.signing import sign_for_device
from tocsin.sensing.certificates.services.telling import end_ringing
from tocsin.sensing.devices.models import Device

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.sensing.certificates.models import CertificateAuthority

PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class IssuedKey:
    """A key that was made for a device, with its certificate: shown this once, kept nowhere."""

    certificate: DeviceCertificate
    key_pem: str


@transaction.atomic
def pin_certificate(*, actor: "User", device_id: UUID, content: bytes, now: datetime) -> DeviceCertificate:
    """The certificate in PEM or DER, or of this SHA-256 fingerprint, is the device's from now on.

    Of a fingerprint alone, what the certificate says is known when the device first comes with it.
    """
    device = _locked_device(actor, device_id)
    fingerprint = read_fingerprint(content[:200].decode("ascii", "replace"))
    if fingerprint:
        return _keep(actor, device, CertificateWay.PINNED, fingerprint, now)
    certificate = read_certificate(content)
    facts = facts_of(certificate)
    check_device_certificate(facts, now)
    return _keep(actor, device, CertificateWay.PINNED, facts.fingerprint, now, facts=facts, certificate=certificate)


@transaction.atomic
def issue_certificate(*, actor: "User", device_id: UUID, request: str, now: datetime) -> DeviceCertificate:
    """A certificate by the city's authority for the key of a signing request; its other wishes are not taken."""
    return _issue(actor, _locked_device(actor, device_id), read_request(request.strip()), now)


@transaction.atomic
def issue_anew(*, actor: "User", device_id: UUID, request: str, now: datetime) -> DeviceCertificate:
    """The same for a device that has never come in: what was issued before, and perhaps lost on its way, is revoked."""
    for one in DeviceCertificate.objects.filter(in_force(now), device_id=device_id, way=CertificateWay.ISSUED, used_at=None):
        revoke_certificate(actor=actor, certificate_id=one.pk, now=now)
    return issue_certificate(actor=actor, device_id=device_id, request=request, now=now)


@transaction.atomic
def issue_key(*, actor: "User", device_id: UUID, now: datetime) -> IssuedKey:
    """A new key (EC P-256) with a certificate for whoever sets the device up: for devices that can make no key themselves."""
    device = _locked_device(actor, device_id)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _issue(actor, device, key.public_key(), now)
    pem = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return IssuedKey(made, pem.decode())


@transaction.atomic
def revoke_certificate(*, actor: "User", certificate_id: UUID, now: datetime) -> DeviceCertificate:
    """No device comes in by it from now on, and a connection that is open by it ends within seconds.

    Where it was the one that others made room for, the newest of those holds again as long as it says itself.
    """
    found = DeviceCertificate.objects.select_for_update(of=("self",)).select_related("device").get(pk=certificate_id)
    require(actor, MANAGE, found.device.region_code)
    if found.revoked_at is not None:
        raise Conflict(_("This certificate was revoked already."))
    found.revoked_at = now
    found.save(update_fields=["revoked_at"])
    lift_the_end(found.device_id, now)
    end_ringing([found], now=now)
    doors_look_again()
    audit(actor, "revoked", found)
    return found


def authority_for(device: Device, now: datetime) -> "CertificateAuthority":
    """The city's authority for the device; Conflict where there is none yet."""
    found = own_authority(device.region_code, now)
    if found is None:
        raise Conflict("the city has no authority for certificates of devices here yet; make one on the page Authorities")
    return found


def _issue(actor: "User", device: Device, key: PublicKey, now: datetime) -> DeviceCertificate:
    authority = authority_for(device, now)
    certificate = sign_for_device(authority, device.code, key, now, certificates_policy().certificates.validity_days)
    facts = facts_of(certificate)
    return _keep(
        actor, device, CertificateWay.ISSUED, facts.fingerprint, now, facts=facts, certificate=certificate, authority=authority
    )


def _keep(
    actor: "User",
    device: Device,
    way: CertificateWay,
    fingerprint: str,
    now: datetime,
    *,
    facts: Facts | None = None,
    certificate: x509.Certificate | None = None,
    authority: "CertificateAuthority | None" = None,
) -> DeviceCertificate:
    """Those in force before hold beside it for the days of policy, and no longer."""
    if DeviceCertificate.objects.filter(fingerprint=fingerprint).exists():
        raise Conflict(_("This certificate can't be entered: it is, or was, a device's already."))
    figures = certificates_policy().certificates
    before = list(DeviceCertificate.objects.select_for_update().filter(in_force(now), device=device))
    if len(before) >= (most := figures.most_per_device):
        raise Conflict(_("A device has at most %(most)s certificates in force; revoke one first.") % {"most": most})
    until = now + timedelta(days=figures.overlap_days)
    DeviceCertificate.objects.filter(pk__in=[one.pk for one in before]).filter(Q(ends_at=None) | Q(ends_at__gt=until)).update(
        ends_at=until
    )
    end_ringing(before, now=now)
    made = DeviceCertificate(
        device=device, way=way, fingerprint=fingerprint, authority=authority, entered_at=now, entered_by=actor
    )
    if facts is not None and certificate is not None:
        fill(made, facts, certificate.public_bytes(PEM).decode())
    made.save(force_insert=True)
    mark_listed([made], now=now)
    doors_look_again()
    audit(actor, way.value, made)
    return made


def fill(made: DeviceCertificate, facts: Facts, pem: str) -> None:
    """What the certificate says, into its row."""
    made.pem, made.subject, made.issuer = pem, facts.subject[:500], facts.issuer[:500]
    made.serial, made.key = facts.serial[:60], facts.key[:30]
    made.not_before, made.not_after = facts.not_before, facts.not_after


def _locked_device(actor: "User", device_id: UUID) -> Device:
    device = Device.objects.select_for_update().get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    return device
