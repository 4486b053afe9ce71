"""Messages that a device sends for a subject above: on `tocsin/<device code>/<topic>`, with the topics of the catalogue. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.base.errors import TocsinError


@dataclass(frozen=True)
class HandedMessage:
    """A message of the device of this code that proved who it is, as it came."""

    code: str
    door: str
    topic: str
    content: bytes
    arrived_at: datetime

    @property
    def size(self) -> int:
        """Bytes that it takes while it waits."""
        return 200 + len(self.content)


@dataclass(frozen=True)
class RefusedPart:
    """What of a message was not taken: where it is wrong and how to mend it, and what was there."""

    why: TocsinError
    sample: str


@dataclass(frozen=True)
class TakenMessage:
    """What became of a message. `is_full`: whoever takes it asks for none for some seconds; this one is taken all the same."""

    refused: tuple[RefusedPart, ...] = ()
    is_full: bool = False


type TakeMessages = Callable[[Sequence[HandedMessage]], Sequence[TakenMessage]]
"""Takes messages in the caller's transaction and answers each; it raises for none that a device may send."""


def topic_of(topic: str, code: str) -> str | None:
    """The last part of a device's own topic; None where it is another's.

    >>> topic_of("tocsin/well-7/events", "well-7"), topic_of("tocsin/well-8/events", "well-7")
    ('events', None)
    """
    own = f"tocsin/{code}/"
    return topic.removeprefix(own) if topic.startswith(own) else None
