"""Certificates of devices (X.509, RFC 5280): what bytes from outside say, and whether that is fit for a device. Pure.

SM2 keys are recognised and refused: neither OpenSSL's TLS nor `cryptography` proves them.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext_noop

from tocsin.base.errors import InvalidInput

LARGEST_BYTES: Final = 65_536  # of a file of certificates
MOST_IN_A_FILE: Final = 10
MOST_NAMES: Final = 20
HASHES: Final = ("sha256", "sha384", "sha512")  # of signatures; SHA-1 can be forged
RSA_BITS: Final = (2048, 8192)  # NIST SP 800-57 part 1, table 2: 112 bits of strength; beyond 8192 a check costs too much
CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
SM2: Final = bytes.fromhex("06082a811ccf5501822d")  # the curve's identifier (GM/T 0006: 1.2.156.10197.1.301) in DER
_DER: Final = serialization.Encoding.DER
UNREADABLE: Final = gettext_noop("the certificate can't be read: %(why)s")
FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

type PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey


@dataclass(frozen=True)
class Facts:
    """What a certificate says. `names`: its common name and alternative names; `unfit`: why it is none for a device, if so."""

    fingerprint: str
    subject: str
    issuer: str
    serial: str
    key: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    is_authority: bool
    unfit: InvalidInput | None


def fingerprint_of(der: bytes) -> str:
    """SHA-256 of the whole certificate, in hex."""
    return hashlib.sha256(der).hexdigest()


def read_fingerprint(text: str) -> str:
    """A SHA-256 fingerprint as people and programs write it, in small letters without colons; empty where it is none.

    >>> read_fingerprint("SHA256 Fingerprint=" + ":".join(["AB"] * 32))[:8], read_fingerprint("abc")
    ('abababab', '')
    """
    plain = re.sub(r"[\s:]", "", text.rpartition("=")[2]).lower()
    return plain if FINGERPRINT.fullmatch(plain) else ""


def read_certificates(content: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file, or the one of a DER file; InvalidInput says what can't be read."""
    if len(content) > LARGEST_BYTES:
        raise InvalidInput("more than %(most)s bytes: a file of certificates is smaller", most=LARGEST_BYTES)
    if b"PRIVATE KEY-----" in content:
        raise InvalidInput("a private key stands in it: keep that in the device alone, and send the certificate")
    blocks = BLOCK.findall(content)
    if len(blocks) > MOST_IN_A_FILE:
        raise InvalidInput("more than %(most)s certificates in one file; send them in parts", most=MOST_IN_A_FILE)
    if not blocks and not content.startswith(b"\x30"):
        raise InvalidInput("no certificate: it begins with -----BEGIN CERTIFICATE----- (PEM), or is a file in DER")
    return [parsed(x509.load_pem_x509_certificate, one) for one in blocks or ()] or [
        parsed(x509.load_der_x509_certificate, content)
    ]


def read_certificate(content: bytes) -> x509.Certificate:
    """The one certificate of a device, perhaps before those of its issuers; InvalidInput where it can't be read."""
    return read_certificates(content)[0]


def facts_of(certificate: x509.Certificate) -> Facts:
    """What it says; InvalidInput where a part of it can't be read."""
    der = parsed(lambda _: certificate.public_bytes(_DER), b"")
    return parsed(lambda _: _facts(certificate, der), b"")


def read_header(value: bytes) -> bytes:
    """The certificate (DER) in a header of a proxy: PEM with percent signs (nginx, `$ssl_client_escaped_cert`), or base64 between
    colons (RFC 9440); InvalidInput for anything else.
    """
    if len(value) > LARGEST_BYTES:
        raise InvalidInput("more than %(most)s bytes: a file of certificates is smaller", most=LARGEST_BYTES)
    if len(value) > 1 and value.startswith(b":") and value.endswith(b":"):
        return parsed(lambda text: base64.b64decode(text, validate=True), value[1:-1])
    return read_certificate(unquote_to_bytes(value)).public_bytes(_DER)


def read_request(text: str) -> PublicKey:
    """The key of a certificate signing request (PKCS #10, RFC 2986); InvalidInput where it is none, or not signed with that key.

    What else it asks for is not taken: names and uses are the issuer's.
    """
    if len(text) > LARGEST_BYTES or "-----BEGIN CERTIFICATE REQUEST-----" not in text:
        raise InvalidInput("no signing request: it begins with -----BEGIN CERTIFICATE REQUEST----- (PKCS #10, PEM)")
    request = parsed(x509.load_pem_x509_csr, text.encode("utf-8", "replace"))
    key, _words, unfit = parsed(lambda _: _key_of(request, text.encode("utf-8", "replace")), b"")
    if unfit is not None:
        raise unfit
    if key is None or not parsed(lambda _: request.is_signature_valid, b""):
        raise InvalidInput("the signing request is not signed with its own key; make it anew")
    return key


