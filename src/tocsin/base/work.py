"""Work that a browser does for a stranger's request, in place of a captcha: a search that costs it a second and us nothing."""

import hashlib


def is_worked_for(id: str, content: str, nonce: str, *, bits: int) -> bool:
    """Whether SHA-256 of id, content and nonce begins with so many zero bits: about 2^bits tries.

    >>> is_worked_for("a", "b", "c", bits=0)
    True
    """
    digest = hashlib.sha256(f"{id}.{content}.{nonce}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - bits) == 0 if bits else True
