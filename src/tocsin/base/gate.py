"""A gate before costly work on what strangers send: few at once in a process, one for each person, and a bounded wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tocsin.base.errors import Unavailable


class Gate:
    """Lets `at_once` through; who comes later waits `wait_s` for a place and is then told to come again.

    Whoever has a place gets no second one beside it, so that one person's heap of files holds nobody else back.
    """

    def __init__(self, at_once: int, wait_s: float, busy: Unavailable) -> None:
        self.at_once, self.wait_s, self._busy = at_once, wait_s, busy
        self._free = threading.Condition()
        self._held: list[object] = []

    def enter(self, owner: object) -> None:
        """Takes a place for `owner` (None: nobody in particular); Unavailable, in the gate's words, where none comes free."""
        with self._free:
            if not self._free.wait_for(lambda: self._has_room(owner), self.wait_s):
                raise Unavailable(*self._busy.args)
            self._held.append(owner)

    def leave(self, owner: object) -> None:
        """Gives the place back."""
        with self._free:
            self._held.remove(owner)
            self._free.notify_all()

    @contextmanager
    def held(self, owner: object) -> Iterator[None]:
        """A place for as long as the block lasts."""
        self.enter(owner)
        try:
            yield
        finally:
            self.leave(owner)

    def _has_room(self, owner: object) -> bool:
        return len(self._held) < self.at_once and (owner is None or owner not in self._held)


FOREIGN_FILES: Final = Gate(
    at_once=2, wait_s=5.0, busy=Unavailable("Many files are being read just now: send this one again in a moment.")
)
"""Before every picture, workbook and table that a person sends: one gate for each process."""
