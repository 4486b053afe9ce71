"""A government app opens the page with a signed identity: a JWS (RFC 7515, compact form) by a key registered for the app.

The algorithm follows from the registered key, never from what the text says of itself: Ed25519 (`EdDSA`), P-256 (`ES256`) and
RSA of 2,048 bits or more (`RS256`). What counts for how long, and that each is used once, is asked by the service.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

LARGEST: Final = 4000  # signs of a text that is read at all
CLOCKS_DIFFER: Final = timedelta(seconds=60)
_LEAST_RSA_BITS: Final = 2048

type SigningKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey


class LaunchVerdict(StrEnum):
    """What the text of an app is worth."""

    VALID = "valid"
    UNREADABLE = "unreadable"
    UNKNOWN_APP = "unknown_app"
    ENDED = "ended"  # the app's registration is over
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_AUDIENCE = "wrong_audience"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    TOO_LONG = "too_long"  # it is meant to hold for longer than such texts may
    INCOMPLETE = "incomplete"  # no name, no telephone number, no id of its own


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an app says: who, for whom, from when until when, and an id that it uses once."""

    iss: str
    aud: str
    iat: int
    exp: int
    jti: str
    name: str
    telephone: str
    account: str = ""


@dataclass(frozen=True)
class KnownApp:
    """A registered app, with its keys and the last day on which it may open the page."""

    issuer: str
    audience: str
    keys: tuple[SigningKey, ...]
    ends: date | None = None


def read_key(pem: str) -> SigningKey:
    """A public key as PEM; InvalidInput for what is none, a private one above all, and for kinds that are not taken."""
    if "PRIVATE" in pem:
        raise InvalidInput("This is a private key: it must never leave its app. Give the public one (BEGIN PUBLIC KEY).")
    try:
        key = load_pem_public_key(pem.strip().encode())
    except ValueError:
        raise InvalidInput("A public key is PEM text: it begins with -----BEGIN PUBLIC KEY-----.") from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return key
    raise InvalidInput("Keys are Ed25519, P-256, or RSA of 2048 bits or more.")


def judge_launch(
    text: str, apps: tuple[KnownApp, ...], *, today: date, now: datetime, longest: timedelta
) -> tuple[LaunchVerdict, Claims | None]:
    """What the text is worth, and what it says where it is valid. `today`: the local day."""
    try:
        head, body, signature = text.strip().split(".") if len(text) <= LARGEST else ("", "", "")
        claims, sealed = decode_json(_decode(body), Claims), _decode(signature)
        begins, ends = (datetime.fromtimestamp(at, tz=UTC) for at in (claims.iat, claims.exp))
    except (ValueError, OverflowError, OSError, InvalidInput):
        return LaunchVerdict.UNREADABLE, None
    app = next((one for one in apps if one.issuer == claims.iss), None)
    if app is None:
        return LaunchVerdict.UNKNOWN_APP, None
    if app.ends is not None and today > app.ends:
        return LaunchVerdict.ENDED, None
    if not any(_is_signed(f"{head}.{body}".encode(), sealed, key) for key in app.keys):
        return LaunchVerdict.WRONG_SIGNATURE, None
    if claims.aud != app.audience:
        return LaunchVerdict.WRONG_AUDIENCE, None
    if ends + CLOCKS_DIFFER < now:
        return LaunchVerdict.EXPIRED, None
    if begins - CLOCKS_DIFFER > now:
        return LaunchVerdict.NOT_YET, None
    if ends - begins > longest:
        return LaunchVerdict.TOO_LONG, None
    if not (claims.jti.strip() and claims.name.strip() and claims.telephone.strip()):
        return LaunchVerdict.INCOMPLETE, None
    return LaunchVerdict.VALID, claims


def _is_signed(said: bytes, signature: bytes, key: SigningKey) -> bool:
    try:
        match key:
            case Ed25519PublicKey():
                key.verify(signature, said)
            case RSAPublicKey():
                key.verify(signature, said, PKCS1v15(), SHA256())
            case _:
                half = len(signature) // 2
                pair = (int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
                key.verify(encode_dss_signature(*pair), said, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
