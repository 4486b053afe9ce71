"""Certificates of devices (X.509, RFC 5280): matched to a device. Bytes and values in, verdicts out; pure.

TLS has proved that the other end holds the certificate's private key before any of this is asked, and nothing else: who the
certificate is good for is decided here alone. A known one (pinned by a person, or issued here) is known by the SHA-256 of all
of it, so neither its names nor its issuer count. One that is not known counts where an authority enrolled for the device's
region has signed it directly, and names the device.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.sensing.certificates.rules.reading import HASHES, Facts, day_of, facts_of, parsed
from tocsin.sensing.certificates.rules.revocation import REASONS, Revocation

DEVICE_URI: Final = "urn:tocsin:device:"
CERTIFICATES_CLOSING: Final = "certificates_closing"
"""Purpose of notices about certificates that end soon."""
CERTIFICATE_KEEPER: Final = "certificate_keeper"
"""As what somebody is told of them."""


class CertificateWay(StrEnum):
    """How a certificate came to be a device's."""

    PINNED = "pinned"  # a person entered it
    ISSUED = "issued"  # the city's authority made it
    MAKER = "maker"  # signed by an enrolled authority, seen at a door


class Verdict(StrEnum):
    """What a certificate is good for at a moment."""

    GOOD = "good"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    OTHER_DEVICE = "other_device"
    UNKNOWN = "unknown"
    UNFIT = "unfit"
    DISABLED = "disabled"


@dataclass(frozen=True)
class KnownCertificate:
    """A row as the doors know it. `ends_at`: when the one that came after it takes its place; `reason`: for which its maker has
    revoked it, where that did.
    """

    device_code: str
    revoked_at: datetime | None = None
    ends_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class KnownAuthority:
    """An enrolled authority of a maker: for which region, its certificates, its lists (whose, what by serial number)."""

    id: UUID
    region_code: str
    certificates: tuple[x509.Certificate, ...]
    lists: tuple[tuple[str, Mapping[str, Revocation]], ...] = ()

    def revocation_of(self, facts: Facts) -> Revocation | None:
        """What its lists say of a certificate that it has signed."""
        found = (revoked.get(facts.serial) for issuer, revoked in self.lists if issuer == facts.issuer)
        return next((one for one in found if one is not None), None)


