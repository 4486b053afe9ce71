"""The list of what a backup holds, with the hash of every file. A folder without one is no backup."""

import hashlib
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

FORMAT = 1
NAME = "manifest.json"
MOST_BYTES = 200_000_000  # a line for each of a million files


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the backup."""

    bytes: int
    sha256: str


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First and last sequence of a stream's copy; last is first - 1 where it holds no message."""

    first: int
    last: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`point` is UTC (ISO 8601): what was acknowledged before it is in the backup. `database` is sqlite or postgresql."""

    format: int = FORMAT
    tocsin: str = msgspec.field(default_factory=lambda: version("tocsin"))
    point: str
    database: str
    log: dict[str, Span]
    files: dict[str, File]


def describe_files(folder: Path) -> dict[str, File]:
    """Every file of a backup but the manifest itself, by its path within the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    for path in paths:
        if path.is_symlink():
            raise InvalidInput(f"{path} is a link; a backup holds files alone")
    return {path.relative_to(folder).as_posix(): _describe(path) for path in paths}


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Makes the backup whole: everything is on disk before the manifest is. Returns the manifest's SHA-256."""
    os.sync()
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    with (folder / NAME).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """What the backup says of itself; InvalidInput where there is none, or one that this version can't read."""
    try:
        return decode_manifest((folder / NAME).read_bytes(), folder)
    except FileNotFoundError:
        raise InvalidInput(f"{folder} is no backup, or one that was not finished: it has no {NAME}") from None


def decode_manifest(text: bytes, source: Path) -> Manifest:
    """The list of a backup; InvalidInput for one that this version can't read."""
    try:
        manifest = decode_json(text, Manifest, most_bytes=MOST_BYTES)
    except InvalidInput as error:
        raise InvalidInput(f"{NAME} of {source} can't be read: {error}") from error
    if manifest.format != FORMAT:
        raise InvalidInput(f"{source} has format {manifest.format}; this version reads {FORMAT}")
    return manifest


def verify(folder: Path) -> Manifest:
    """The manifest of a backup of which every byte has been read; InvalidInput for files missing, changed, or not in the list."""
    manifest = read_manifest(folder)
    compare(manifest, describe_files(folder), folder)
    return manifest


def compare(manifest: Manifest, found: Mapping[str, File], source: Path) -> None:
    """Returns where the files that were found are those of the list; InvalidInput otherwise."""
    wrong = sorted(name for name in found.keys() | manifest.files.keys() if found.get(name) != manifest.files.get(name))
    if wrong:
        raise InvalidInput(f"{source} is damaged: {len(wrong)} files are missing or changed, the first is {wrong[0]}")


def _describe(path: Path) -> File:
    with path.open("rb") as file:
        return File(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())
