"""The record of somebody's hours: its number says what it certifies, its code proves that the number and the name are ours."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

_NUMBER: Final = re.compile(r"FW-(\d{6})-(\d{4})(\d{2})(\d{2})-(\d{1,9})-([0-9A-F]{8})")
_MISREAD: Final = str.maketrans("018", "OIB", " -")
_BYTES: Final = 10  # of the code: 16 signs


@dataclass(frozen=True)
class Certified:
    """What the number of a record says."""

    region_code: str
    day: date
    minutes: int


def record_number(region_code: str, day: date, minutes: int, volunteer_id: UUID) -> str:
    """Such as FW-370213-20261128-450-1A2B3C4D (服务记录): area, day of printing, minutes, and whose it is.

    >>> record_number("370213", date(2026, 11, 28), 450, UUID(int=0x1A2B3C4D))
    'FW-370213-20261128-450-1A2B3C4D'
    """
    return f"FW-{region_code}-{day:%Y%m%d}-{minutes}-{volunteer_id.hex[-8:].upper()}"


def read_number(text: str) -> Certified | None:
    """What a number certifies; None for what is none.

    >>> read_number("fw-370213-20261128-450-1a2b3c4d").minutes
    450
    """
    found = _NUMBER.fullmatch(text.strip().upper())
    if found is None:
        return None
    try:
        return Certified(found[1], date(int(found[2]), int(found[3]), int(found[4])), int(found[5]))
    except ValueError:
        return None


def code_of(number: str, name: str, key: bytes) -> str:
    """Sixteen signs in groups of four, over number and name."""
    digest = hmac.digest(key, f"{number.strip().upper()}\n{' '.join(name.split())}".encode(), hashlib.sha256)
    plain = base64.b32encode(digest[:_BYTES]).decode()
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def is_code(given: str, number: str, name: str, keys: tuple[bytes, ...]) -> bool:
    """Whether one of our keys made that code for number and name; written as people copy it."""
    plain = given.upper().translate(_MISREAD)
    return any(hmac.compare_digest(plain.encode(), code_of(number, name, key).replace("-", "").encode()) for key in keys)
