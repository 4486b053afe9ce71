"""The data folder is its owner's alone: what is made in it, the folder itself, and what an earlier start left open."""

import logging
import os
import stat
from pathlib import Path

from tocsin.base.errors import Conflict

log = logging.getLogger(__name__)

PRIVATE_UMASK = 0o077
OTHERS = 0o077  # what group and others may do
MARKS = ("secret_key", "tocsin.sqlite3", "bus", "history", "detector")
"""Of a folder with one of them Tocsin says that it is its own."""


def keep_files_private() -> None:
    """What this process and its children make from now on is for their own user only."""
    os.umask(PRIVATE_UMASK)


def private_folder(folder: Path) -> Path:
    """The folder, which nobody but its owner enters: made so, or mended with all that is in it.

    Conflict, with how to mend it, for one that others may enter and that is not ours to change: it belongs to somebody else, or
    holds what Tocsin did not put there.
    """
    keep_files_private()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if not found.st_mode & OTHERS:
        return folder
    if os.geteuid() not in (found.st_uid, 0):
        raise Conflict(f"others may enter {folder}, and it is not this user's: its owner mends that with `chmod 700 {folder}`")
    if found.st_mode & stat.S_ISVTX or not _is_ours(folder):
        raise Conflict(
            f"others may enter {folder}, and it holds what is not Tocsin's: name a folder of its own by TOCSIN_DATA, "
            f"or close it with `chmod 700 {folder}`"
        )
    folder.chmod(0o700)  # first: nobody comes in while the rest is mended
    count = _close_all(folder)
    log.warning("others could read %s: it and %d entries in it are closed now; change what they may have copied", folder, count)
    return folder


def _is_ours(folder: Path) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    return not names or bool(names.intersection(MARKS))


def _close_all(folder: Path) -> int:
    """Takes from group and others what they may do with anything below the folder; says of how much. Links are not followed."""
    count = 0
    for _path, folders, files, handle in os.fwalk(folder):
        for name in (*folders, *files):
            mode = os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode
            if not stat.S_ISLNK(mode) and mode & OTHERS:
                os.chmod(name, stat.S_IMODE(mode) & ~OTHERS, dir_fd=handle)
                count += 1
    return count
