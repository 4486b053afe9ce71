"""When a key for enrolment lets a device in. Values in, verdict out."""

from datetime import datetime
from enum import StrEnum
from typing import Final

LONGEST_CODE: Final = 64
CLOSED_KEYS: Final = "closed_keys"
"""Purpose of notices about keys that let nobody in any more while devices are missing."""
KEY_KEEPER: Final = "key_keeper"
"""As what somebody is told of them."""


class KeyState(StrEnum):
    """Where a key stands."""

    OPEN = "open"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"


def lacks_devices(state: KeyState, *, used: int, most: int, last_in: datetime | None, refused_at: datetime | None) -> bool:
    """Whether a key is closed though devices are missing: it expired before all were in, or more than it was made for have asked.

    >>> lacks_devices(KeyState.EXPIRED, used=2, most=3, last_in=None, refused_at=None)
    True
    """
    if state is KeyState.EXPIRED:
        return used < most
    asked_in_vain = refused_at is not None and (last_in is None or refused_at > last_in)
    return state is KeyState.USED_UP and asked_in_vain


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
