"""The first use of a type by msgspec, one thread after the other: then any number of threads may decode it.

msgspec builds what it knows of a Struct or dataclass when that is decoded first. Building runs Python, so that other threads get
their turn. One that begins the same type then, with a garbage collection between the two, ended the worker with SIGSEGV (0.22),
whose loops read the same policy at the same moment. What is built once stays with the type.
"""

import threading
from typing import Any, Final, overload

import msgspec

_building: Final = threading.RLock()  # a type may be decoded while another one's annotations are read
_built: Final[set[Any]] = set()


@overload
def convert[T](value: object, kind: type[T], *, strict: bool = True) -> T: ...
@overload
def convert(value: object, kind: Any, *, strict: bool = True) -> Any: ...
def convert(value: object, kind: Any, *, strict: bool = True) -> Any:
    """The value as that type, as `msgspec.convert`; safe where several threads begin with a type at once.

    >>> convert(["1"], list[int], strict=False)
    [1]
    """
    return msgspec.convert(value, prepared(kind), strict=strict)


def prepared[T](kind: T) -> T:
    """The same type, of which msgspec has built all that it needs; TypeError for one that it knows no way to decode."""
    if kind not in _built:
        with _building:
            msgspec.msgpack.Decoder(kind)
            _built.add(kind)
    return kind
