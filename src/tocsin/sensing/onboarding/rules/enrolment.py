"""When a key for enrolment lets a device in. Values in, verdict out."""

from datetime import datetime
from enum import StrEnum
from typing import Final

LONGEST_CODE: Final = 64


class KeyState(StrEnum):
    """Where a key stands."""

    OPEN = "open"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(*, used: int, most: int, until: datetime, is_revoked: bool, now: datetime) -> KeyState:
    """Revoked before expired before used up: the first that a person must know.

    >>> from datetime import UTC
    >>> day = datetime(2026, 1, 2, tzinfo=UTC)
    >>> state_of(used=3, most=3, until=day, is_revoked=False, now=datetime(2026, 1, 1, tzinfo=UTC)).value
    'used_up'
    """
    if is_revoked:
        return KeyState.REVOKED
    if now >= until:
        return KeyState.EXPIRED
    return KeyState.USED_UP if used >= most else KeyState.OPEN
