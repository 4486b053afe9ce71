"""Settings of the server that may be entered by page: how each is read, and the file in the data folder that keeps them.

The file is read when a setting is asked for and it has changed, so that every process on every machine of the data folder follows
at once. What stands in the environment wins. No Django here: the command line reads it, too.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fcntl import LOCK_EX, flock
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, SettingRefused

FILE: Final = "server-settings.json"
LARGEST_REQUEST_MEGABYTES: Final = 32.0
SCANNER_AWAY: Final = ("refuse", "quarantine")


class Variable(StrEnum):
    """The variables that a page may enter."""

    TITLE = "TOCSIN_TITLE"
    PUBLIC_HOSTS = "TOCSIN_PUBLIC_HOSTS"
    LARGEST_REQUEST = "TOCSIN_LARGEST_REQUEST_MEGABYTES"
    VIRUS_SCANNER = "TOCSIN_VIRUS_SCANNER"
    VIRUS_SCANNER_AWAY = "TOCSIN_VIRUS_SCANNER_AWAY"


@dataclass(frozen=True)
class ServerSettings:
    """Their values."""

    title: str
    public_hosts: tuple[str, ...]
    largest_request_megabytes: float
    virus_scanner: str
    virus_scanner_away: str


def read_server_settings(told: Mapping[str, str]) -> ServerSettings:
    """The settings by their variables, what is empty by its default; SettingRefused names the one that can't be read."""
    away = told.get(Variable.VIRUS_SCANNER_AWAY, "")
    return ServerSettings(
        title=told.get(Variable.TITLE, ""),
        public_hosts=tuple(filter(None, told.get(Variable.PUBLIC_HOSTS, "").split(","))),
        largest_request_megabytes=positive(
            Variable.LARGEST_REQUEST, told.get(Variable.LARGEST_REQUEST, ""), LARGEST_REQUEST_MEGABYTES
        ),
        virus_scanner=scanner_address(Variable.VIRUS_SCANNER, told.get(Variable.VIRUS_SCANNER, "")),
        virus_scanner_away=one_of(Variable.VIRUS_SCANNER_AWAY, away, SCANNER_AWAY),
    )


def positive(name: str, text: str, default: float) -> float:
    """A number above 0."""
    try:
        number = float(text) if text else default
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise SettingRefused("%(name)s is %(value)s; it must be a number above 0", name=name, value=repr(text))
    return number


def one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    """One of the words that are known, the first where nothing is said."""
    text = text or known[0]
    if text not in known:
        raise SettingRefused(
            "%(name)s is %(value)s; it must be one of %(known)s", name=name, value=repr(text), known=", ".join(known)
        )
    return text


def scanner_address(name: str, text: str) -> str:
    """Where a clamd listens, or nothing."""
    parts = urlsplit(text)
    try:
        known = (parts.scheme == "tcp" and parts.hostname and parts.port) or (
            parts.scheme == "unix" and parts.path.startswith("/")
        )
    except ValueError:
        known = False
    if text and not known:
        raise SettingRefused(
            "%(name)s is %(value)s; it must be tcp://HOST:PORT or unix:/PATH of a clamd", name=name, value=repr(text)
        )
    return text


def entered_settings(folder: Path) -> Mapping[str, str]:
    """What pages entered, by variable; InvalidInput where the file was damaged: mend it, or remove it and enter it anew."""
    path = folder / FILE
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for at every request
    except FileNotFoundError:
        return {}
    return _read(path, found.st_ino, found.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, _inode: int, _changed_ns: int) -> Mapping[str, str]:
    try:
        told = decode_json(path.read_bytes(), dict[Variable, str])
        read_server_settings(told)
    except InvalidInput as error:
        raise InvalidInput(
            "%(path)s can't be read: %(why)s Mend it, or remove it and enter it anew.", path=path, why=error
        ) from None
    return {str(name): text for name, text in told.items()}


def keep_settings(folder: Path, told: Mapping[str, str]) -> None:
    """Writes the file anew, whole or not at all, for its owner's eyes; without settings there is none."""
    path = folder / FILE
    if not told:
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(prefix=f".{FILE}", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(dict(told))))
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Of several who change the file at once each sees what the one before has written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)
