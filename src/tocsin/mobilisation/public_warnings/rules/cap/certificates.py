"""Certificates of those who sign: read, in force at a time, and trusted by way of those that an operator named."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate

from tocsin.base.errors import InvalidInput

LONGEST_CHAIN = 5
_SUFFIXES = (".pem", ".crt", ".cer", ".der")


def read_certificates(data: bytes) -> list[Certificate]:
    """All certificates of a PEM or DER file; InvalidInput where there is none."""
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise InvalidInput("no certificate: %(why)s", why=error) from error


def read_trusted(folder: Path) -> list[Certificate]:
    """The certificates of all files of a folder that are named as such; InvalidInput with the file that can't be read."""
    found: list[Certificate] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            try:
                found += read_certificates(path.read_bytes())
            except InvalidInput as error:
                raise InvalidInput("%(file)s: %(why)s", file=path, why=error) from error
    return found


def holds_at(certificate: Certificate, at: datetime) -> bool:
    """Whether the certificate was valid at that time."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def is_trusted(
    certificate: Certificate, *, sent_along: Iterable[Certificate], trusted: Sequence[Certificate], at: datetime
) -> bool:
    """Whether the certificate is one of the trusted ones, or issued by one of them, with others between that came along.

    Whoever issues must be an authority that may sign certificates, be valid at that time and allow as many links below itself.
    """
    if certificate in trusted:
        return True
    between = [one for one in sent_along if one != certificate and one not in trusted]
    return _leads_up(certificate, between, trusted, at, below=0)


def may_sign_messages(certificate: Certificate) -> bool:
    """Whether the certificate's key may sign anything but certificates."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _leads_up(
    certificate: Certificate, between: Sequence[Certificate], trusted: Sequence[Certificate], at: datetime, *, below: int
) -> bool:
    if below >= LONGEST_CHAIN:
        return False
    if any(_issued(issuer, certificate, at, below) for issuer in trusted):
        return True
    return any(
        _issued(issuer, certificate, at, below)
        and _leads_up(issuer, [one for one in between if one != issuer], trusted, at, below=below + 1)
        for issuer in between
    )


def _issued(issuer: Certificate, certificate: Certificate, at: datetime, below: int) -> bool:
    if not holds_at(issuer, at) or not _is_authority(issuer, below):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: Certificate, below: int) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not constraints.ca or (constraints.path_length is not None and below > constraints.path_length):
        return False
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True
