"""Services that warn, their messages and what becomes of them; a chain of messages is one warning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from tocsin.jurisdiction.rights.rules import Permission

SEE: Final[Permission] = "warnings.see"
OVER: Final = "over"  # why nothing is asked any longer: the warning is over,
OUTSIDE: Final = "outside"  # or its area shrank
ANSWER: Final[Permission] = "warnings.draft"  # acknowledges for the desk, looks at what was refused
MANAGE: Final[Permission] = "channels.manage"  # registers services
WORK: Final[Permission] = "orders.work"  # acknowledges for the body that owns what lies in the area
PUSH: Final[Permission] = "warnings.push"  # sends messages, by a token that is bound to its service

KINDS: Final = ("weather", "quake", "flood", "mine", "city", "other")
WAYS: Final = ("pull", "push")
type Kind = Literal["weather", "quake", "flood", "mine", "city", "other"]
type Way = Literal["pull", "push"]

UNSIGNED: Final = "unsigned"
CLOCK: Final = "clock"
"""Verdict of our own beside those of `cap check`: sent in the future, or so long ago that no clock explains it."""
NO_PLACE: Final = "no_place"
"""Verdict of our own: no polygon, circle or code that is known says where."""
CHANGED: Final = "changed"
"""Verdict of our own: sender, identifier and time are those of a message that is kept, the bytes are others."""


class MessageState(StrEnum):
    """What became of a message that came in."""

    TAKEN = "taken"  # it is part of a warning
    SET_ASIDE = "set_aside"  # good, and nothing for us: elsewhere, over, an acknowledgement
    QUARANTINED = "quarantined"  # refused: not followed, kept with its reason


class IncomingState(StrEnum):
    """How a warning stands."""

    IN_FORCE = "in_force"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Link:
    """A message of a chain as far as it decides how the chain stands."""

    id: UUID
    msg_type: str
    sent: datetime
    expires: datetime | None
    refers_to: frozenset[str] = frozenset()  # "sender identifier" of earlier messages
    name: str = ""  # its own "sender identifier"
    holds_here: bool = True  # no: an update that was set aside, since what it says holds elsewhere, or was over when it came


@dataclass(frozen=True)
class ChainVerdict:
    """How a chain stands, and the message whose words are shown (None where nothing has come that holds here)."""

    state: IncomingState
    newest: UUID | None


def judge_chain(links: Iterable[Link], now: datetime) -> ChainVerdict:
    """The newest message that no other one replaces says what holds, in whatever order they came. A cancel ends for good what it
    names and whatever was sent before it; an update that does not hold here ends the warning here.

    >>> from datetime import UTC, timedelta
    >>> from uuid import UUID
    >>> noon = datetime(2026, 1, 3, 12, tzinfo=UTC)
    >>> clear = Link(UUID(int=2), "Cancel", noon, None, frozenset({"w 1"}), "w 2")
    >>> judge_chain([clear], noon)
    ChainVerdict(state=<IncomingState.CANCELLED: 'cancelled'>, newest=None)
    """
    rows = sorted(links, key=lambda one: (one.sent, one.name, one.id))
    warns = [one for one in rows if one.msg_type != "Cancel"]
    replaced = {name for one in rows for name in one.refers_to}
    standing = [one for one in warns if one.name not in replaced] or warns
    newest = standing[-1] if standing else None
    spoken = [one for one in standing if one.holds_here] or [one for one in warns if one.holds_here]
    words = spoken[-1].id if spoken else None
    clears = [one for one in rows if one.msg_type == "Cancel"]
    if clears and (newest is None or newest.name in replaced or newest.sent <= clears[-1].sent):
        return ChainVerdict(IncomingState.CANCELLED, words)
    if newest is not None and newest.expires is not None and newest.expires <= now:
        return ChainVerdict(IncomingState.EXPIRED, words)
    if newest is not None and not newest.holds_here:
        return ChainVerdict(IncomingState.CANCELLED, words)
    return ChainVerdict(IncomingState.IN_FORCE, words)
