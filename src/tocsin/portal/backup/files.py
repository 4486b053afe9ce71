"""Folders copied file by file, for the eyes of their owner only."""

import contextlib
import shutil
from pathlib import Path


def copy_folder(source: Path, target: Path, *, without: tuple[str, ...] = ()) -> None:
    """Every file below `source`, but the entries named in `without`; modes are those of this process's umask.

    One that is gone before it is copied was a draft: it got its name, and a row that names it, later.
    """
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.name in without:
            continue
        if entry.is_dir():
            copy_folder(entry, target / entry.name)
        else:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(entry, target / entry.name)
