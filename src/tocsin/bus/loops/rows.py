"""The rows of the tables of loops."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import Connection
from tocsin.bus.threads import OwnThread

type Step = Callable[[], Awaitable[object]]
"""One round of a loop: anything true says that more waits."""


@dataclass(frozen=True)
class Hands:
    """What the driver lends to a loop that holds something open: the bus, a thread with a database, and a way to be woken."""

    bus: Connection | None
    thread: OwnThread
    wake: Callable[[], None]

    @property
    def connection(self) -> Connection:
        """The bus; Unavailable where the loops run without one."""
        if self.bus is None:
            raise Unavailable("these loops run without a bus")
        return self.bus


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every loop says of itself.

    A loop is looked at every `period_s` (of the judging clock with `by_clock`), at once while its round says that more waits, and
    at once when a table of one of the models in `wakes_on` was written, but not before `rest_s` after the round before. With a
    `lease_s` one worker at a time runs it; without, as many as there are, since its rows are leased or its rounds may be
    done twice. What an `urgent` one writes waits behind no other writer (`tocsin.bus.turns`), and while a round of one is under
    way those that are not begin none (`tocsin.bus.loops.lane`).
    """

    name: str
    period_s: float
    by_clock: bool = False
    wakes_on: tuple[str, ...] = ()
    rest_s: float = 0.05
    lease_s: float = 0.0
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Loop(Row):
    """Calls `work(now=...)` with the judging clock's time, in a thread; `due` says in how many seconds time alone brings work."""

    work: Callable[..., object]
    due: Callable[[], float | None] | None = None


@dataclass(frozen=True, kw_only=True)
class LogLoop(Row):
    """Hands what a stream brings behind `position` to `work(entries)`, up to `batch` entries at once, in a thread.

    `position` reads how far the database has come; the work writes it with its effects, so that a worker that dies begins again
    exactly behind what is in the database.
    """

    stream: str
    position: Callable[[], int]
    work: Callable[[Sequence[tuple[int, bytes]]], object]
    batch: int = 200
    period_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class BusLoop(Row):
    """Opens something, does rounds with it, and closes it when the loop ends or fails."""

    opens: Callable[[Hands], AbstractAsyncContextManager[Step]]


def seconds_until(moment: datetime | None, *, by_machine: bool = False) -> float | None:
    """How long the machine waits until the judging clock (or its own) shows that moment; None where there is no moment."""
    if moment is None:
        return None
    clock = settings.CONFIGURATION.clock
    if by_machine:
        return (moment - timezone.now()).total_seconds()
    return float((moment - clock.now()).total_seconds() / max(clock.speed, 1e-6))
