"""The installation's keys: one random secret, and from it a key of its own for each purpose (HKDF, RFC 5869).

The secret lies in `secret_key` of the data folder. One that was replaced stays beside it, as `secret_key.<when>`: what was made
before that moment is still read by it, what claims to be younger is not. Where others may know it, its name ends with `.leaked`.
A process looks at the file before each use, so that all of them go on with a new secret at once.
"""

import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tocsin.base.errors import InvalidInput
from tocsin.base.secret_files import kept_secret, replace_secret_file

NAME = "secret_key"
LEAKED = ".leaked"
FORM = "tocsin2."
"""How a secret begins from which every key is derived. One without it was itself the key of everything, and is tried as such."""
FEWEST_BYTES = 32
_WHEN = "%Y%m%dT%H%M%SZ"


class Purpose(StrEnum):
    """What the installation seals or signs; a key of one purpose is of no use for another."""

    SESSIONS = "sessions"  # of browsers, and whatever else Django signs for a while
    SECOND_STEPS = "second steps"  # sealed secrets of authenticators
    LINKS = "links"  # one-time links of notices
    CODES = "codes"  # on printed signs and on screens
    CONTACTS = "contacts"  # codes by which people confirm their contact points
    PHONES = "phones"  # what a phone could not send when its person left it
    DRAWS = "draws"  # seeds of random draws
    RECORDS = "records of service"  # codes on the papers of volunteers
    RECEIPTS = "receipts"  # signed for whoever reports a hazard
    LAUNCHES = "launches by apps"  # who an app says that its user is, sealed until the report goes out
    SUBSCRIBERS = "subscribers"  # sealed addresses of those who are told of public warnings
    CONNECTORS = "connectors"  # sealed secrets by which data resources are fetched
    CAMERAS = "cameras"  # sealed passwords by which frames are fetched
    PLATFORMS = "platforms"  # sealed keys with which platforms are asked
    CHANNELS = "channels"  # sealed passwords and keys of gateways by which people are told
    OPCUA = "opc ua"  # sealed passwords of servers, and the key of our certificate
    CERTIFICATES = "certificates"  # sealed keys of authorities that issue certificates of devices
    ACCESS = "access passwords"  # of loggers of HJ 212, which have six characters
    FRAMES = "frame keys"  # sealed keys by which loggers of HJ 212-2025 encrypt
    BLIND = "blind index"  # by which the same reporter is known again without being known


@dataclass(frozen=True)
class Secret:
    """One secret of the installation. `replaced_at` is None for the one in force."""

    text: str = field(repr=False)
    replaced_at: datetime | None = None
    leaked: bool = False

    @property
    def id(self) -> str:
        """By which people and the audit trail name it; tells nothing of it."""
        return _derive(self.text, "name").hex()[:8]

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """The key of a purpose; behind it the secret itself where it was used so by earlier versions."""
        derived = _derive(self.text, purpose)
        return (derived,) if self.text.startswith(FORM) else (derived, self.text.encode())

    def may_have_made(self, at: datetime | None) -> bool:
        """Whether it was in force at that time; None for a time that nobody knows."""
        return at is None or self.replaced_at is None or at <= self.replaced_at


@dataclass(frozen=True)
class Resealed:
    """What one step of sealing anew did: rows changed, rows that no key opens, the last row seen (None: no more)."""

    done: int
    lost: int
    last: int | None


class Reseal(Protocol):
    """Seals up to `limit` rows behind the row `after` under the key in force."""

    def __call__(self, *, after: int, limit: int) -> Resealed: ...


class Ring:
    """The secrets of a data folder, read anew when the one in force is another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[tuple[int, int], tuple[Secret, ...]] | None = None

    def secrets(self) -> tuple[Secret, ...]:
        """The one in force first, then the older ones, newest first. Made where there is none; InvalidInput for one too weak."""
        path, known = self.folder / NAME, self._read
        kept_secret(path, lambda: _new_text().encode())
        found = path.stat()
        mark = (found.st_ino, found.st_mtime_ns)
        if known is None or known[0] != mark:
            known = self._read = (mark, tuple(_read_all(self.folder)))
        return known[1]

    def replace(self, *, at: datetime, leaked: bool = False) -> Secret:
        """Puts a new secret in force; the present one is kept beside it first, so that at no moment anything is lost."""
        present = self.secrets()[0]
        while True:
            old = self.folder / f"{NAME}.{at.astimezone(UTC):{_WHEN}}{LEAKED if leaked else ''}"
            if kept_secret(old, present.text.encode) == present.text.encode():
                break
            at += timedelta(seconds=1)  # the name of another one, replaced in the same second
        replace_secret_file(self.folder / NAME, _new_text().encode())
        return self.secrets()[0]


_ring: list[Ring] = []


def keep_in(folder: Path) -> None:
    """Names the data folder whose secrets this process uses."""
    _ring[:] = [Ring(folder)]


def ring() -> Ring:
    """The secrets of this process's data folder."""
    return _ring[0]


def key_for(purpose: Purpose) -> bytes:
    """The key by which things of this purpose are made now: 256 bits."""
    return ring().secrets()[0].keys(purpose)[0]


def keys_of(purpose: Purpose, *, made_at: datetime | None = None, leaked: bool = True) -> list[bytes]:
    """All keys that may have made a thing of this purpose (at that time, where it is known), newest first.

    `leaked` false leaves those out that others may know: for what needs not to outlive a leak.
    """
    fit = (one for one in ring().secrets() if one.may_have_made(made_at) and (leaked or not one.leaked))
    return [key for one in fit for key in one.keys(purpose)]


def session_secrets() -> tuple[str, list[str]]:
    """What signs sessions now, and what else may have signed those that go on: only the secret in force, in its earlier use."""
    derived, *earlier = ring().secrets()[0].keys(Purpose.SESSIONS)
    return derived.hex(), [key.decode() for key in earlier]


def check_strength(text: str, source: Path) -> str:
    """The secret as it is; InvalidInput, with how to mend it, for one that could be guessed.

    Randomness can't be measured. What is short, or shrinks when it is packed, is surely none.

    >>> check_strength("secret" * 20, Path("secret_key"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tocsin.base.errors.InvalidInput: secret_key holds no secret ...
    """
    if len(zlib.compress(text.strip().encode(), 9)) - len(zlib.compress(b"")) < FEWEST_BYTES:
        raise InvalidInput(
            f"{source} holds no secret of 256 random bits: it is short or repeats itself. Rename it to "
            f"{source.name}.{datetime.now(UTC):{_WHEN}}: what was made by it stays readable, and the next start makes a new one"
        )
    return text


def _new_text() -> str:
    return FORM + secrets.token_urlsafe(64)


def _read_all(folder: Path) -> Iterator[Secret]:
    """The one in force is read before the others are listed: one that is replaced meanwhile is then among them."""
    path = folder / NAME
    present = Secret(check_strength(path.read_text(), path))
    yield present
    seen = {present.text}
    for one in sorted(folder.glob(f"{NAME}.*"), reverse=True):
        at = _moment(one.name.removeprefix(f"{NAME}.").removesuffix(LEAKED))
        if at is not None and (text := one.read_text()) not in seen:
            seen.add(text)
            yield Secret(text, at, one.name.endswith(LEAKED))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _WHEN).replace(tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=b"tocsin", info=f"tocsin 1 {purpose}".encode()).derive(secret.encode())