def check_device_certificate(facts: Facts, now: datetime) -> None:
    """InvalidInput says why it can't be entered for a device."""
    if facts.unfit is not None:
        raise facts.unfit
    if facts.not_after <= now:
        raise InvalidInput("the certificate expired on %(day)s; have a new one made", day=day_of(facts.not_after))


def check_authority(certificates: list[x509.Certificate], now: datetime) -> list[Facts]:
    """The facts of a maker's certificates; InvalidInput names one that signs nobody, is weak, or has expired."""
    found = [facts_of(one) for one in certificates]
    for one in found:
        if not one.is_authority:
            raise InvalidInput("“%(subject)s” is no authority: it may sign no certificates", subject=one.subject)
        if one.unfit is not None:
            raise InvalidInput("“%(subject)s”: %(why)s", subject=one.subject, why=one.unfit)
        if one.not_after <= now:
            raise InvalidInput("“%(subject)s” expired on %(day)s", subject=one.subject, day=day_of(one.not_after))
    return found


def _facts(certificate: x509.Certificate, der: bytes) -> Facts:
    _key, words, unfit = _key_of(certificate, der)
    is_authority, unused = _use_of(certificate)
    return Facts(
        fingerprint=fingerprint_of(der),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        key=words,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        names=_names_of(certificate),
        is_authority=is_authority,
        unfit=unfit or unused,
    )


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    names = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return tuple(names)
    names += found.get_values_for_type(x509.DNSName) + found.get_values_for_type(x509.UniformResourceIdentifier)
    return tuple(names[:MOST_NAMES])


def _use_of(certificate: x509.Certificate) -> tuple[bool, InvalidInput | None]:
    """Whether it may sign others; why a device can't prove itself by it (RFC 5280, 4.2.1.3, 4.2.1.9 and 4.2.1.12)."""
    extensions = {one.oid: one.value for one in certificate.extensions}
    basic = extensions.get(x509.BasicConstraints.oid)
    usage = extensions.get(x509.KeyUsage.oid)
    extended = extensions.get(x509.ExtendedKeyUsage.oid)
    is_authority = isinstance(basic, x509.BasicConstraints) and basic.ca
    if isinstance(usage, x509.KeyUsage):
        is_authority = is_authority and usage.key_cert_sign
        if not usage.digital_signature and not is_authority:
            return is_authority, InvalidInput("its key usage does not allow signatures (digitalSignature), which TLS needs")
    wanted = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if isinstance(extended, x509.ExtendedKeyUsage) and not is_authority and not any(one in extended for one in wanted):
        return is_authority, InvalidInput("its extended key usage does not allow clients (clientAuth): it is one for servers")
    return is_authority, None


def _key_of(
    signed: x509.Certificate | x509.CertificateSigningRequest, der: bytes
) -> tuple[PublicKey | None, str, InvalidInput | None]:
    """The key, its kind in words, and why it is too weak or not supported."""
    if SM2 in (der if isinstance(signed, x509.Certificate) else signed.public_bytes(_DER)):
        return None, "SM2", InvalidInput("SM2 keys are not supported; use EC P-256, Ed25519 or RSA of 2048 bits")
    try:
        key = signed.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None, "?", InvalidInput("its kind of key is not supported; use EC P-256, Ed25519 or RSA of 2048 bits")
    if isinstance(key, rsa.RSAPublicKey):
        low, high = RSA_BITS
        why = InvalidInput("an RSA key of %(bits)s bits; %(low)s to %(high)s are taken", bits=key.key_size, low=low, high=high)
        return key, f"RSA {key.key_size}", None if low <= key.key_size <= high else why
    if isinstance(key, ec.EllipticCurvePublicKey):
        why = InvalidInput("a key on the curve %(curve)s; P-256, P-384 and P-521 are taken", curve=key.curve.name)
        return key, f"EC P-{key.key_size}", None if key.curve.name in CURVES else why
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return key, "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "Ed448", None
    return None, "?", InvalidInput("its kind of key is not supported; use EC P-256, Ed25519 or RSA of 2048 bits")


def parsed[Read](read: Callable[[bytes], Read], content: bytes, unreadable: str = UNREADABLE) -> Read:
    """What `cryptography` makes of bytes from outside; InvalidInput, in the words of `unreadable`, for whatever it can't read."""
    try:
        return read(content)
    except InvalidInput:
        raise
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion) as error:
        raise InvalidInput(unreadable, why=str(error)[:200]) from error
    except x509.UnsupportedGeneralNameType as error:
        raise InvalidInput(unreadable, why=str(error)[:200]) from error


def day_of(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
