"""Tests, and where the bytecode of their processes is kept."""

import os
import sys
import tempfile
from pathlib import Path


def keep_bytecode() -> None:
    """Where PYTHONDONTWRITEBYTECODE is set, each of the many processes that tests start would compile all libraries anew: they
    keep what they compiled, but in a folder of their own.
    """
    folder = Path(tempfile.gettempdir()) / f"tocsin-test-bytecode-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if sys.dont_write_bytecode and sys.pycache_prefix is None and folder.stat().st_uid == os.getuid():
        del os.environ["PYTHONDONTWRITEBYTECODE"]
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
        sys.dont_write_bytecode = False


if os.environ.get("PYTHONDONTWRITEBYTECODE"):
    keep_bytecode()
