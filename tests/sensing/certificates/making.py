"""Keys and certificates as makers make them, good and bad."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
type Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey | dsa.DSAPrivateKey


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(DER)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def key_pem(self) -> str:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(PEM, form, serialization.NoEncryption()).decode()

    def write(self, folder: Path, name: str) -> tuple[str, str]:
        """Files of certificate and key."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_text(self.pem)
        key.write_text(self.key_pem)
        return str(certificate), str(key)


def made(
    name: str,
    *,
    by: Made | None = None,
    key: Key | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    authority: bool = False,
    names: tuple[x509.GeneralName, ...] = (),
    uses: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.CLIENT_AUTH,),
    signs: bool = True,
    hashed: Any = None,
    signs_lists: bool = True,
) -> Made:
    """One of that common name, signed by another or by itself."""
    now = datetime.now(UTC)
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or now - timedelta(days=1))
        .not_valid_after(ends or now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage(signs=signs, authority=authority, lists=signs_lists), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if uses and not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    signer: Any = by.key if by else key
    plain = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return Made(builder.sign(signer, None if plain else hashed or hashes.SHA256()), key)


def usage(*, signs: bool, authority: bool, lists: bool = True) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority and lists,
        encipher_only=False,
        decipher_only=False,
    )


def list_of(
    by: Made,
    *revoked: tuple[Made, x509.ReasonFlags | None],
    number: int | None = 1,
    at: datetime | None = None,
    until: datetime | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    of_entries: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    key: Any = None,
    hashed: Any = None,
) -> bytes:
    """A revocation list (DER) of an authority, made at `at` (an hour ago), due a week later; `key`: another signs it."""
    at = at or datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(at).next_update(until or at + timedelta(days=7))
    numbered = () if number is None else ((x509.CRLNumber(number), False),)
    for extension, critical in (*numbered, *extensions):
        builder = builder.add_extension(extension, critical=critical)
    for one, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(at)
        reasons = () if reason is None else ((x509.CRLReason(reason), False),)
        for extension, critical in (*reasons, *of_entries):
            entry = entry.add_extension(extension, critical=critical)
        builder = builder.add_revoked_certificate(entry.build())
    signer: Any = key or by.key
    plain = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return builder.sign(signer, None if plain else hashed or hashes.SHA256()).public_bytes(DER)


def request_of(key: Key, name: str = "whatever") -> str:
    """A signing request (PEM)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer: Any = key
    plain = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    built = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(signer, None if plain else hashes.SHA256())
    return built.public_bytes(PEM).decode()
