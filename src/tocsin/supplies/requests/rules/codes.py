"""The codes of a delivery: what the driver's paper opens, and by what the receiver confirms that the goods are there."""

import base64
import hashlib
import hmac
from typing import Final
from uuid import UUID

DIGITS: Final = 6


def receipt_code(delivery_id: UUID, key: bytes) -> str:
    """Seven digits that only the receiver is shown; whoever hands over enters them. The last one is a check digit: a phone
    without a network notices a slip while the receiver still stands there.

    >>> len(receipt_code(UUID(int=1), b"key"))
    7
    """
    digest = hmac.digest(key, b"receipt:" + delivery_id.bytes, hashlib.sha256)
    plain = str(int.from_bytes(digest[:8]) % 10**DIGITS).zfill(DIGITS)
    return plain + check_digit(plain)


def check_digit(digits: str) -> str:
    """The check digit of Damm (2004): every wrong digit and every two neighbours in the wrong order are noticed.

    >>> check_digit("572")
    '4'
    """
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def is_receipt_code(given: str, delivery_id: UUID, keys: tuple[bytes, ...]) -> bool:
    """Whether somebody was told this code by the receiver."""
    plain = "".join(sign for sign in given if sign.isdigit())
    return any(hmac.compare_digest(plain, receipt_code(delivery_id, key)) for key in keys)


def driver_token(delivery_id: UUID, key: bytes) -> str:
    """What stands in the address on the consignment note: whoever has the paper drives."""
    digest = hmac.digest(key, b"driver:" + delivery_id.bytes, hashlib.sha256)
    return f"{_text(delivery_id.bytes)}.{_text(digest[:15])}"


def delivery_of_token(token: str, keys: tuple[bytes, ...]) -> UUID | None:
    """The delivery of a driver's address; None for one that is none of ours.

    >>> delivery_of_token(driver_token(UUID(int=7), b"key"), (b"key",)) == UUID(int=7)
    True
    """
    head, _, _ = token.partition(".")
    try:
        raw = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
        found = UUID(bytes=raw)
    except (ValueError, TypeError):
        return None
    ours = any(hmac.compare_digest(token.encode(), driver_token(found, key).encode()) for key in keys)
    return found if ours else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
