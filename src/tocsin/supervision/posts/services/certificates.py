"""Certificates of key people: entered, and withdrawn when they no longer hold."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import PersonCertificate
from tocsin.supervision.posts.rules import CertificateStatus

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def add_certificate(
    *, actor: "User", person_id: UUID, name: str, number: str = "", issued: date | None = None, expires: date | None = None
) -> PersonCertificate:
    """A certificate that somebody holds; the firm's own people enter theirs. The same one again changes nothing."""
    person = KeyPerson.objects.select_for_update(of=("self",)).select_related("object").get(pk=person_id, active=True)
    _require(actor, person)
    if not name.strip():
        raise InvalidInput(_("Name the certificate."))
    if issued is not None and expires is not None and expires < issued:
        raise InvalidInput(_("A certificate lapses after it was issued."))
    told = {"name": name.strip()[:120], "number": number.strip()[:60], "issued": issued, "expires": expires}
    same = person.certificates.filter(**told).first()
    if same is not None:
        return same
    made = PersonCertificate.objects.create(person=person, status=CertificateStatus.VALID.value, **told)
    details = {"object": str(person.object_id), "role": person.role, "certificate": made.name, "expires": str(expires or "")}
    record_audit(actor, "certificate.entered", "certificate", made.pk, person.object.region_code, details)
    return made


@transaction.atomic
def revoke_certificate(*, actor: "User", certificate_id: UUID) -> PersonCertificate:
    """It no longer counts. Conflict for one that is withdrawn already."""
    made = PersonCertificate.objects.select_for_update(of=("self",)).select_related("person__object").get(pk=certificate_id)
    _require(actor, made.person)
    if made.status == CertificateStatus.REVOKED:
        raise Conflict(_("This certificate is withdrawn already."))
    made.status = CertificateStatus.REVOKED.value
    made.save(update_fields=["status"])
    details = {"object": str(made.person.object_id), "role": made.person.role, "certificate": made.name}
    record_audit(actor, "certificate.revoked", "certificate", made.pk, made.person.object.region_code, details)
    return made


def _require(actor: "User", person: KeyPerson) -> None:
    found = person.object
    if not may(actor, rights.MANAGE, found.region_code):
        require(actor, rights.OWN, found.region_code, {found.organisation_id} - {None})
