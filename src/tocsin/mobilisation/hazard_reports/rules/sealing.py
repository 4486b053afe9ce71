"""What is sealed of who reported, and who may agree that it is opened. How it is sealed: `rules/locks.py`.

The officers' private keys are never on this machine: neither of them alone opens anything, and this program opens nothing at all.
"""

import hashlib
import io
import zipfile
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
import pyrage

from tocsin.base.errors import InvalidInput

HEAD: Final = b"age-encryption.org/v1\n"
LARGEST: Final = 400_000
LARGEST_PHOTO: Final = 25_000_000


class Slot(StrEnum):
    """The two locks: what is sealed is opened first by B, then by A."""

    A = "a"
    B = "b"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody says that they are."""

    name: str = ""
    telephone: str = ""
    account: str = ""  # where a reward is to go, or by which an app knows its user

    @property
    def is_begun(self) -> bool:
        """Whether anything of it is there."""
        return any(one.strip() for one in (self.name, self.telephone, self.account))

    @property
    def is_told(self) -> bool:
        """Whether a name and a way to reach somebody are there."""
        return bool(self.name.strip() and self.telephone.strip())


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What the two officers find in the end."""

    number: str
    at: datetime
    name: str
    telephone: str
    account: str = ""


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What they find beside the original of a photo: as it was called where it came from."""

    number: str
    at: datetime
    name: str
    sha256: str


class RequestVerdict(StrEnum):
    """Whether a person may agree that an identity is opened."""

    GOES_ON = "goes_on"
    ONESELF = "oneself"
    NO_HOLDER = "no_holder"
    OVER = "over"


def judge_agreement(*, asked_by: object, actor: object, holders: tuple[object, object], decided: bool) -> RequestVerdict:
    """The second of the two who hold the keys of that report agrees; never the one who asked."""
    if decided:
        return RequestVerdict.OVER
    if actor not in holders:
        return RequestVerdict.NO_HOLDER
    return RequestVerdict.ONESELF if actor == asked_by else RequestVerdict.GOES_ON


def read_recipient(text: str) -> str:
    """The public key as it counts; InvalidInput for what is none, a private key above all."""
    plain = text.strip()
    if plain.upper().startswith("AGE-SECRET-KEY"):
        raise InvalidInput(
            "This is the private key: it must never leave its officer's machine. Make a new pair, and give the public key."
        )
    try:
        pyrage.x25519.Recipient.from_str(plain)
    except pyrage.RecipientError:
        raise InvalidInput("A public key begins with age1 and has 62 signs: `tocsin keys identity` shows it.") from None
    return plain


def pack_original(photo: bytes, about: Original) -> bytes:
    """The photo as it was handed in, with what is known of it beside it: an archive that every machine opens."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in (("about.json", msgspec.json.format(msgspec.json.encode(about))), (f"original{_ending(photo)}", photo)):
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def original_of(photo: bytes, *, number: str, at: datetime, name: str) -> Original:
    """What stands beside it."""
    digest = hashlib.sha256(photo).hexdigest()
    return Original(number=number, at=at, name=name[:200], sha256=digest)


def _ending(photo: bytes) -> str:
    heads = ((b"\xff\xd8", ".jpg"), (b"\x89PNG", ".png"), (b"RIFF", ".webp"))
    return next((ending for head, ending in heads if photo.startswith(head)), ".heic")


def require_sealed(data: bytes, *, largest: int = LARGEST, sha256: str = "") -> bytes:
    """What B has opened is still sealed to A; InvalidInput for anything else, which has no place on this machine.

    `sha256`: of what lies below B's lock, where that was kept when it was sealed: another report's file is refused by it.
    """
    if len(data) > largest or not data.startswith(HEAD):
        raise InvalidInput("This is no sealed file: hand in what `tocsin keys open` wrote with your key, and nothing else.")
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise InvalidInput(
            "This is a sealed file, but not what lies below B's lock of this report: open its own file and hand that in."
        )
    return data
