"""Certificates for tests."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tocsin.sensing.opcua.rules.places import Identity
from tocsin.sensing.opcua.services.identity import _certificate


def identity() -> Identity:
    """A new one of Tocsin's own."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity("urn:tocsin:test", _certificate(key, "urn:tocsin:test", datetime.now(UTC)), der)
