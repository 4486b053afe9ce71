"""The receipt (回执): a JWS (RFC 7515, compact form) by Ed25519 (RFC 8037) over number, time and hash, at most 220 bytes.

The payload of a JWS may be any text; ours is three words, for JSON and a whole SHA-256 would not fit the code on a small screen:

    370213-20261128-R0007 1795854000 <the first 24 bytes of the SHA-256 of what was handed in, base64url>
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput

LARGEST: Final = 220
HASHED_BYTES: Final = 24


class ReceiptVerdict(StrEnum):
    """What a receipt is worth."""

    VALID = "valid"
    UNREADABLE = "unreadable"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    AFTER_ITS_KEY = "after_its_key"  # its time is later than its key was in force


@dataclass(frozen=True)
class PublicKey:
    """One published key: until when it signed (None: it does so now), and whether others may have known its private half."""

    key: Ed25519PublicKey
    until: datetime | None = None
    leaked: bool = False

    @property
    def id(self) -> str:
        """By which a receipt names it: four signs of its own hash."""
        return hashlib.sha256(raw_of(self.key)).hexdigest()[:4]


@dataclass(frozen=True)
class Receipt:
    """What a receipt says."""

    number: str
    at: datetime
    content: str


def raw_of(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def content_word(content_sha256: str) -> str:
    """How the receipt names the hash of what was handed in."""
    return _encode(bytes.fromhex(content_sha256)[:HASHED_BYTES])


def sign_receipt(receipt: Receipt, seed: bytes) -> str:
    """The receipt as text, signed by the private key of that seed (32 bytes)."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    header = json.dumps({"alg": "EdDSA", "kid": PublicKey(private.public_key()).id}, separators=(",", ":"))
    payload = f"{receipt.number} {int(receipt.at.timestamp())} {receipt.content}"
    signed = f"{_encode(header.encode())}.{_encode(payload.encode())}"
    return f"{signed}.{_encode(private.sign(signed.encode()))}"


def verify_receipt(text: str, keys: tuple[PublicKey, ...]) -> tuple[ReceiptVerdict, Receipt | None]:
    """What a receipt says and whether one of these keys vouches for it."""
    try:
        head, body, signature = text.strip().split(".")
        header = read_json(_decode(head))
        number, at, content = _decode(body).decode().split(" ")
        receipt = Receipt(number, datetime.fromtimestamp(int(at), tz=UTC), content)
        known = [one for one in keys if one.id == header["kid"] and header["alg"] == "EdDSA"]
        sealed = _decode(signature)
    except (InvalidInput, ValueError, KeyError, TypeError, OverflowError):
        return ReceiptVerdict.UNREADABLE, None
    for one in known:
        try:
            one.key.verify(sealed, f"{head}.{body}".encode())
        except InvalidSignature:
            continue
        late = one.until is not None and receipt.at > one.until
        return (ReceiptVerdict.AFTER_ITS_KEY if late else ReceiptVerdict.VALID), receipt
    return (ReceiptVerdict.WRONG_SIGNATURE if known else ReceiptVerdict.UNKNOWN_KEY), None


def key_set(keys: tuple[PublicKey, ...]) -> dict[str, object]:
    """The keys as a JWK set (RFC 7517), the one in force first."""
    return {"keys": [_jwk(one) for one in keys]}


def _jwk(one: PublicKey) -> dict[str, object]:
    known: dict[str, object] = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": one.id}
    known["x"] = _encode(raw_of(one.key))
    if one.until is not None:
        known |= {"until": int(one.until.timestamp()), "leaked": one.leaked}
    return known


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
