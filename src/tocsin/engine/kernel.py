"""The one way to compile a loop: a typed wrapper of Numba whose cache on disk knows all of the engine's sources.

Numba looks only at the file of the outermost function when it decides whether cached machine code is stale. A kernel here
is composed of functions from many files, so the folder of the cache carries a stamp of them all: an edited detector is
always compiled anew. The cache lives under NUMBA_CACHE_DIR (the processes put it under the data folder), else in the
user's cache folder.

Numba itself is loaded when the first kernel is called, which is half a second of every start: pages, doors and commands that call
none do without. Processes that will call one load it before anybody waits (`load_compiler`).
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

_BLAS = "scipy.linalg.cython_blas"


def _stamp_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        status = path.stat()
        digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()[:16]


def _folder() -> Path | None:
    """Where machine code of these sources is kept; None where it can't be."""
    try:
        user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin" / "numba"
        folder = Path(os.environ.get("NUMBA_CACHE_DIR") or user_cache) / _stamp_of_sources()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or a folder that can't be made
        return None
    return folder


def _open_cache(numba: Any) -> bool:
    """Points Numba at the folder of these sources; False where nothing can be written, and then each process compiles."""
    folder = _folder()
    if folder is None:
        return False
    numba.config.CACHE_DIR = str(folder)
    return os.access(folder, os.W_OK)


def is_cold() -> bool:
    """Whether no machine code of these sources is kept yet, so that the first who calls a kernel compiles for seconds."""
    folder = _folder()
    return folder is None or next(folder.rglob("*.nbi"), None) is None


@cache
def load_compiler() -> tuple[Any, bool]:
    """Numba, and whether what it compiles is kept on disk."""
    with _without_linear_algebra():
        import numba
        import numba.np.arraymath  # loaded with the first kernel anyway, and it is what asks

    return numba, _open_cache(numba)


@contextmanager
def _without_linear_algebra() -> Iterator[None]:
    """Meanwhile an empty module stands for SciPy's BLAS, which Numba only asks whether it is there: a third of its own start and
    15 MB that no kernel needs. One that multiplies matrices still finds the real one, since Numba looks it up when it is called.
    """
    if _BLAS in sys.modules:
        yield
        return
    sys.modules[_BLAS] = ModuleType(_BLAS)
    try:
        yield
    finally:
        del sys.modules[_BLAS]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """While another process holds the name, this one waits; where nothing can be kept there is nothing to wait for."""
    numba, cached = load_compiler()
    with ExitStack() as held:
        if cached:
            with suppress(OSError):  # a full disk keeps nobody from judging
                lock = held.enter_context((Path(numba.config.CACHE_DIR) / f"{name}.lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Compiled:
    """A function that Numba takes over when it is first called, from Python or from another one."""

    def __init__(self, function: Callable[..., Any], *, kept: bool = False, **options: Any) -> None:
        update_wrapper(self, function)
        self._function, self._kept, self._options = function, kept, options
        self._is_ready = False

    def __call__(self, *given: Any) -> Any:
        if self._kept and not self._is_ready:
            return self._first_call(*given)
        return self._dispatcher(*given)

    def _first_call(self, *given: Any) -> Any:
        """Of processes that begin together one compiles, and the others read what it kept.

        A process takes this lock before Numba's own and never the other way round, so that nobody waits in a circle.
        """
        dispatcher = self._dispatcher
        with _alone(f"{self._function.__module__}.{self._function.__qualname__}"):
            done = dispatcher(*given)
        self._is_ready = True
        return done

    @cached_property
    def _dispatcher(self) -> Any:
        numba, cached = load_compiler()
        return numba.njit(cache=cached and self._kept, **self._options)(self._function)

    @property
    def _numba_type_(self) -> Any:
        """How Numba asks what a name in a kernel stands for."""
        return self._dispatcher._numba_type_


_OUTER: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_INNER: Final[dict[str, Any]] = {**_OUTER, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compiles at the first call, keeps the machine code on disk, lets other Python threads run meanwhile.

    Divisions follow IEEE 754 (x/0 is infinite), and no fast-math: the same readings give the same bits as plain Python.
    """
    compiled: Any = _Compiled(function, kept=True, **_OUTER)
    return cast("Callable[P, R]", compiled)


def part[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A function that a kernel calls at every turn: always compiled into its caller."""
    compiled: Any = _Compiled(function, forceinline=True, **_INNER)
    return cast("Callable[P, R]", compiled)


def aside[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A function that kernels call now and then: compiled once, beside them, to keep the way of every day short."""
    compiled: Any = _Compiled(function, **_INNER)
    return cast("Callable[P, R]", compiled)
