"""The one way to compile a loop: a typed wrapper of Numba whose cache on disk knows all of the engine's sources.

Numba looks only at the file of the outermost function when it decides whether cached machine code is stale. A kernel here
is composed of functions from many files, so the folder of the cache carries a stamp of them all: an edited detector is
always compiled anew. The cache lives under NUMBA_CACHE_DIR (the processes put it under the data folder), else in the
user's cache folder.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba


def _stamp_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        status = path.stat()
        digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()[:16]


def _open_cache() -> bool:
    """Points Numba at the folder of these sources; False where nothing can be written, and then each process compiles."""
    try:
        user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin" / "numba"
        folder = Path(os.environ.get("NUMBA_CACHE_DIR") or user_cache) / _stamp_of_sources()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or a folder that can't be made
        return False
    settings: Any = numba.config
    settings.CACHE_DIR = str(folder)
    return os.access(folder, os.W_OK)


_CACHED = _open_cache()
_INNER: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compiles at the first call, keeps the machine code on disk, lets other Python threads run meanwhile.

    Divisions follow IEEE 754 (x/0 is infinite), and no fast-math: the same readings give the same bits as plain Python.
    """
    compiled: Callable[P, R] = numba.njit(cache=_CACHED, nogil=True, error_model="numpy")(function)
    return compiled


def part[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A function that a kernel calls at every turn: always compiled into its caller."""
    compiled: Callable[P, R] = numba.njit(forceinline=True, **_INNER)(function)
    return compiled


def aside[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A function that kernels call now and then: compiled once, beside them, to keep the way of every day short."""
    compiled: Callable[P, R] = numba.njit(**_INNER)(function)
    return compiled
