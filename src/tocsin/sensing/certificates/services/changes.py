"""What every change of certificates does beside: doors look again, and the audit trail has it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F

from tocsin.records.face import record_audit
from tocsin.sensing.certificates.models import DeviceCertificate
from tocsin.sensing.certificates.queries import COUNTER, in_force, known_authorities
from tocsin.sensing.certificates.rules.judging import listed_by
from tocsin.sensing.certificates.rules.reading import facts_of, read_certificate
from tocsin.sensing.certificates.services.telling import end_ringing
from tocsin.sensing.devices.models import Counter

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def doors_look_again() -> None:
    """Within a second every door judges by what is written in this transaction."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)


def mark_listed(certificates: Iterable[DeviceCertificate], *, now: datetime) -> list[DeviceCertificate]:
    """Writes into rows, with their devices, what the lists of makers say of them; those that it newly revokes.

    Call it in a transaction, whenever a row learns what its certificate says, or a list or an authority changes.
    """
    authorities, revoked = known_authorities(), list[DeviceCertificate]()
    for one in certificates:
        if not one.pem:
            continue
        certificate = read_certificate(one.pem.encode())
        found = listed_by(certificate, facts_of(certificate), one.device.region_code, authorities)
        if found is not None and one.listed_at is None:
            revoked.append(one)
        one.listed_at, one.listed_reason = (None, "") if found is None else (found.at, found.reason)
        one.save(update_fields=["listed_at", "listed_reason"])
    for device_id in {one.device_id for one in revoked}:
        lift_the_end(device_id, now)
    end_ringing(revoked, now=now)
    return revoked


def lift_the_end(device_id: UUID, now: datetime) -> None:
    """Nobody is locked out because a certificate was replaced by one that no longer counts."""
    left = DeviceCertificate.objects.select_for_update().filter(in_force(now), device_id=device_id)
    ordered = sorted(left, key=lambda one: (one.entered_at, one.pk))
    if ordered and all(one.ends_at is not None for one in ordered):
        ordered[-1].ends_at = None
        ordered[-1].save(update_fields=["ends_at"])


def audit(actor: "User", what: str, made: DeviceCertificate) -> None:
    """The act on a certificate, in its device's region."""
    device = made.device
    details = {"code": device.code, "fingerprint": made.fingerprint, "way": made.way, "subject": made.subject[:200]}
    record_audit(actor, f"certificate.{what}", "device", device.pk, device.region_code, details)
