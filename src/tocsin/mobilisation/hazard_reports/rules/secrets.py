"""The reporter's secret: sixteen signs that a person can read aloud, the last one a check on the others; and its hash."""

import hashlib
import secrets
from typing import Final

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 signs: no I, L, O, U."""
LENGTH: Final = 16
_MISREAD: Final = str.maketrans("ILOU", "110V", "- \t\u3000")
_WEIGHT: Final = 3  # odd, so it has an inverse modulo 32: one wrong sign always shows, as do most that changed places


def new_secret() -> str:
    """75 random bits and the check sign, in groups of four."""
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return told_in_groups(body + check_sign(body))


def check_sign(body: str) -> str:
    """The sign that closes a secret: a sum with weights 3, 9, 27 … modulo 32.

    >>> check_sign("000000000000001")
    'B'
    """
    total, weight = 0, 1
    for sign in body:
        weight = weight * _WEIGHT % len(SIGNS)
        total += SIGNS.index(sign) * weight
    return SIGNS[total % len(SIGNS)]


def read_secret(text: str) -> str | None:
    """The secret as it counts, from how a person types it; None where its check sign says that it was mistyped.

    >>> read_secret("0000-0000 0000 001b"), read_secret("0000-0000-0000-001C")
    ('000000000000001B', None)
    """
    plain = text.upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(sign not in SIGNS for sign in plain):
        return None
    return plain if check_sign(plain[:-1]) == plain[-1] else None


def told_in_groups(plain: str) -> str:
    """Four signs at a time, as a person copies them."""
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def hash_of(plain: str) -> str:
    """What is kept of a secret, and what a phone hands in: it has 75 random bits, so that a plain SHA-256 can't be searched."""
    return hashlib.sha256(plain.encode()).hexdigest()
