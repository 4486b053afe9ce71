"""The signature under what is sent to another program: who sent it, and when."""

import hashlib
import hmac

HEADER = "Tocsin-Signature"


def signature(key: str, body: bytes, at_s: int, *, receiver: str = "") -> str:
    """The header's value: `t=<Unix seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<body>`; a receiver refuses what is minutes old.

    With a receiver `t=…,id=<receiver>,v1=…` over `<t>.<receiver>.<body>`: what one receiver was sent is of no use with another.

    >>> signature("k", b"{}", 0)[:8]
    't=0,v1=c'
    """
    head = f"{at_s}.{receiver}." if receiver else f"{at_s}."
    digest = hmac.new(key.encode(), head.encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},id={receiver},v1={digest}" if receiver else f"t={at_s},v1={digest}"
