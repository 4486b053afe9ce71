"""A backup as one file that only its recipients can open: a tar of the folder, sealed with age (age-encryption.org/v1).

The machine that writes backups holds public keys only. Every piece of 64 KiB is authenticated: what was changed, cut off or made
for others is refused. age says nothing of who sealed it; that the backup is yours its printed SHA-256 proves.
"""

import hashlib
import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyrage

from tocsin.base.errors import InvalidInput, TocsinError, Unavailable
from tocsin.base.secret_files import kept_secret
from tocsin.portal.backup.manifest import NAME as MANIFEST
from tocsin.portal.backup.manifest import File, Manifest, compare, decode_manifest

NAME = "backup.age"
_LARGEST_MANIFEST = 256 * 1024 * 1024

type Recipient = pyrage.x25519.Recipient
type Identity = pyrage.x25519.Identity


def read_recipients(texts: Sequence[str]) -> list[Recipient]:
    """The public keys; InvalidInput names the one that is none."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError:
            raise InvalidInput(f"TOCSIN_BACKUP_RECIPIENTS: {text!r} is no public key of age (age1…)") from None
    return found


def read_identities(path: Path) -> list[Identity]:
    """The private keys of a file as `age-keygen` writes it; InvalidInput where there is none."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError):
        found = []
    if not found:
        raise InvalidInput(f"{path} holds no private key of age (AGE-SECRET-KEY-1…)")
    return found


def new_identity(path: Path) -> str:
    """Writes a new private key into a file of its owner's own; returns the public key. The present one where there is a file."""

    def make() -> bytes:
        made = pyrage.x25519.Identity.generate()
        return f"# public key: {made.to_public()}\n{made}\n".encode()

    kept_secret(path, make)
    return str(read_identities(path)[0].to_public())


def seal(folder: Path, target: Path, recipients: Sequence[Recipient]) -> str:
    """Writes the folder's content as one sealed file, whole or not at all; returns the file's SHA-256."""
    draft = target.with_suffix(".part")

    def pack(pipe: IO[bytes]) -> None:
        with tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name in (MANIFEST, *sorted(entry.name for entry in folder.iterdir() if entry.name != MANIFEST)):
                tar.add(folder / name, name)

    try:
        with draft.open("wb") as file, _beside(pack, writes=True) as pipe:
            pyrage.encrypt_io(pipe, file, list(recipients))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    with target.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def unseal(sealed: Path, folder: Path, identities: Sequence[Identity]) -> None:
    """Puts what is in the sealed file into a folder. InvalidInput as for `verify_sealed`; the folder is then not to be used."""
    _each(sealed, identities, lambda tar, member: tar.extract(member, folder, filter="data"))


def verify_sealed(sealed: Path, identities: Sequence[Identity]) -> Manifest:
    """Opens and reads every byte, writes nothing. InvalidInput for another's key, and what is damaged or cut off."""
    manifests: list[Manifest] = []
    found: dict[str, File] = {}

    def look(tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        content: Any = tar.extractfile(member)
        if content is None:
            return
        if member.name == MANIFEST:
            manifests.append(decode_manifest(content.read(_LARGEST_MANIFEST), sealed))
        else:
            found[member.name] = File(bytes=member.size, sha256=hashlib.file_digest(content, "sha256").hexdigest())

    _each(sealed, identities, look)
    if not manifests:
        raise InvalidInput(f"{sealed} is no backup: it has no {MANIFEST}")
    compare(manifests[0], found, sealed)
    return manifests[0]


def _each(sealed: Path, identities: Sequence[Identity], do: Callable[[tarfile.TarFile, tarfile.TarInfo], object]) -> None:
    def unpack(pipe: IO[bytes]) -> None:
        with tarfile.open(fileobj=pipe, mode="r|") as tar:
            for member in tar:
                if not (member.isfile() or member.isdir()):
                    raise InvalidInput(f"{sealed} holds a link or device: {member.name}")
                do(tar, member)
        while pipe.read(1 << 20):  # to the end: what follows the archive is authenticated, too
            pass

    try:
        with sealed.open("rb") as file, _beside(unpack, writes=False) as pipe:
            pyrage.decrypt_io(file, pipe, list(identities))
    except pyrage.DecryptError as error:
        raise InvalidInput(f"{sealed} can't be opened by this key: {error}") from None
    except (OSError, tarfile.TarError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # of the system, not of what is read
            raise Unavailable(f"{sealed} can't be unpacked: {error}") from error
        raise InvalidInput(f"{sealed} is damaged or cut off: {error}") from None


@contextmanager
def _beside(work: Callable[[IO[bytes]], None], *, writes: bool) -> Iterator[IO[bytes]]:
    """Runs `work` in a thread on one end of a pipe, whose other end is ours; its error is raised here where ours went well."""
    reading, writing = os.pipe()
    ends: tuple[IO[bytes], IO[bytes]] = (os.fdopen(reading, "rb"), os.fdopen(writing, "wb"))
    ours, theirs = ends if writes else (ends[1], ends[0])
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with theirs:
                work(theirs)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits for this thread
            failed.append(error)

    thread = threading.Thread(target=run, name="archive")
    thread.start()
    try:
        yield ours
    finally:
        with suppress(OSError):
            ours.close()
        thread.join()
        if failed and isinstance(failed[0], TocsinError):
            raise failed[0]  # it is why our end broke
    if failed:
        raise failed[0]
