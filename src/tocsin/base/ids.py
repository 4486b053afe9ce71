"""Identities: time-ordered for rows, deterministic for things that must be told only once."""

import secrets
import time
import uuid

_NAMESPACE = uuid.UUID("6f9d6c2e-7f0b-5c7a-9d6e-70c51a000001")


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 bits of their fraction (its method 3), then random bits, so
    that rows sort by age, also those of one transaction.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def deterministic_id(*parts: object) -> uuid.UUID:
    """The same parts give the same id on every machine (UUID version 5): a message sent twice is stored once.

    >>> deterministic_id("detection", 7, "high", 1) == deterministic_id("detection", 7, "high", 1)
    True
    """
    return uuid.uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
