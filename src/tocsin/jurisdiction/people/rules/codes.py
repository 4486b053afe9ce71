"""Whether what was typed is a code of an authenticator app (RFC 6238), and which one: each counts once. Pure."""

import base64
import hashlib
import hmac
from typing import Final

PERIOD_S: Final = 30
DIGITS: Final = 6
TOLERANCE: Final = 1
"""So many steps before and after count, because a telephone's clock may be half a minute off."""


def code_at(secret: str, counter: int) -> str:
    """The code of a step (RFC 4226, 5.3); `secret` in base 32.

    >>> code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59 // 30)
    '287082'
    """
    digest = hmac.digest(base64.b32decode(secret, casefold=True), counter.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def digits_of(typed: str) -> str:
    """The code that was typed, with blanks between its digits or without; empty where anything but ASCII digits stands there.

    >>> digits_of("123 456"), digits_of("123-456"), digits_of("１２３４５６")
    ('123456', '', '')
    """
    code = typed.replace(" ", "")
    return code if code.isascii() and code.isdigit() else ""


def accepted_step(secret: str, code: str, *, now_s: float, last: int) -> int | None:
    """The step whose code this is, of those that are near `now_s` and later than the last one that was taken (RFC 6238, 5.2).

    None for a wrong code, and for one that was taken or is older than one that was: what somebody read over a shoulder is no
    longer good once its person is in.
    """
    step = int(now_s) // PERIOD_S
    for near in range(step - TOLERANCE, step + TOLERANCE + 1):
        if near > last and hmac.compare_digest(code_at(secret, near), code):
            return near
    return None
