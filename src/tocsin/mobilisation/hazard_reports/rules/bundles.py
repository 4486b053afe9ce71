"""A bundle: what stands under a replaced key, taken to a machine without a network, sealed anew there, and brought back.

Two kinds of things lie in it. What has locks of its own needs its lock key sealed anew, by the one old private key. What was
sealed in the first form is opened by both old private keys, on that machine, and sealed anew as a whole, with locks of its own.
Both the bundle and the answer are a ZIP: `manifest.json`, and a file for each thing.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
import pyrage

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.hazard_reports.rules.locks import Lock, Locked, opens, seal, seal_lock_key
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot

MOST_ITEMS: Final = 500
MOST_BYTES: Final = 20_000_000  # of the sealed files in one bundle; a single larger one goes alone
LARGEST_BUNDLE: Final = 30_000_000
_LARGEST_MANIFEST: Final = 4_000_000
_MANIFEST: Final = "manifest.json"


class BundleKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The two public keys in force, to which all is sealed."""

    a: str
    b: str

    def of(self, slot: str) -> str:
        """That of one place."""
        return self.a if slot == Slot.A else self.b


class BundleItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing as it was handed out. `lock`: the public half of its lock; empty in the first form."""

    item: str
    number: str
    sha256: str
    lock: str = ""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer takes along: `key` is the replaced one, by its id."""

    version: int = 1
    key: str
    slot: Slot
    made_at: datetime
    to: BundleKeys
    items: tuple[BundleItem, ...]


class AnswerItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing sealed anew. `was`: the hash of what was handed out. Of the first form: what `Locked` holds beside its data."""

    item: str
    was: str
    sha256: str
    inner_sha256: str = ""
    lock_a: str = ""
    lock_b: str = ""
    lock_key_a: bytes = b""
    lock_key_b: bytes = b""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is brought back."""

    version: int = 1
    key: str
    to: BundleKeys
    items: tuple[AnswerItem, ...]


def write_bundle(bundle: Bundle | Answer, files: Mapping[str, bytes]) -> bytes:
    """The ZIP, with each thing under its name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_MANIFEST), msgspec.json.encode(bundle))
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def read_bundle[Kind: (Bundle, Answer)](data: bytes, kind: type[Kind]) -> tuple[Kind, dict[str, bytes]]:
    """What a ZIP holds, each file compared with its hash; InvalidInput says what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST_BUNDLE + _LARGEST_MANIFEST:
                raise InvalidInput("This file is larger than any bundle or answer that is made here.")
            read = decode_json(archive.read(_MANIFEST), kind, most_bytes=_LARGEST_MANIFEST)
            files = {one.item: archive.read(one.item) for one in read.items}
    except (*BROKEN_ARCHIVE, KeyError):
        raise InvalidInput(
            "This is no bundle or answer, or a part of it is missing: take it from where it was made again."
        ) from None
    if len({one.item for one in read.items}) != len(read.items):
        raise InvalidInput("This file names a thing twice: it was changed on the way. Take it again.")
    for one in read.items:
        if sha256_of(files[one.item]) != one.sha256:
            raise InvalidInput(
                "%(item)s in this file is not what was put into it: it was changed on the way. Take it again.", item=one.item
            )
    return read, files


def reseal_bundle(data: bytes, keys: list[pyrage.x25519.Identity]) -> tuple[bytes, list[str]]:
    """The answer to a bundle, and the numbers of reports of which something is opened by none of these private keys."""
    bundle, files = read_bundle(data, Bundle)
    done: list[AnswerItem] = []
    sealed: dict[str, bytes] = {}
    missed: list[str] = []
    for one in bundle.items:
        try:
            sealing = _lock if one.lock else _first_form
            made, kept = sealing(one, files[one.item], bundle, keys)
        except (pyrage.DecryptError, UnicodeDecodeError):
            missed.append(one.number)
            continue
        done.append(made)
        sealed[one.item] = kept
    return write_bundle(Answer(key=bundle.key, to=bundle.to, items=tuple(done)), sealed), missed


def _lock(one: BundleItem, data: bytes, bundle: Bundle, keys: list[pyrage.x25519.Identity]) -> tuple[AnswerItem, bytes]:
    secret = bytes(pyrage.decrypt(data, keys)).decode("ascii").strip()
    if not opens(secret, one.lock):
        raise InvalidInput(
            "%(item)s: what was opened is not the key of its lock. The bundle was changed: take it again.", item=one.item
        )
    kept = seal_lock_key(secret, recipient=bundle.to.of(bundle.slot))
    return AnswerItem(item=one.item, was=one.sha256, sha256=sha256_of(kept)), kept


def _first_form(one: BundleItem, data: bytes, bundle: Bundle, keys: list[pyrage.x25519.Identity]) -> tuple[AnswerItem, bytes]:
    plain = bytes(pyrage.decrypt(bytes(pyrage.decrypt(data, keys)), keys))
    made = seal(plain, for_a=bundle.to.a, for_b=bundle.to.b)
    told = AnswerItem(
        item=one.item,
        was=one.sha256,
        sha256=sha256_of(made.data),
        inner_sha256=made.inner_sha256,
        lock_a=made.a.public,
        lock_b=made.b.public,
        lock_key_a=made.a.key,
        lock_key_b=made.b.key,
    )
    return told, made.data


def locked_of(one: AnswerItem, data: bytes) -> Locked:
    """A thing of the first form as it was sealed anew; InvalidInput where a part of it is missing."""
    parts = (one.inner_sha256, one.lock_a, one.lock_b, one.lock_key_a, one.lock_key_b)
    if not all(parts):
        raise InvalidInput(
            "%(item)s was sealed anew without locks of its own: make the answer with this version of Tocsin.", item=one.item
        )
    return Locked(
        data=data,
        inner_sha256=one.inner_sha256,
        a=Lock(public=one.lock_a, key=one.lock_key_a),
        b=Lock(public=one.lock_b, key=one.lock_key_b),
    )


def sha256_of(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()
