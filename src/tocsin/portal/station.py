"""An officer's own station: one lock is opened, or all is sealed anew, with a private key that stays on this machine.

No installation and no database: what a station needs is its key, and for sealing anew the address of the server and a token.
"""

import base64
import io
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec
import pyrage
import urllib3

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, NotAllowed, Unavailable
from tocsin.mobilisation.hazard_reports.rules.bundles import Bundle, read_bundle, reseal_bundle
from tocsin.mobilisation.hazard_reports.rules.locks import check_words
from tocsin.portal.backup.sealing import Identity, read_identities

MOST_BYTES: Final = 2_000_000
AT_ONCE: Final = 100
_PATH: Final = "/api/v1/mobilisation/identity/keys"
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_REFUSED: Final = ("wrong", "stale")


class KeyTold(msgspec.Struct, frozen=True):
    """A public key as the server tells it."""

    id: str
    slot: str
    recipient: str
    replaced_at: str | None
    to_reseal: int


class ItemTold(msgspec.Struct, frozen=True):
    """One thing of the list."""

    item: str
    number: str
    lock_key: str


class Resealed(msgspec.Struct, frozen=True):
    """What became of one lock key."""

    item: str
    verdict: str
    words: str


class Step(msgspec.Struct, frozen=True):
    """The server's answer to one step."""

    resealed: list[Resealed]
    left: int


class _Refusal(msgspec.Struct, frozen=True):
    message: str = ""


