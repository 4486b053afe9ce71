"""Spans of work, for whoever has set up a place to which they are told; without one they cost a call each and nothing is loaded.

Names and attributes are ours (`docs/logs.md`); who keeps and sends spans is installed by the process (`portal.telemetry`). Where
a chain goes on in another process, its place is handed on as text, the `traceparent` of W3C Trace Context.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

from tocsin.base.log_fields import Fields

type Attribute = str | int | float | bool


class Tracer(Protocol):
    """Who keeps spans."""

    def span(
        self, name: str, attributes: dict[str, Attribute], *, parent: str, links: tuple[str, ...], quiet: bool
    ) -> AbstractContextManager[None]:
        """A span within the block, below `parent` where it names a place, else below the one that is open here."""

    def tell(self, attributes: dict[str, Attribute]) -> None:
        """More of the span that is open here."""

    def here(self) -> str:
        """The place of the span that is open here; empty where none is."""

    def end(self) -> None:
        """Sends what has not been sent, within a moment."""


_tracer: Tracer | None = None
_NO_SPAN: Final = nullcontext()


def install(tracer: Tracer | None) -> None:
    """Spans of this process are told to it from here on; None: to nobody."""
    global _tracer
    _tracer = tracer


def is_on() -> bool:
    """Whether anybody is told."""
    return _tracer is not None


def span(
    name: str, *, parent: str = "", links: Iterable[str] = (), quiet: bool = False, **attributes: Attribute
) -> AbstractContextManager[None]:
    """A span within the block. An exception that leaves it marks it as failed.

    `parent`: a place from elsewhere; `links`: places that it goes on from, too. A `quiet` one is told only where another began
    within it or it failed: a loop that found nothing to do says nothing.
    """
    if _tracer is None:
        return _NO_SPAN
    return _tracer.span(name, attributes, parent=parent, links=tuple(filter(None, links)), quiet=quiet)


def here() -> str:
    """The place of the span that is open here, to be handed on; empty where nobody is told."""
    return "" if _tracer is None else _tracer.here()


def tell(**attributes: Attribute) -> None:
    """More of the span that is open here, known only now."""
    if _tracer is not None:
        _tracer.tell(attributes)


def trace_fields() -> Fields:
    """For the lines of the log: the trace and the span that are open here, in 32 and 16 hexadecimal digits."""
    place = here()
    if not place:
        return {}
    _version, trace, found, _flags = place.split("-")
    return {"trace": trace, "span": found}


def end_tracing() -> None:
    """Before the process ends."""
    if _tracer is not None:
        _tracer.end()
