"""The two locks of something sealed, with age (age-encryption.org/v1), and how an officer's key is exchanged without opening it.

Each sealed thing has two locks of its own, a pair of keys A and B made for it alone: it is sealed to the lock A, and that to
the lock B. The private half of a lock, the **lock key**, is sealed to its officer's own key and then forgotten here. So an
officer's key is exchanged by sealing that lock key anew, and nothing else: no layer of the thing is opened, the other officer is
not needed, and the public half of the lock, which stays, proves that the lock key handed in is the right one.

First form (before locks of their own): sealed to the officers' keys themselves. Such a thing has no lock key, so nothing of it
can be sealed anew without opening it.
"""

import hashlib
import io
import zipfile
from enum import StrEnum
from typing import Final

import msgspec
import pyrage

ARCHIVE_HEAD: Final = b"PK\x03\x04"
SEALED_NAME: Final = "sealed.age"
LOCK_KEY_NAME: Final = "lock-key.age"


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: its public half, and the private one sealed to an officer's key."""

    public: str
    key: bytes


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """What was sealed. `inner_sha256`: of what lies below the lock B, by which what B hands on is known."""

    data: bytes
    inner_sha256: str
    a: Lock
    b: Lock


class LockVerdict(StrEnum):
    """What becomes of a lock key that was handed in to be sealed anew."""

    SEALED = "sealed"
    ALREADY = "already"  # it is sealed to the key in force: by another station, or by a try before this one
    WRONG = "wrong"  # it is not the private half of this lock
    STALE = "stale"  # it stands under another key of that place: the list was taken before
    GONE = "gone"  # its time was over in between
    ALTERED = "altered"  # it is not what was handed out with the bundle
    OPENING = "opening"  # the two officers are opening it just now


DONE: Final = (LockVerdict.SEALED, LockVerdict.ALREADY, LockVerdict.GONE)
"""Verdicts after which nothing of it is left to do."""


def seal(data: bytes, *, for_a: str, for_b: str) -> Locked:
    """Sealed to a new lock A, and that to a new lock B, each for the officer of that public key."""
    lock_a, lock_b = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    inner = bytes(pyrage.encrypt(data, [lock_a.to_public()]))
    return Locked(
        data=bytes(pyrage.encrypt(inner, [lock_b.to_public()])),
        inner_sha256=hashlib.sha256(inner).hexdigest(),
        a=Lock(public=str(lock_a.to_public()), key=seal_lock_key(str(lock_a), recipient=for_a)),
        b=Lock(public=str(lock_b.to_public()), key=seal_lock_key(str(lock_b), recipient=for_b)),
    )


def seal_lock_key(secret: str, *, recipient: str) -> bytes:
    """The private half of a lock, for one officer: a file of one line, which `age -d` opens and `age -i` reads."""
    return bytes(pyrage.encrypt(f"{secret}\n".encode(), [pyrage.x25519.Recipient.from_str(recipient)]))


def opens(secret: str, lock: str) -> bool:
    """Whether this is the private half of that lock."""
    try:
        return str(pyrage.x25519.Identity.from_str(secret.strip()).to_public()) == lock
    except pyrage.IdentityError:
        return False


def pack(sealed: bytes, lock_key: bytes) -> bytes:
    """What one officer opens: the sealed file, and beside it the key of its lock, sealed to that officer."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in ((SEALED_NAME, sealed), (LOCK_KEY_NAME, lock_key)):
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def check_words(recipient: str) -> str:
    """The last twelve signs in groups of four: by which two people compare a public key on the telephone."""
    end = recipient[-12:]
    return " ".join(end[at : at + 4] for at in range(0, 12, 4))
