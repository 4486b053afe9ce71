"""Lists by which makers' authorities revoke what they have signed (CRL, RFC 5280, section 5). Bytes in, facts out; pure.

Only complete lists of the authority itself are taken: what would have to be put together from several (deltas, some reasons
only), or speaks of what others have signed (indirect), is refused by name, and so is what can't be processed and is critical.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from django.utils.translation import gettext_noop

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.sensing.certificates.rules.reading import HASHES, day_of, facts_of, parsed

CERTIFICATE_LISTS: Final = "certificate_lists"
"""Purpose of notices about lists that are overdue or can't be fetched."""
LONGEST_SCOPE: Final = 300  # characters of a distribution point
LARGEST_NUMBER_BYTES: Final = 20  # RFC 5280, 5.2.3
BLOCK: Final = re.compile(rb"-----BEGIN X509 CRL-----(.+?)-----END X509 CRL-----", re.DOTALL)
REASONS: Final[Mapping[str, str]] = {
    "unspecified": gettext_noop("no reason told"),
    "keyCompromise": gettext_noop("its key is in other hands"),
    "cACompromise": gettext_noop("its authority's key is in other hands"),
    "affiliationChanged": gettext_noop("its names have changed"),
    "superseded": gettext_noop("another one has replaced it"),
    "cessationOfOperation": gettext_noop("it is needed no longer"),
    "certificateHold": gettext_noop("on hold"),
    "privilegeWithdrawn": gettext_noop("its rights were withdrawn"),
    "aACompromise": gettext_noop("its attribute authority's key is in other hands"),
}
"""RFC 5280, 5.3.1, in words. `removeFromCRL` revokes nothing."""
REMOVED: Final = x509.ReasonFlags.remove_from_crl.value
_PROCESSED: Final = (x509.AuthorityKeyIdentifier.oid, x509.CRLNumber.oid, x509.IssuingDistributionPoint.oid)


@dataclass(frozen=True)
class Revocation:
    """Since when a certificate is revoked by its authority, and for which of REASONS."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class ListFacts:
    """What a list says. `signer`: SHA-256 of the authority's certificate that has signed it; `scope`: its distribution point, if
    it names one; `digest`: SHA-256 of it all; `revoked`: by serial number, in hex.
    """

    signer: str
    issuer: str
    scope: str
    number: int | None
    this_update: datetime
    next_update: datetime
    digest: str
    revoked: Mapping[str, Revocation]


def read_list(content: bytes, authority: Sequence[x509.Certificate], most_bytes: int) -> ListFacts:
    """What a list says that one of the authority's certificates has signed: PEM, DER, or DER in base64.

    InvalidInput says what can't be read, who else has signed it, or what in it can't be processed.
    """
    found = _told(x509.load_der_x509_crl, _der_of(content, most_bytes))
    signer = _signer(found, authority)
    scope = _told(lambda _: _scope(found), b"")
    number = _told(lambda _: _number(found), b"")
    if found.next_update_utc is None:
        raise InvalidInput("the list does not say when the next one comes, as RFC 5280 (5.1.2.5) demands")
    return ListFacts(
        signer=facts_of(signer).fingerprint,
        issuer=signer.subject.rfc4514_string(),
        scope=scope,
        number=number,
        this_update=found.last_update_utc,
        next_update=found.next_update_utc,
        digest=hashlib.sha256(found.public_bytes(serialization.Encoding.DER)).hexdigest(),
        revoked=_told(lambda _: dict(_entries(found)), b""),
    )


def check_newer(given: ListFacts, held: tuple[int | None, datetime, str] | None, now: datetime, ahead: timedelta) -> None:
    """InvalidInput for a list that is not newer than the one held (its number, its time, its digest), by their numbers (RFC 5280,
    5.2.3), else by their times; for one of the future; Conflict for the one that is held.
    """
    if given.this_update > now + ahead:
        raise InvalidInput("the list is of %(day)s, which is still to come", day=day_of(given.this_update))
    if held is None:
        return
    number, this_update, digest = held
    if digest == given.digest:
        raise Conflict(gettext_noop("This list is held already."))
    numbered = given.number is not None and number is not None
    older = given.number <= number if given.number is not None and number is not None else given.this_update <= this_update
    if older and numbered:
        raise InvalidInput(
            "the list has the number %(number)s and the one that is held %(held)s: give a newer one",
            number=given.number,
            held=number,
        )
    if older:
        raise InvalidInput(
            "the list is of %(day)s and the one that is held of %(held)s: give a newer one",
            day=day_of(given.this_update),
            held=day_of(this_update),
        )


def _der_of(content: bytes, most_bytes: int) -> bytes:
    if len(content) > most_bytes * 4 // 3 + 1024:  # in base64 three bytes are four
        raise _too_large(most_bytes)
    blocks = BLOCK.findall(content)
    if len(blocks) > 1:
        raise InvalidInput("more than one list in it; give each by itself")
    if blocks or not content.startswith(b"\x30"):
        try:
            content = base64.b64decode(b"".join((blocks[0] if blocks else content).split()), validate=True)
        except binascii.Error:
            content = b""
    if not content.startswith(b"\x30"):
        raise InvalidInput("no revocation list: it begins with -----BEGIN X509 CRL----- (PEM), or is a file in DER")
    if len(content) > most_bytes:
        raise _too_large(most_bytes)
    return content


def _too_large(most_bytes: int) -> InvalidInput:
    return InvalidInput("the list has more than %(most)s bytes, which is the most that is taken", most=most_bytes)


def _signer(found: x509.CertificateRevocationList, authority: Sequence[x509.Certificate]) -> x509.Certificate:
    """The authority's certificate by whose key it is signed (RFC 5280, 6.3.3 f and g)."""
    issuer = _told(lambda _: found.issuer, b"")
    named = [one for one in authority if one.subject == issuer]
    if not named:
        raise InvalidInput("the list is of “%(issuer)s”, and not of this authority", issuer=issuer.rfc4514_string()[:200])
    signature = _told(lambda _: found.signature_hash_algorithm, b"")
    if signature is not None and signature.name not in HASHES:
        raise InvalidInput(
            "the list is signed with %(hash)s, which can be forged; SHA-256 or longer is taken", hash=signature.name
        )
    signers = _told(lambda _: [one for one in named if _is_signed_by(found, one)], b"")
    if not signers:
        raise InvalidInput("the list is not signed by this authority: it was changed, or is of another key of the same name")
    if not _may_sign_lists(signers[0]):
        raise InvalidInput("the authority's certificate does not allow it to sign lists (cRLSign)")
    return signers[0]


