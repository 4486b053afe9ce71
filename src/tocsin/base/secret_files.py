"""Secrets that an installation makes for itself, once, whoever of its processes comes first."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """What stands in the file, readable by its owner only; made where there is none.

    Of several processes that come at once one makes it and all read that: the file is there whole, or not at all. OSError where
    the folder can't be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _draft(path, make())
        try:
            with suppress(FileExistsError):  # another process was quicker
                path.hardlink_to(draft)
        finally:
            draft.unlink()
        _sync(path.parent)
    return path.read_bytes()


def replace_secret_file(path: Path, content: bytes) -> None:
    """The file holds something else from now on: readers see the one or the other, whole, also when the power fails."""
    _draft(path, content).replace(path)
    _sync(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
