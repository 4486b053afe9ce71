"""The address by which a subscriber opens a warning: it tells that this letter was read, and opens nothing else."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

_BYTES = 12


def read_mark(delivery_id: int, key: bytes) -> str:
    """The letter's number and its keyed hash.

    >>> delivery_of(read_mark(7, b"secret"), [b"other", b"secret"])
    7
    """
    number = delivery_id.to_bytes(8, "big")
    return base64.urlsafe_b64encode(number + _hash(number, key)).decode().rstrip("=")


def delivery_of(mark: str, keys: Sequence[bytes]) -> int | None:
    """The number of the letter; None for a mark that none of the keys made."""
    try:
        raw = base64.urlsafe_b64decode(mark[:64] + "=" * (-len(mark) % 4))
    except ValueError:
        return None
    if len(raw) != 8 + _BYTES:
        return None
    known = any(hmac.compare_digest(raw[8:], _hash(raw[:8], key)) for key in keys)
    return int.from_bytes(raw[:8], "big") if known else None


def _hash(number: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"tocsin.public_warnings.read\0" + number, hashlib.sha256).digest()[:_BYTES]