@dataclass(frozen=True)
class Trust:
    """All by which a certificate is judged. `regions`: of each enabled device, by code.

    `revoked` has those that authorities of makers have signed by issuer and serial number: whoever holds the key of one can write
    its signature (ECDSA) in a second way, which is as good and has another fingerprint.
    """

    certificates: Mapping[str, KnownCertificate]  # by fingerprint, revoked ones too
    authorities: tuple[KnownAuthority, ...]
    regions: Mapping[str, str]
    revoked: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no certificate could be good."""
        return not self.certificates and not self.authorities


@dataclass(frozen=True)
class Finding:
    """The verdict on one certificate: of which device it is or says that it is ("": nobody's), until when it is good.

    `signers`: the enrolled authorities that have signed one that is not known, and whose devices' it is; `reason`: for which its
    maker has revoked it.
    """

    verdict: Verdict
    facts: Facts
    code: str
    until: datetime
    at: datetime | None = None  # of which moment the verdict speaks
    signers: tuple[UUID, ...] = ()
    why: InvalidInput | None = None
    reason: str = ""

    @property
    def authority_id(self) -> UUID | None:
        """The authority that lets it in, where one does."""
        return self.signers[0] if self.signers else None


def judge(der: bytes, trust: Trust, asked: str, now: datetime) -> Finding:
    """What the certificate that was presented is good for; `asked`: the device's code that was named beside it, if one was.

    InvalidInput where it can't be read.
    """
    certificate = parsed(x509.load_der_x509_certificate, der)
    facts = facts_of(certificate)
    known = trust.certificates.get(facts.fingerprint)
    if known is not None:
        return _judge_known(certificate, facts, known, trust, asked, now)
    signers = _signers(certificate, facts, trust, now)
    codes = [one for one in _codes_in(facts) if one in trust.regions]
    if not signers:
        claimed = next((one for one in (asked, *codes) if one in trust.regions), "")
        return Finding(Verdict.UNKNOWN, facts, claimed, facts.not_after)
    if (revoked_at := trust.revoked.get((facts.issuer, facts.serial))) is not None:
        return Finding(Verdict.REVOKED, facts, next(iter(codes), ""), revoked_at, revoked_at)
    named = [code for code in codes if any(governs(one.region_code, trust.regions[code]) for one in signers)]
    if len(named) != 1 or asked not in ("", named[0]):
        return Finding(Verdict.OTHER_DEVICE, facts, asked if asked in trust.regions else "", facts.not_after)
    signers = [one for one in signers if governs(one.region_code, trust.regions[named[0]])]
    return _listed(facts, named[0], signers) or _dated(facts, named[0], facts.not_after, now, signers)


def why_refused(found: Finding, address: str) -> InvalidInput:
    """The reason for whoever keeps the device, with how to mend it."""
    words = {"subject": found.facts.subject[:120] or found.facts.fingerprint[:16], "address": address}
    day = day_of(found.at) if found.at is not None else ""
    match found.verdict:
        case Verdict.EXPIRED:
            return InvalidInput(
                "the certificate “%(subject)s” expired on %(day)s, from %(address)s; enter or issue a new one", day=day, **words
            )
        case Verdict.NOT_YET:
            return InvalidInput(
                "the certificate “%(subject)s” holds only from %(day)s, from %(address)s; look at the clock of who made it",
                day=day,
                **words,
            )
        case Verdict.REVOKED if found.reason:
            return InvalidInput(
                "the certificate “%(subject)s” was revoked by its maker on %(day)s: %(reason)s, from %(address)s",
                day=day,
                reason=InvalidInput(REASONS[found.reason]),
                **words,
            )
        case Verdict.REVOKED:
            return InvalidInput("the certificate “%(subject)s” was revoked on %(day)s, from %(address)s", day=day, **words)
        case Verdict.REPLACED:
            return InvalidInput(
                "the certificate “%(subject)s” was replaced by a new one on %(day)s, from %(address)s; put the new one into the "
                "device",
                day=day,
                **words,
            )
        case Verdict.OTHER_DEVICE:
            return InvalidInput(
                "the certificate “%(subject)s” is not of this device, from %(address)s; its name must be the device's code",
                **words,
            )
        case Verdict.DISABLED:
            return InvalidInput(
                "the certificate “%(subject)s” is of a disabled device, from %(address)s; enable the device", **words
            )
        case Verdict.UNFIT if found.why is not None:
            return InvalidInput("the certificate “%(subject)s” from %(address)s: %(why)s", why=found.why, **words)
    return InvalidInput(
        "the certificate “%(subject)s” is not known and no authority that is enrolled has signed it, from %(address)s; its "
        "fingerprint is %(fingerprint)s",
        fingerprint=found.facts.fingerprint,
        **words,
    )


def standing(
    not_before: datetime | None,
    not_after: datetime | None,
    ends_at: datetime | None,
    revoked_at: datetime | None,
    now: datetime,
) -> Verdict:
    """How a row stands by its times; what is not known yet is taken for good."""
    if revoked_at is not None:
        return Verdict.REVOKED
    if ends_at is not None and now >= ends_at:
        return Verdict.REPLACED
    if not_after is not None and now >= not_after:
        return Verdict.EXPIRED
    return Verdict.NOT_YET if not_before is not None and now < not_before else Verdict.GOOD


def good_until(found: Finding, trust: Trust) -> datetime | None:
    """Until when one that was good is good by what is known now; None where it is revoked, or its signer withdrawn."""
    known = trust.certificates.get(found.facts.fingerprint)
    if known is not None:
        is_good = known.device_code == found.code and known.revoked_at is None
        return min(known.ends_at or found.facts.not_after, found.facts.not_after) if is_good else None
    signers = [one for one in trust.authorities if one.id in found.signers]
    is_revoked = (found.facts.issuer, found.facts.serial) in trust.revoked or any(
        one.revocation_of(found.facts) for one in signers
    )
    return found.facts.not_after if signers and not is_revoked else None


def listed_by(
    certificate: x509.Certificate, facts: Facts, region_code: str, authorities: Sequence[KnownAuthority]
) -> Revocation | None:
    """How an enrolled authority of the region that has signed a certificate has revoked it, if one has."""
    for one in authorities:
        found = one.revocation_of(facts) if governs(one.region_code, region_code) else None
        if found is not None and any(_has_signed(issuer, certificate) for issuer in one.certificates):
            return found
    return None


def _judge_known(
    certificate: x509.Certificate, facts: Facts, known: KnownCertificate, trust: Trust, asked: str, now: datetime
) -> Finding:
    code = known.device_code
    if asked not in ("", code):
        return Finding(Verdict.OTHER_DEVICE, facts, asked if asked in trust.regions else code, facts.not_after)
    if code not in trust.regions:
        return Finding(Verdict.DISABLED, facts, code, facts.not_after)
    if known.revoked_at is not None:
        return Finding(Verdict.REVOKED, facts, code, known.revoked_at, known.revoked_at, reason=known.reason)
    if (listed := listed_by(certificate, facts, trust.regions[code], trust.authorities)) is not None:
        return _revoked_by_maker(facts, code, listed)
    if known.ends_at is not None and now >= known.ends_at:
        return Finding(Verdict.REPLACED, facts, code, known.ends_at, known.ends_at)
    return _dated(facts, code, min(known.ends_at or facts.not_after, facts.not_after), now)


def _listed(facts: Facts, code: str, signers: Sequence[KnownAuthority]) -> Finding | None:
    found = next((one for one in (signer.revocation_of(facts) for signer in signers) if one is not None), None)
    return None if found is None else _revoked_by_maker(facts, code, found)


def _revoked_by_maker(facts: Facts, code: str, found: Revocation) -> Finding:
    return Finding(Verdict.REVOKED, facts, code, found.at, found.at, reason=found.reason)


def _dated(facts: Facts, code: str, until: datetime, now: datetime, signers: Sequence[KnownAuthority] = ()) -> Finding:
    if facts.unfit is not None:
        return Finding(Verdict.UNFIT, facts, code, until, why=facts.unfit)
    if now < facts.not_before:
        return Finding(Verdict.NOT_YET, facts, code, until, facts.not_before)
    if now >= facts.not_after:
        return Finding(Verdict.EXPIRED, facts, code, until, facts.not_after)
    return Finding(Verdict.GOOD, facts, code, until, signers=tuple(one.id for one in signers))


def _signers(certificate: x509.Certificate, facts: Facts, trust: Trust, now: datetime) -> list[KnownAuthority]:
    """The enrolled authorities that have signed it, themselves valid; a certificate may not sign where it may only prove."""
    signature = certificate.signature_hash_algorithm
    if facts.is_authority or (signature is not None and signature.name not in HASHES):
        return []
    named = {one for authority in trust.authorities for one in authority.certificates if one.subject == certificate.issuer}
    signed = {one for one in named if one.not_valid_before_utc <= now < one.not_valid_after_utc and _has_signed(one, certificate)}
    return [authority for authority in trust.authorities if not signed.isdisjoint(authority.certificates)] if signed else []


def _has_signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _codes_in(facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.removeprefix(DEVICE_URI) for one in facts.names))
