"""Addresses in a subscriber's letter: one tells that this letter was read, the other ends all letters. Neither opens anything."""

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
    return mark_of("read", delivery_id, key)


def delivery_of(mark: str, keys: Sequence[bytes]) -> int | None:
    """The number of the letter; None for a mark that none of the keys made."""
    return row_of("read", mark, keys)


def mark_of(purpose: str, row: int, key: bytes) -> str:
    """A row's number and its keyed hash, good for this purpose alone.

    >>> row_of("read", mark_of("end", 7, b"secret"), [b"secret"]) is None
    True
    """
    number = row.to_bytes(8, "big")
    return base64.urlsafe_b64encode(number + _hash(purpose, number, key)).decode().rstrip("=")


def row_of(purpose: str, mark: str, keys: Sequence[bytes]) -> int | None:
    """The row's number; None for a mark that none of the keys made."""
    try:
        raw = base64.urlsafe_b64decode(mark[:64] + "=" * (-len(mark) % 4))
    except ValueError:
        return None
    if len(raw) != 8 + _BYTES:
        return None
    known = any(hmac.compare_digest(raw[8:], _hash(purpose, raw[:8], key)) for key in keys)
    return int.from_bytes(raw[:8], "big") if known else None


def _hash(purpose: str, number: bytes, key: bytes) -> bytes:
    return hmac.new(key, f"tocsin.public_warnings.{purpose}\0".encode() + number, hashlib.sha256).digest()[:_BYTES]
