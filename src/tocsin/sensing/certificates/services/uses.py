"""When devices came in by which certificate; the first time, what a certificate says that nobody has entered yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.db import transaction

from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate
from tocsin.sensing.certificates.rules.judging import CertificateWay
from tocsin.sensing.certificates.rules.reading import Facts
from tocsin.sensing.certificates.services.certificates import fill
from tocsin.sensing.certificates.services.changes import doors_look_again, mark_listed
from tocsin.sensing.devices.models import Device


@dataclass(frozen=True)
class Use:
    """A device has come in by a certificate; `authority_id`: the enrolled authority that has signed one that was not known."""

    facts: Facts
    der: bytes
    code: str
    authority_id: UUID | None
    at: datetime


@transaction.atomic
def record_uses(uses: Sequence[Use]) -> None:
    """Of each certificate its newest use. One of an enrolled authority gets its row, by which a person can revoke it."""
    newest = {one.facts.fingerprint: one for one in uses}
    known = DeviceCertificate.objects.select_related("device").filter(fingerprint__in=list(newest))
    rows, learnt = {one.fingerprint: one for one in known}, list[DeviceCertificate]()
    for fingerprint, use in newest.items():
        row = rows.get(fingerprint)
        if row is None:
            learnt += _take_row(use)
            continue
        row.used_at = use.at
        if not row.pem:
            fill(row, use.facts, _pem(use.der))
            learnt.append(row)
        row.save(update_fields=["used_at", "pem", "subject", "issuer", "serial", "key", "not_before", "not_after"])
    if learnt:
        mark_listed(learnt, now=max(one.at for one in uses))
        doors_look_again()


def _take_row(use: Use) -> list[DeviceCertificate]:
    """The new row; none where device or authority are gone meanwhile."""
    device = Device.objects.filter(code=use.code).first()
    authority = None if use.authority_id is None else CertificateAuthority.objects.filter(pk=use.authority_id).first()
    if device is None or authority is None:
        return []
    row = DeviceCertificate(
        device=device,
        way=CertificateWay.MAKER,
        fingerprint=use.facts.fingerprint,
        authority=authority,
        entered_at=use.at,
        used_at=use.at,
    )
    fill(row, use.facts, _pem(use.der))
    DeviceCertificate.objects.bulk_create([row], ignore_conflicts=True)
    return list(DeviceCertificate.objects.select_related("device").filter(fingerprint=row.fingerprint))


def _pem(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM).decode()
