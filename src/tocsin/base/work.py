"""Work that a browser does for a stranger's request, in place of a captcha: a search that costs it a second and us nothing."""

import hashlib
import itertools


def is_worked_for(id: str, content: str, nonce: str, *, bits: int) -> bool:
    """Whether SHA-256 of id, content and nonce begins with so many zero bits: about 2^bits tries.

    >>> is_worked_for("a", "b", "c", bits=0)
    True
    """
    digest = hashlib.sha256(f"{id}.{content}.{nonce}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - bits) == 0 if bits else True


def find_nonce(id: str, content: str, *, bits: int) -> str:
    """The work itself, as a browser does it: for benches and tests.

    >>> is_worked_for("a", "b", find_nonce("a", "b", bits=8), bits=8)
    True
    """
    begun = hashlib.sha256(f"{id}.{content}.".encode())
    for nonce in itertools.count():
        tried = begun.copy()
        tried.update(b"%d" % nonce)
        if not bits or int.from_bytes(tried.digest()[:8]) >> (64 - bits) == 0:
            return str(nonce)
    raise AssertionError("itertools.count never ends")
