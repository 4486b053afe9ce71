"""Readings wait here for the history: written in large steps, beside the judging, each reading once."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

import numpy as np

from tocsin.engine.columns import Readings
from tocsin.sensing.face import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FLUSH_S = 5.0
HASTE_S = 1.0
FLUSH_ROWS = 500_000
FULL_ROWS = 4_000_000
COMPACT_S = 60.0


class HistoryWriter:
    """Collects batches with their versions and appends them in the background, one append at a time.

    What the history already holds is not added: after a restart the same batches come again.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self.resolution: NDArray[np.float64] = np.zeros(0)  # by sensor index, 0 where none is known
        self._waiting: list[Readings] = []
        self._rows = 0
        self._version = self._written = history.last_version()
        self._task: asyncio.Task[None] | None = None
        self._flushed_at = time.monotonic()
        self._flush_at = self._flushed_at + FLUSH_S
        self._compact_at = time.monotonic() + COMPACT_S

    @property
    def is_full(self) -> bool:
        """Whether reading must wait until the history has caught up."""
        return self._rows >= FULL_ROWS

    def last_version(self) -> int:
        """Version up to which the history is on disk."""
        return self._written

    def add(self, version: int, readings: Readings) -> None:
        """Takes the readings of one log message; versions rise."""
        if version > self._version:
            self._waiting.append(readings)
            self._rows += len(readings)
            self._version = version

    def flush_when_due(self) -> None:
        """Begins an append when enough waits, or has waited long enough, and none is running."""
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
        due = time.monotonic() >= self._flush_at or self._rows >= FLUSH_ROWS
        if self._task is None and self._waiting and due:
            self._task = asyncio.create_task(self._append())

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
        await asyncio.to_thread(self._history.append, readings, version=version, resolution=self.resolution)
        self._written = version
        if time.monotonic() >= self._compact_at:
            self._compact_at = time.monotonic() + COMPACT_S
            await asyncio.to_thread(self._history.compact)
