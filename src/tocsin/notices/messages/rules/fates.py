"""The fate of a notice by its sendings, the wall between drill and real, and the caps."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from tocsin.notices.channels.rules.verdicts import Fate, Verdict

PENDING: Final = frozenset((Fate.QUEUED, Fate.SENDING, Fate.UNCERTAIN))
REACHED: Final = frozenset((Fate.SENT, Fate.DELIVERED, Fate.READ, Fate.SIGNED))  # or on its way there
HEARD: Final = frozenset((Fate.DELIVERED, Fate.READ, Fate.SIGNED))  # somebody has it: what a channel took is not told yet
OWN: Final = frozenset((Fate.READ, Fate.SIGNED, Fate.SUPERSEDED))  # a notice's own, not those of its sendings

_FROM_WORST: Final = (
    Fate.SUPERSEDED,
    Fate.FAILED,
    Fate.UNCERTAIN,
    Fate.QUEUED,
    Fate.SENDING,
    Fate.SENT,
    Fate.DELIVERED,
    Fate.READ,
    Fate.SIGNED,
)


SUMMARY: Final = "summary"  # many in place of a flood
REACHABILITY: Final = "reachability"  # the monthly drill
CHANNEL_TEST: Final = "channel_test"  # somebody tries whether a message reaches them
UPWARD: Final = "upward"  # told in place of somebody whom nobody could reach


def best_fate(fates: Iterable[Fate]) -> Fate:
    """The fate of a notice by its sendings: one that arrived counts, whatever became of the others.

    >>> best_fate([Fate.FAILED, Fate.SENT, Fate.QUEUED])
    <Fate.SENT: 'sent'>
    """
    return max(fates, key=_FROM_WORST.index, default=Fate.FAILED)


def better_fate(fate: Fate, other: Fate) -> Fate:
    """The farther of two: a receipt that comes late takes nothing back."""
    return max(fate, other, key=_FROM_WORST.index)


class Wall(StrEnum):
    """Whether a notice may reach somebody: the wall between what is practised and what is real."""

    OPEN = "open"
    NAMED = "named"  # the drill names the recipient
    NOT_NAMED = "not_named"


def wall(drill: Mapping[str, Any] | None, *, organisation_id: UUID | None, person_id: UUID | None) -> Wall:
    """Real notices reach everybody; those of a drill only whom it names. `drill`: its recipients, None for what is real.

    >>> wall({"organisations": [], "people": []}, organisation_id=None, person_id=None)
    <Wall.NOT_NAMED: 'not_named'>
    """
    if drill is None:
        return Wall.OPEN
    organisations, people = drill.get("organisations", ()), drill.get("people", ())
    named = str(organisation_id) in map(str, organisations) or str(person_id) in map(str, people)
    return Wall.NAMED if named else Wall.NOT_NAMED


class Room(StrEnum):
    """Whether one more may go to an address."""

    FREE = "free"
    FULL = "full"  # it waits for the summary


def room_for(*, lately: int, cap: int, capped: bool) -> Room:
    """`lately`: how many went to that address within the window of the cap."""
    return Room.FULL if capped and lately >= cap else Room.FREE


def fate_after(verdict: Verdict, *, urgent: bool, attempts: int, most: int, in_time: bool) -> Fate:
    """The fate of a sending after an attempt; QUEUED where another one follows.

    What is unknown is sent again only where it is urgent: twice told is better than not at all, and the text says so.
    """
    again = in_time and attempts < most
    if verdict is Verdict.TAKEN:
        return Fate.SENT
    if verdict is Verdict.DELIVERED:
        return Fate.DELIVERED
    if verdict is Verdict.LATER:
        return Fate.QUEUED if again else Fate.FAILED
    if verdict is Verdict.UNKNOWN:
        return Fate.QUEUED if urgent and again else Fate.UNCERTAIN
    return Fate.FAILED


def reached_in_time(fates: Collection[Fate], acceptable: frozenset[Fate]) -> bool:
    """Whether somebody answered a reachability drill: one of the acceptable fates."""
    return any(one in acceptable for one in fates)
