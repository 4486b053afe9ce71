"""The folder of a platform: what may lie in it is decided by what it is, never followed, and read to a bounded length."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tocsin.base.storable import storable
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.rules.records import MOST_BYTES

MOST_FILES: Final = 200  # of one round; the others wait for the next, so that the next platform has its turn
FORMS: Final = {".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}


def folder_of(name: str) -> Path:
    """Where a platform lays its files."""
    return settings.CONFIGURATION.data / "platforms" / name


def waiting_files(name: str) -> list[Path]:
    """What waits under a known ending, the oldest first; links and special files among them, to be refused in words.

    Who writes a file under another ending first and renames it is never read by halves.
    """
    folder = folder_of(name) / "in"
    if folder.is_symlink() or not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        known = [one for one in entries if Path(one.name).suffix.lower() in FORMS]
        found = [(one.stat(follow_symlinks=False).st_mtime, one.path) for one in known]
    return [Path(path) for _at, path in sorted(found)[:MOST_FILES]]


def read_waiting(path: Path) -> bytes:
    """The bytes of a plain file; Unreadable for a link, a pipe, a folder or the like, and for one that is too long."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENXIO, errno.EACCES):
            raise
        if error.errno == errno.EACCES:
            raise Unreadable(gettext_noop("the file must not be read by the service: give it the right to read")) from None
        raise Unreadable(_NO_FILE) from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise Unreadable(_NO_FILE)
    with os.fdopen(opened, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(gettext_noop("the file is longer than %(bytes)s bytes: lay it in parts"), bytes=MOST_BYTES)
    return content


_NO_FILE: Final = gettext_noop("this is a link, a pipe or a folder and was not followed: lay a plain file")


def put_away(path: Path, folder: Path, reasons: str) -> None:
    """Moves what was read beside what was there before under its name, with the reasons in a file of its own."""
    target = folder / path.name
    number = 1
    while os.path.lexists(target):
        target = folder / f"{path.stem}-{number}{path.suffix}"
        number += 1
    path.rename(target)
    if reasons:
        beside = target.with_suffix(f"{target.suffix}.reasons.txt")
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(storable(reasons))