class Server:
    """The API of one installation, over HTTPS; plain HTTP only on this machine, since a token goes with each call."""

    def __init__(self, address: str, token: str, trust: Path | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise InvalidInput(f"{address!r} is no address of a server: https://name")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise InvalidInput(f"{address} is plain HTTP: token and lock keys would be read on the way; use https://")
        self._base = f"{parts.scheme}://{parts.netloc}{_PATH}"
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._pool = urllib3.PoolManager(ca_certs=str(trust) if trust else None)

    def known_keys(self) -> list[KeyTold]:
        """The public keys of one's areas."""
        return self._asked("GET", "", list[KeyTold])

    def items(self, key_id: str, after: str) -> list[ItemTold]:
        """What is to be sealed anew, behind one item."""
        return self._asked("GET", f"/{quote(key_id)}/locks?limit={AT_ONCE}&after={quote(after)}", list[ItemTold])

    def hand_in(self, key_id: str, locks: Sequence[tuple[str, str]]) -> Step:
        """Lock keys that were opened here."""
        body = {"locks": [{"item": item, "secret": secret} for item, secret in locks]}
        return self._asked("POST", f"/{quote(key_id)}/locks", Step, msgspec.json.encode(body))

    def _asked[T](self, method: str, path: str, kind: type[T], body: bytes | None = None) -> T:
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {})}
        try:
            answer = self._pool.request(
                method, self._base + path, body=body, headers=headers, timeout=60.0, retries=False, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{self._base} was not reached: {error}. What was done stays done; run this again.") from error
        if answer.status == 200:
            return decode_json(answer.data, kind, most_bytes=MOST_BYTES)
        raise _refusal(answer.status, answer.data)


def _refusal(status: int, data: bytes) -> Exception:
    try:
        words = decode_json(data, _Refusal, most_bytes=MOST_BYTES).message
    except InvalidInput:
        words = ""
    if status in (401, 403):
        return NotAllowed(words or "the server does not take this token: it must be your own, and hold identity.keep")
    if status in (400, 404, 409, 413, 422):
        return InvalidInput(words or f"the server refuses this ({status})")
    return Unavailable(words or f"the server answers {status}. What was done stays done; run this again.")


def read_keys(files: Sequence[Path]) -> list[Identity]:
    """The private keys of all these files."""
    return [one for file in files for one in read_identities(file)]


def open_lock(sealed: Path, files: Sequence[Path]) -> bytes:
    """What lies below one lock of a file as the server hands it out; InvalidInput for a key that does not open it."""
    keys, data = read_keys(files), sealed.read_bytes()
    if data.startswith(b"PK"):
        data, lock_key = _unpacked(sealed, data)
        keys = [_lock_key(_decrypted(lock_key, keys, sealed), sealed)]
    return _decrypted(data, keys, sealed)


def reseal_all(server: Server, files: Sequence[Path], *, say: Callable[[str], object]) -> int:
    """Goes through the lists of all replaced keys that are here once; returns how many were not sealed anew."""
    keys = read_keys(files)
    mine = {str(one.to_public()) for one in keys}
    known = [one for one in server.known_keys() if one.recipient in mine]
    if not known:
        raise InvalidInput("the server knows none of these keys: take the private key that was replaced, and a token of your own")
    old = [one for one in known if one.replaced_at is not None]
    if not old:
        raise InvalidInput("this key is in force: only what stands under a replaced one is sealed anew")
    return sum(_reseal(server, one, keys, say) for one in old)


@dataclass(frozen=True)
class Parcel:
    """What a bundle says of itself: how many things, and the ends of both keys to which they are to be sealed."""

    count: int
    ends_a: str
    ends_b: str


def read_parcel(bundle: Path) -> Parcel:
    """InvalidInput where the file is no bundle, or was changed on the way."""
    read, _files = read_bundle(bundle.read_bytes(), Bundle)
    return Parcel(len(read.items), check_words(read.to.a), check_words(read.to.b))


def reseal_parcel(bundle: Path, files: Sequence[Path], out: Path) -> list[str]:
    """Writes the answer to a bundle, as a whole or not at all; the numbers of reports that these keys do not open.

    A run that was broken off leaves no answer: run it again.
    """
    answer, missed = reseal_bundle(bundle.read_bytes(), read_keys(files))
    draft = out.with_name(f"{out.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(answer)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(out)
    return missed


def _reseal(server: Server, key: KeyTold, keys: Sequence[Identity], say: Callable[[str], object]) -> int:
    say(f"place {key.slot.upper()}, …{key.recipient[-12:]}: {key.to_reseal} to seal anew")
    done = missed = 0
    left, after = key.to_reseal, ""
    while items := server.items(key.id, after):
        after, locks = items[-1].item, []
        for one in items:
            secret = _opened(one, keys)
            if secret is None:
                missed += 1
                say(f"  {one.number} {one.item}: this private key does not open it, nothing was changed")
            else:
                locks.append((one.item, secret))
        if locks:
            step = server.hand_in(key.id, locks)
            refused = [one for one in step.resealed if one.verdict in _REFUSED]
            for one_refused in refused:
                say(f"  {one_refused.item}: {one_refused.words}")
            missed, done, left = missed + len(refused), done + len(step.resealed) - len(refused), step.left
            say(f"  {done} done, {left} left")
    if not left:
        say("nothing is left under it: destroy the private key, on paper, too, and say so on the page of sealed identities")
    return missed


def _opened(item: ItemTold, keys: Sequence[Identity]) -> str | None:
    try:
        return bytes(pyrage.decrypt(base64.b64decode(item.lock_key), list(keys))).decode("ascii").strip()
    except (pyrage.DecryptError, ValueError):
        return None


def _decrypted(data: bytes, keys: Sequence[Identity], sealed: Path) -> bytes:
    try:
        return bytes(pyrage.decrypt(data, list(keys)))
    except pyrage.DecryptError:
        raise InvalidInput(
            f"{sealed} is not opened by this key: it is sealed to another key, or was changed. "
            "After an exchange of keys give both (--key old --key new), or take the file from the page again."
        ) from None


def _unpacked(sealed: Path, data: bytes) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read("sealed.age"), archive.read("lock-key.age")
    except (*BROKEN_ARCHIVE, KeyError):
        raise InvalidInput(f"{sealed} holds no sealed.age and lock-key.age: take the file from the page again") from None


def _lock_key(data: bytes, sealed: Path) -> Identity:
    try:
        return pyrage.x25519.Identity.from_str(data.decode("ascii").strip())
    except (UnicodeDecodeError, pyrage.IdentityError):
        raise InvalidInput(f"{sealed}: lock-key.age holds no key of a lock") from None