def _is_signed_by(found: x509.CertificateRevocationList, signer: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(signer.public_key())  # type: ignore[arg-type]
    except (TypeError, UnsupportedAlgorithm):
        return False


def _may_sign_lists(signer: x509.Certificate) -> bool:
    try:
        return signer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _scope(found: x509.CertificateRevocationList) -> str:
    """The distribution point that the list names; InvalidInput where it speaks of less than all that its issuer has signed."""
    for one in found.extensions:
        if isinstance(one.value, x509.DeltaCRLIndicator):
            raise InvalidInput("a delta list holds only changes (RFC 5280, 5.2.4); give the complete one")
        if one.critical and one.oid not in _PROCESSED:
            raise InvalidInput("the list has a critical extension that is not known: %(oid)s", oid=one.oid.dotted_string)
    try:
        point = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return ""
    if point.indirect_crl:
        raise InvalidInput("an indirect list also speaks of what others have signed (RFC 5280, 5.2.5); give the authority's own")
    if point.only_contains_ca_certs or point.only_contains_attribute_certs:
        raise InvalidInput("the list speaks of no certificates of devices (RFC 5280, 5.2.5); give the one for end entities")
    if point.only_some_reasons is not None:
        raise InvalidInput("the list holds only some reasons (RFC 5280, 5.2.5); give the one for all of them")
    names = [str(one.value) for one in point.full_name or ()]
    relative = [point.relative_name.rfc4514_string()] if point.relative_name is not None else []
    return str(storable(" ".join(names + relative)))[:LONGEST_SCOPE]


def _number(found: x509.CertificateRevocationList) -> int | None:
    try:
        number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return None
    if not 0 <= number < 1 << 8 * LARGEST_NUMBER_BYTES:
        raise InvalidInput("the number of the list is no number of at most %(most)s bytes", most=LARGEST_NUMBER_BYTES)
    return number


def _entries(found: x509.CertificateRevocationList) -> Iterable[tuple[str, Revocation]]:
    for one in found:
        reason = "unspecified"
        for extension in one.extensions:
            if isinstance(extension.value, x509.CertificateIssuer):
                raise InvalidInput(
                    "an indirect list also speaks of what others have signed (RFC 5280, 5.2.5); give the authority's own"
                )
            if isinstance(extension.value, x509.CRLReason):
                reason = extension.value.reason.value
            elif extension.critical and not isinstance(extension.value, x509.InvalidityDate):
                raise InvalidInput(
                    "the list has a critical extension that is not known: %(oid)s", oid=extension.oid.dotted_string
                )
        if reason != REMOVED:
            yield f"{one.serial_number:x}", Revocation(one.revocation_date_utc, reason)


def _told[Read](read: Callable[[bytes], Read], content: bytes) -> Read:
    return parsed(read, content, gettext_noop("the revocation list can't be read: %(why)s"))
