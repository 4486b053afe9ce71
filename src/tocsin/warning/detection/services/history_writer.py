"""Readings wait here for the history: written in large steps, beside the judging, each reading once."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db import DatabaseError, close_old_connections

from tocsin.base.errors import Unavailable
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.sensing.face import Contradiction, History, contradictions, record_contradictions, record_history_wait

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FLUSH_S = 5.0
HASTE_S = 1.0
FLUSH_ROWS = 500_000
FULL_ROWS = 4_000_000
COMPACT_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0  # between tries of a history that can't be written
JUST_NOW_MS = 60_000  # who sends twice within it corrects itself, or had no acknowledgement


@dataclass
class Batch:
    """Readings on their way into the history, whole or not at all; `parts` with the versions of their messages."""

    parts: list[tuple[int, Readings]]
    version: int
    contradictions: list[Contradiction] | None = None  # None: not yet looked for


class HistoryWriter:
    """Collects batches with their versions and appends them in the background, one append at a time.

    What the history already holds is not added: after a restart the same batches come again. Files are merged beside the appends,
    in a thread of its own, so that no append waits for it; where several write side by side, by one of them (`merges`).

    An append may take seconds and has a thread of its own too: leases and memories of a detector wait for none.

    A history that can't be written (a full disk, a store out of reach) is waited for: the batch in hand is tried again until it
    is taken, and the judging goes on meanwhile (`waits_since`). What comes when no more can be held here is let go, since the
    log has it: then the log is to be read again once the history takes readings (`has_fallen_behind`).
    """

    def __init__(self, history: History, clock: Clock, *, merges: bool = True) -> None:
        self._history, self._clock = history, clock
        self.resolution: NDArray[np.float64] = np.zeros(0)  # by sensor index, 0 where none is known
        self._waiting: list[tuple[int, Readings]] = []
        self._rows = 0
        self._batch: Batch | None = None
        self._version = self._written = self._settled = 0
        self._is_known = self._look()
        self._newest_ms: NDArray[np.int64] = np.zeros(0, np.int64)  # by sensor index, 0 where nothing has been heard yet
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history-merge")
        self._appender = ThreadPoolExecutor(1, thread_name_prefix="history-append")
        self._merging: asyncio.Future[int] | None = None
        self._flushed_at = time.monotonic()
        self._flush_at = self._flushed_at + FLUSH_S
        self._compact_at = time.monotonic() + COMPACT_S if merges else float("inf")
        self._pause_s = FIRST_PAUSE_S
        self._is_behind = False
        self._is_told = False  # that it waits
        self.waits_since: datetime | None = None

    def _look(self) -> bool:
        """Whether the history says how far it has come."""
        try:
            self._version = self._written = self._settled = self._history.last_version()
        except Unavailable as error:
            log.warning("%s; judging begins without it", error)
            return False
        return True

    @property
    def is_full(self) -> bool:
        """Whether reading must wait until the history has caught up."""
        return self._rows >= FULL_ROWS

    @property
    def has_fallen_behind(self) -> bool:
        """Whether the history takes readings again after some were let go here."""
        return self._is_behind and self.waits_since is None

    def last_version(self) -> int:
        """Version of the newest append that is known to be on disk."""
        return self._written

    def assume_written(self, version: int) -> None:
        """What was known of the history before, as long as it does not say so itself."""
        if not self._is_known:
            self._written = version

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
            if self._is_behind:
                return
            if len(readings):
                self._waiting.append((version, readings))
                self._rows += len(readings)
            elif not self._waiting and self._batch is None:
                self._settled = version

    def flush_when_due(self) -> None:
        """Begins an append when enough waits, or has waited long enough, and none is running."""
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
        now = time.monotonic()
        due = now >= self._flush_at or (self._rows >= FLUSH_ROWS and self.waits_since is None)
        if self._task is None and (self._waiting or self._batch) and due:
            self._task = asyncio.create_task(self._append())
        self._merge_when_due()

    def _merge_when_due(self) -> None:
        """A merge that fails is told and comes again: nothing is lost by it."""
        if self._merging is not None and self._merging.done():
            if (error := self._merging.exception()) is not None:
                log.error("merging the history's files failed and is tried again: %s", error)
            self._merging = None
        if self._merging is None and time.monotonic() >= self._compact_at and self.waits_since is None:
            self._compact_at = time.monotonic() + COMPACT_S
            self._merging = asyncio.get_running_loop().run_in_executor(self._thread, self._compact)

    def hasten(self) -> None:
        """Lets the next append begin at once, though not more than once a second: somebody is about to ask for these readings."""
        if self.waits_since is None:
            self._flush_at = min(self._flush_at, self._flushed_at + HASTE_S)

    async def flush(self) -> None:
        """Returns when everything that waits now is on disk, or after one try where the history can't be written."""
        if self._task is not None:
            await self._task
            self._task = None
        while self.waits_since is None and (self._waiting or self._batch):
            await self._append()

    async def make_room(self) -> None:
        """Where no more can be held: waits for the history, or lets go what the log has while it can't be written."""
        await self.flush()
        if self.waits_since is not None and self.is_full:
            log.warning("%d readings that wait for the history are let go, to be read from the log again", self._rows)
            self._waiting, self._rows, self._is_behind = [], 0, True

    async def _append(self) -> None:
        self._flushed_at = time.monotonic()
        self._flush_at = self._flushed_at + FLUSH_S
        if self._batch is None:
            self._batch = Batch(self._waiting, self._version)
            self._waiting, self._rows = [], 0
        batch = self._batch
        try:
            await asyncio.get_running_loop().run_in_executor(self._appender, self._write, batch)
        except Unavailable as error:
            is_first = self.waits_since is None
            self._wait(error)
            if is_first:
                await asyncio.to_thread(self._tell_of_waiting, self.waits_since)
            return
        if self.waits_since is not None:
            log.warning("the history takes readings again; they waited since %s", self.waits_since.isoformat(timespec="seconds"))
        self._batch, self.waits_since, self._pause_s = None, None, FIRST_PAUSE_S
        self._written = max(self._written, batch.version)
        self._settled = max(self._settled, batch.version)
        if self._is_told:
            await asyncio.to_thread(self._tell_of_waiting, None)
        if batch.contradictions:
            await asyncio.to_thread(self._tell, batch.contradictions)

    def _wait(self, error: Unavailable) -> None:
        """What can't be written stays in hand; told once, and tried again after a pause that grows."""
        if self.waits_since is None:
            self.waits_since = self._clock.now()
            log.error("readings wait for the history, and alarms go on: %s", error)
        self._flush_at = time.monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _write(self, batch: Batch) -> None:
        """Conflict where another has written what is not in hand here."""
        close_old_connections()
        if not self._is_known or self.waits_since is not None:  # what seemed to fail may have arrived
            self._written, self._is_known = max(self._written, self._history.last_version()), True
        if batch.version <= self._written:
            return
        readings = Readings.concatenate([readings for version, readings in batch.parts if version > self._written])
        if batch.contradictions is None:
            batch.contradictions = self._find_contradictions(readings)
        self._history.append(readings, version=batch.version, resolution=self.resolution)

    def _tell_of_waiting(self, since: datetime | None) -> None:
        close_old_connections()
        try:
            record_history_wait(writer=self._history.writer, since=since)
            self._is_told = since is not None
        except DatabaseError as error:
            log.warning("that the history of %s waits, or no longer does, was not written down: %s", self._history.writer, error)

    def _compact(self) -> int:
        close_old_connections()
        return self._history.compact(in_turns=True)

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
