"""The signature under what is sent to another program: who sent it, and when."""

import hashlib
import hmac

HEADER = "Tocsin-Signature"


def signature(key: str, body: bytes, at_s: int) -> str:
    """The header's value: `t=<Unix seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<body>`; a receiver refuses what is minutes old.

    >>> signature("k", b"{}", 0)[:8]
    't=0,v1=c'
    """
    digest = hmac.new(key.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"
