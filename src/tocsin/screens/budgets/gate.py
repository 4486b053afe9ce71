"""The gate before costly work: few at once in a process, fewer for one owner, a bounded number that waits a bounded time."""

import threading
from collections import Counter
from enum import StrEnum

import msgspec


class GateLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many work and wait at once, in all and of one owner, and how long one waits."""

    at_once: int
    of_one: int
    waiting: int
    waiting_of_one: int
    wait_s: float


class Entry(StrEnum):
    """What became of a wish to enter."""

    IN = "in"
    TOO_MANY_OF_ONE = "too_many_of_one"  # the owner's own heap
    FULL = "full"  # others are at work


class Gate:
    """One for each process; all its limits are arguments, so that a changed policy holds at once."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._working: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    def enter(self, owner: str, limits: GateLimits, *, patient: bool = True) -> Entry:
        """Takes a place, after a wait where it must be; `patient=False` takes one beyond the limits instead of waiting."""
        with self._turn:
            if patient and not self._has_room(owner, limits):
                if self._waiting[owner] >= limits.waiting_of_one:
                    return Entry.TOO_MANY_OF_ONE
                if self._waiting.total() >= limits.waiting or not self._wait(owner, limits):
                    return Entry.TOO_MANY_OF_ONE if self._working[owner] >= limits.of_one else Entry.FULL
            self._working[owner] += 1
            return Entry.IN

    def leave(self, owner: str) -> None:
        """Gives the place back."""
        with self._turn:
            self._working[owner] -= 1
            self._working += Counter()  # owners without work are dropped
            self._turn.notify_all()

    @property
    def working(self) -> int:
        """How many are at work."""
        return self._working.total()

    def _wait(self, owner: str, limits: GateLimits) -> bool:
        self._waiting[owner] += 1
        try:
            return self._turn.wait_for(lambda: self._has_room(owner, limits), limits.wait_s)
        finally:
            self._waiting[owner] -= 1
            self._waiting += Counter()

    def _has_room(self, owner: str, limits: GateLimits) -> bool:
        return self._working.total() < limits.at_once and self._working[owner] < limits.of_one
