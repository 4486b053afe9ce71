"""Authorities: the city's own, made by one press, and those of makers, entered by a person. Keys lie sealed."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Resealed
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.certificates.models import AuthorityKey, CertificateAuthority, DeviceCertificate
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE, SEALER
from tocsin.sensing.certificates.rules.reading import check_authority, facts_of, read_certificates
from tocsin.sensing.certificates.services.changes import doors_look_again, mark_listed
from tocsin.sensing.certificates.services.signing import make_authority_certificate
from tocsin.sensing.certificates.services.telling import end_told

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

PEM = serialization.Encoding.PEM


@transaction.atomic
def make_authority(*, actor: "User", name: str, region_code: str, now: datetime) -> CertificateAuthority:
    """The city's own authority for devices of the region and below. A newer one issues from then on; what was issued holds."""
    require(actor, MANAGE, region_code)
    _check_room(name)
    certificate, key = make_authority_certificate(name.strip(), now, certificates_policy().authorities.validity_days)
    facts = facts_of(certificate)
    made = CertificateAuthority.objects.create(
        name=name.strip(),
        region_code=region_code,
        is_own=True,
        pem=certificate.public_bytes(PEM).decode(),
        fingerprint=facts.fingerprint,
        subject=facts.subject[:500],
        not_after=facts.not_after,
        entered_at=now,
        entered_by=actor,
    )
    AuthorityKey.objects.create(authority=made, sealed=SEALER.seal(key))
    _audit(actor, "made", made)
    return made


@transaction.atomic
def enter_authority(*, actor: "User", name: str, region_code: str, content: bytes, now: datetime) -> CertificateAuthority:
    """A maker's authority: who comes with a certificate that it has signed, and that names a registered device, is let in."""
    require(actor, MANAGE, region_code)
    _check_room(name)
    certificates = read_certificates(content)
    found = check_authority(certificates, now)
    if CertificateAuthority.objects.filter(fingerprint=found[0].fingerprint, region_code=region_code, withdrawn_at=None).exists():
        raise Conflict(_("This authority is entered for this region already."))
    made = CertificateAuthority.objects.create(
        name=name.strip(),
        region_code=region_code,
        is_own=False,
        pem="".join(one.public_bytes(PEM).decode() for one in certificates),
        fingerprint=found[0].fingerprint,
        subject=found[0].subject[:500],
        not_after=min(one.not_after for one in found),
        entered_at=now,
        entered_by=actor,
    )
    doors_look_again()
    _audit(actor, "entered", made)
    return made


@transaction.atomic
def withdraw_authority(*, actor: "User", authority_id: UUID, now: datetime) -> CertificateAuthority:
    """A maker's lets nobody in from now on, and open connections by it end. An own one issues no more, and its key is destroyed;
    what it has issued stays the devices'.
    """
    found = CertificateAuthority.objects.select_for_update().get(pk=authority_id)
    require(actor, MANAGE, found.region_code)
    if found.withdrawn_at is not None:
        raise Conflict(_("This authority was withdrawn already."))
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    AuthorityKey.objects.filter(authority=found).delete()
    issuers = [one[:500] for one in found.revocation_lists.values_list("issuer", flat=True)]
    mark_listed(DeviceCertificate.objects.select_related("device").filter(issuer__in=issuers).exclude(listed_at=None), now=now)
    for told in (found.pk, *found.revocation_lists.values_list("pk", flat=True)):
        end_told(told, now=now)
    doors_look_again()
    _audit(actor, "withdrawn", found)
    return found


@transaction.atomic
def seal_authorities_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` keys behind the row `after` under the key in force; harmless when done twice."""
    rows = list(AuthorityKey.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    done, lost = SEALER.renew_each(
        ((row.pk, row.sealed) for row in rows), lambda pk, sealed: AuthorityKey.objects.filter(pk=pk).update(sealed=sealed)
    )
    return Resealed(done, lost, rows[-1].pk if rows else None)


def _check_room(name: str) -> None:
    if not 1 <= len(name.strip()) <= 120:
        raise InvalidInput(_("Give the authority a name: 1 to 120 characters."))
    most = certificates_policy().authorities.most
    if CertificateAuthority.objects.filter(withdrawn_at=None).count() >= most:
        raise Conflict(_("There are %(most)s authorities already; withdraw one first.") % {"most": most})


def _audit(actor: "User", what: str, found: CertificateAuthority) -> None:
    details = {"name": found.name, "own": found.is_own, "fingerprint": found.fingerprint, "subject": found.subject[:200]}
    record_audit(actor, f"certificate_authority.{what}", "certificate_authority", found.id, found.region_code, details)
