"""What a line of the log is about, bound once where it becomes known: request, loop, device, alarm.

Fields live in a context variable: what is bound in a task or thread is seen by whatever it calls, and by nobody beside it. They
are names and ids of ours, never a secret and nothing of a person.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypedDict, Unpack


class Fields(TypedDict, total=False):
    """All that may be bound; each stands under its name in a line of JSON."""

    request: str
    loop: str
    case: str
    alarm: str
    device: str
    sensor: str
    trace: str
    span: str


FIELDS: Final = frozenset(Fields.__annotations__)
_NOTHING: Final[Mapping[str, object]] = {}
_bound: ContextVar[Mapping[str, object]] = ContextVar("log_fields", default=_NOTHING)


def log_fields() -> Mapping[str, object]:
    """What is bound here."""
    return _bound.get()


def bind(**fields: Unpack[Fields]) -> None:
    """Binds further fields for the rest of this task.

    >>> with bound(loop="diagnose-alarms"):
    ...     bind(alarm="7")
    ...     dict(log_fields())
    {'loop': 'diagnose-alarms', 'alarm': '7'}
    >>> dict(log_fields())
    {}
    """
    _bound.set({**_bound.get(), **fields})


def bind_only(**fields: Unpack[Fields]) -> None:
    """Binds these and forgets all others: a thread begins something new."""
    _bound.set({**fields})


@contextmanager
def bound(**fields: Unpack[Fields]) -> Iterator[None]:
    """Binds further fields within the block."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)
