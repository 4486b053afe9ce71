"""The city's own authority at work: its key is opened for one signature, and certificates get only what devices need."""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tocsin.base.errors import Conflict
from tocsin.sensing.certificates.models import AuthorityKey, CertificateAuthority
from tocsin.sensing.certificates.queries import opened
from tocsin.sensing.certificates.rules.judging import DEVICE_URI
from tocsin.sensing.certificates.rules.reading import PublicKey

EARLIER: Final = timedelta(hours=1)  # devices' clocks may be behind


def sign_for_device(authority: CertificateAuthority, code: str, key: PublicKey, now: datetime, days: int) -> x509.Certificate:
    """A certificate for that key in the name of the device, until its own end or the authority's, whichever is first."""
    issuer = x509.load_pem_x509_certificate(authority.pem.encode())
    until = min(now + timedelta(days=days), authority.not_after)
    usage = _usage(digital_signature=True)
    builder = (
        _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, code)]), issuer.subject, key, now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"{DEVICE_URI}{code}")]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_public(issuer)), critical=False)
    )
    return builder.sign(_key_of(authority), hashes.SHA256())


def make_authority_certificate(name: str, now: datetime, days: int) -> tuple[x509.Certificate, bytes]:
    """A new authority (EC P-384) and its key (PKCS #8, DER)."""
    key = ec.generate_private_key(ec.SECP384R1())
    names = ((NameOID.COMMON_NAME, name[:64]), (NameOID.ORGANIZATION_NAME, "Tocsin"))
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in names])
    builder = (
        _begun(subject, subject, key.public_key(), now, now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    )
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return builder.sign(key, hashes.SHA384()), der


def _begun(subject: x509.Name, issuer: x509.Name, key: PublicKey, now: datetime, until: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _public(issuer: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - as this module makes it
    return key


def _key_of(authority: CertificateAuthority) -> ec.EllipticCurvePrivateKey:
    kept = AuthorityKey.objects.filter(authority=authority).first()
    der = opened(kept.sealed) if kept is not None else b""
    if not der:
        raise Conflict("no key of the installation opens the authority “%(name)s”; make another one", name=authority.name)
    key = serialization.load_der_private_key(der, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - as this module makes it
    return key
