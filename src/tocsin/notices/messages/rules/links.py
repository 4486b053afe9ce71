"""One-time links: who has one may see and answer one notice, and nothing else.

A token is the notice's id and a keyed hash of it, so that no secret stands in the database; how long it holds, and that it is
used up, the notice itself tells. A link that goes where others read along (a public messenger) has a key of its own: its page
says no more than the message.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple
from uuid import UUID

PREFIX = "/n/"
_BYTES = 16  # of the hash: 128 bits can't be guessed


class Link(NamedTuple):
    """What a token opens. `public`: others may have read it."""

    notice_id: UUID
    public: bool


def link_path(notice_id: UUID, key: bytes, *, public: bool = False) -> str:
    """The path of the notice's page.

    >>> link_path(UUID(int=1), b"secret")
    '/n/AAAAAAAAAAAAAAAAAAAAAaDyD_tgVwOfRkoXVerFioU/'
    """
    return f"{PREFIX}{token_of(notice_id, key, public=public)}/"


def token_of(notice_id: UUID, key: bytes, *, public: bool = False) -> str:
    """The id and its keyed hash, 43 signs that an address may hold."""
    return base64.urlsafe_b64encode(notice_id.bytes + _hash(notice_id, key, public=public)).decode().rstrip("=")


def read_token(token: str, keys: Sequence[bytes]) -> Link | None:
    """What it opens; None for one that none of the keys made."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 16 + _BYTES:
        return None
    notice_id = UUID(bytes=raw[:16])
    for key, public in product(keys, (False, True)):
        if hmac.compare_digest(raw[16:], _hash(notice_id, key, public=public)):
            return Link(notice_id, public)
    return None


def _hash(notice_id: UUID, key: bytes, *, public: bool) -> bytes:
    purpose = b"tocsin.command.link.public\0" if public else b"tocsin.command.link\0"
    return hmac.new(hashlib.sha256(purpose + key).digest(), notice_id.bytes, hashlib.sha256).digest()[:_BYTES]
