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
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker
                os.link(draft, path)
        finally:
            Path(draft).unlink()
    return path.read_bytes()
