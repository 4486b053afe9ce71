"""Tocsin's own certificate, by which servers know it (Part 6, 6.2.2): made once, when the first server wants one."""

import base64
import socket
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import transaction

from tocsin.base.ids import new_id
from tocsin.screens.clock import current_time
from tocsin.sensing.opcua.models import OpcUaIdentity, OpcUaSecret
from tocsin.sensing.opcua.queries import ONE, SEALER, own_certificate

YEARS: Final = 20


def ensure_identity() -> bytes:
    """The certificate (DER); made, which takes some tenths of a second, where there is none. Not in a transaction."""
    found = own_certificate()
    if found:
        return found
    uri = f"urn:tocsin:{new_id().hex}"
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    made = _certificate(key, uri, datetime.now(UTC))
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with transaction.atomic():
        if not OpcUaIdentity.objects.filter(name=ONE).exists():
            secret = OpcUaSecret.objects.create(sealed=SEALER.seal_text(base64.b64encode(der).decode()))
            OpcUaIdentity.objects.bulk_create(
                [OpcUaIdentity(name=ONE, application_uri=uri, certificate=made, secret=secret, made_at=current_time())],
                ignore_conflicts=True,  # another process made one at the same moment: that one holds
            )
    return own_certificate()


def _certificate(key: rsa.RSAPrivateKey, uri: str, now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tocsin"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tocsin")])
    public = key.public_key()
    host = socket.gethostname()[:200] or "tocsin"
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri)]
    if host.isascii():
        names.append(x509.DNSName(host))
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
