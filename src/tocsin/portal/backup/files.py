"""Folders copied file by file, for the eyes of their owner only."""

import logging
import os
import shutil
from pathlib import Path

from tocsin.base.errors import Conflict

log = logging.getLogger(__name__)


def copy_folder(source: Path, target: Path, *, without: tuple[str, ...] = ()) -> None:
    """Every file below `source`, but the entries named in `without`; modes are those of this process's umask.

    No link is followed: what lies elsewhere is not part of the folder, and may be another's. Conflict for one at the top, where
    somebody who operates this put it; deeper down it is left out and the log says so, as are pipes and sockets. A file that is
    gone before it is copied was a draft: it got its name, and a row that names it, later.
    """
    for entry in source.iterdir():
        if entry.name not in without and entry.is_symlink():
            raise Conflict(f"{entry} is a link, which no backup follows: mount the other place there (`mount --bind`)")
    _copy(source, target, without)


def _copy(source: Path, target: Path, without: tuple[str, ...]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.name in without:
            continue
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file() or not entry.exists()):
            log.warning("left out of the copy, as it is a link or no file: %s", entry)
        elif entry.is_dir():
            _copy(entry, target / entry.name, ())
        else:
            _copy_file(entry, target / entry.name)


def _copy_file(source: Path, target: Path) -> None:
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)  # it may have become a link since it was looked at
    except FileNotFoundError:
        return
    with os.fdopen(handle, "rb") as file, target.open("wb") as copy:
        shutil.copyfileobj(file, copy, 1 << 20)
