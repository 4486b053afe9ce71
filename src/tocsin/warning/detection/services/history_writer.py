"""Readings wait here for the history: written in large steps, beside the judging, each reading once."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from django.db import DatabaseError, close_old_connections

from tocsin.base.errors import Unavailable
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.sensing.face import Contradiction, History, contradictions, record_contradictions

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FLUSH_S = 5.0
HASTE_S = 1.0
FLUSH_ROWS = 500_000
FULL_ROWS = 4_000_000
COMPACT_S = 60.0
JUST_NOW_MS = 60_000  # who sends twice within it corrects itself, or had no acknowledgement


class HistoryWriter:
    """Collects batches with their versions and appends them in the background, one append at a time.

    What the history already holds is not added: after a restart the same batches come again. Files are merged beside the appends,
    in a thread of its own, so that no append waits for it; where several write side by side, by one of them (`merges`).
    """

    def __init__(self, history: History, clock: Clock, *, merges: bool = True) -> None:
        self._history, self._clock = history, clock
        self.resolution: NDArray[np.float64] = np.zeros(0)  # by sensor index, 0 where none is known
        self._waiting: list[Readings] = []
        self._rows = 0
        self._version = self._written = self._settled = history.last_version()
        self._newest_ms: NDArray[np.int64] = np.zeros(0, np.int64)  # by sensor index, 0 where nothing has been heard yet
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history-merge")
        self._merging: asyncio.Future[int] | None = None
        self._flushed_at = time.monotonic()
        self._flush_at = self._flushed_at + FLUSH_S
        self._compact_at = time.monotonic() + COMPACT_S if merges else float("inf")

    @property
    def is_full(self) -> bool:
        """Whether reading must wait until the history has caught up."""
        return self._rows >= FULL_ROWS

    def last_version(self) -> int:
        """Version of the newest append that is on disk."""
        return self._written

    @property
    def settled(self) -> int:
        """Version up to which nothing is left to be written: of the newest append, or behind it of messages without readings."""
        return self._settled

    def has_taken(self, version: int) -> bool:
        """Whether the messages up to this version are in the history or wait here for it."""
        return self._version >= version

    def begin_behind(self, version: int) -> None:
        """Up to this version nothing is left to be written: what comes again of it is not added."""
        self._version = self._settled = max(self._version, version)

    def add(self, version: int, readings: Readings) -> None:
        """Takes the readings of one log message, perhaps none; versions rise."""
        if version > self._version:
            self._version = version
            if len(readings):
                self._waiting.append(readings)
                self._rows += len(readings)
            elif not self._waiting and self._task is None:
                self._settled = version

    def flush_when_due(self) -> None:
        """Begins an append when enough waits, or has waited long enough, and none is running."""
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
        due = time.monotonic() >= self._flush_at or self._rows >= FLUSH_ROWS
        if self._task is None and self._waiting and due:
            self._task = asyncio.create_task(self._append())
        self._merge_when_due()

    def _merge_when_due(self) -> None:
        """A merge that fails is told and comes again: nothing is lost by it."""
        if self._merging is not None and self._merging.done():
            if (error := self._merging.exception()) is not None:
                log.error("merging the history's files failed and is tried again: %s", error)
            self._merging = None
        if self._merging is None and time.monotonic() >= self._compact_at:
            self._compact_at = time.monotonic() + COMPACT_S
            compact = partial(self._history.compact, in_turns=True)
            self._merging = asyncio.get_running_loop().run_in_executor(self._thread, compact)

    def hasten(self) -> None:
        """Lets the next append begin at once, though not more than once a second: somebody is about to ask for these readings."""
        self._flush_at = min(self._flush_at, self._flushed_at + HASTE_S)

    async def flush(self) -> None:
        """Returns when everything that waits now is on disk."""
        if self._task is not None:
            await self._task
            self._task = None
        if self._waiting:
            await self._append()

    async def _append(self) -> None:
        waiting, version = self._waiting, self._version
        self._waiting, self._rows = [], 0
        self._flushed_at = time.monotonic()
        self._flush_at = self._flushed_at + FLUSH_S
        readings = Readings.concatenate(waiting)
        found = await asyncio.to_thread(self._find_contradictions, readings)
        await asyncio.to_thread(self._history.append, readings, version=version, resolution=self.resolution)
        self._written = self._settled = version
        if found:
            await asyncio.to_thread(self._tell, found)

    def _find_contradictions(self, readings: Readings) -> list[Contradiction]:
        """What is said anew of moments longer ago than just now. Few readings are late at all, and only those are compared."""
        if not len(readings):
            return []
        highest = int(readings.sensor.max())
        if highest >= len(self._newest_ms):
            self._newest_ms = np.concatenate([self._newest_ms, np.zeros(highest + 1 - len(self._newest_ms), np.int64)])
        newest = self._newest_ms[readings.sensor]
        is_old = readings.ts < self._clock.now_ms() - JUST_NOW_MS
        late = readings.take(is_old & ((newest == 0) | (readings.ts <= newest)))
        np.maximum.at(self._newest_ms, readings.sensor, readings.ts)
        try:
            return contradictions(self._history, late, self.resolution) if len(late) else []
        except Unavailable as error:
            log.warning("%d late readings were not compared with the history: %s", len(late), error)
            return []

    def _tell(self, found: list[Contradiction]) -> None:
        close_old_connections()
        try:
            record_contradictions(found=found, now=self._clock.now())
        except DatabaseError as error:
            log.warning("contradictions of %d sensors were not counted: %s", len(found), error)
