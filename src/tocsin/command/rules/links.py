"""One-time links: who has one may see and answer one notice, and nothing else.

A token is the notice's id and a keyed hash of it, so that no secret stands in the database; how long it holds, and that it is
used up, the notice itself tells.
"""

import base64
import hashlib
import hmac
from uuid import UUID

PREFIX = "/n/"
_BYTES = 16  # of the hash: 128 bits can't be guessed


def link_path(notice_id: UUID, secret: str) -> str:
    """The path of the notice's page.

    >>> link_path(UUID(int=1), "secret")
    '/n/AAAAAAAAAAAAAAAAAAAAAe1CWtIzejy9Yc7VXUb98Kg/'
    """
    return f"{PREFIX}{token_of(notice_id, secret)}/"


def token_of(notice_id: UUID, secret: str) -> str:
    """The id and its keyed hash, 43 signs that an address may hold."""
    return base64.urlsafe_b64encode(notice_id.bytes + _hash(notice_id, secret)).decode().rstrip("=")


def read_token(token: str, secret: str) -> UUID | None:
    """Whose token it is; None for one that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 16 + _BYTES:
        return None
    notice_id = UUID(bytes=raw[:16])
    return notice_id if hmac.compare_digest(raw[16:], _hash(notice_id, secret)) else None


def _hash(notice_id: UUID, secret: str) -> bytes:
    key = hashlib.sha256(b"tocsin.command.link\0" + secret.encode()).digest()
    return hmac.new(key, notice_id.bytes, hashlib.sha256).digest()[:_BYTES]
