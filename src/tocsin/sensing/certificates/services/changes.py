"""What every change of certificates does beside: doors look again, and the audit trail has it."""

from typing import TYPE_CHECKING

from django.db.models import F

from tocsin.records.face import record_audit
from tocsin.sensing.certificates.models import DeviceCertificate
from tocsin.sensing.certificates.queries import COUNTER
from tocsin.sensing.devices.models import Counter

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def doors_look_again() -> None:
    """Within a second every door judges by what is written in this transaction."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)


def audit(actor: "User", what: str, made: DeviceCertificate) -> None:
    """The act on a certificate, in its device's region."""
    device = made.device
    details = {"code": device.code, "fingerprint": made.fingerprint, "way": made.way, "subject": made.subject[:200]}
    record_audit(actor, f"certificate.{what}", "device", device.pk, device.region_code, details)
