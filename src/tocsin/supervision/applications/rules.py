"""What a firm tells of itself, its receipt, and where its application stands."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RECEIPT_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I O 0 1
RECEIPT_LENGTH: Final = 16
FIRM_APPLICATION: Final = "firm_application"  # purpose of the department's notice
FIRM_ANSWER: Final = "firm_answer"  # purpose of the firm's
ASKED: Final = "asked"
OWN: Final = "own"


class ApplicationState(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    COLLECTED = "collected"  # the one-time password was shown
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    """What is told on the page. `trade`: a key of the register's trades; `region_code`: a county."""

    credit_code: str
    name: str
    region_code: str
    trade: str
    address: str
    contact: str
    telephone: str


def new_receipt() -> str:
    """A random key of 80 bits, in groups of four so that it can be copied from paper."""
    signs = "".join(secrets.choice(RECEIPT_SIGNS) for _sign in range(RECEIPT_LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, RECEIPT_LENGTH, 4))


def receipt_hash(receipt: str) -> str:
    """What is kept of a receipt, however it was typed.

    >>> receipt_hash("abcd-efgh 2345-6789") == receipt_hash("ABCDEFGH23456789")
    True
    """
    bare = "".join(receipt.upper().replace("-", "").split())
    return hashlib.sha256(bare.encode()).hexdigest()
