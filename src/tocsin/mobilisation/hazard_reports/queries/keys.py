"""The keys that sign receipts, with all that did so before: derived from the installation's secrets, which keep each other."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.base.keys import Purpose, key_for, ring
from tocsin.mobilisation.hazard_reports.rules.receipts import PublicKey


def signing_seed() -> bytes:
    """The private key in force."""
    return key_for(Purpose.RECEIPTS)


def published_keys() -> tuple[PublicKey, ...]:
    """All public keys, the one in force first; what was signed before a rotation goes on to be proved."""
    return tuple(
        PublicKey(Ed25519PrivateKey.from_private_bytes(one.keys(Purpose.RECEIPTS)[0]).public_key(), one.replaced_at, one.leaked)
        for one in ring().secrets()
    )
