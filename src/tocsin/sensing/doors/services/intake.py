"""From the doors to the log: all that was read since the last append goes in the next one, then everybody is told.

One append is under way at a time. Meanwhile the doors go on reading into the next batch, up to a limit; then they stop reading
from their sockets, and the network holds the senders back. A batch that the log did not acknowledge is sent again under the
same message id until it is in; its senders are told only then, so a door that dies leaves them unanswered and they send again.
"""

import asyncio
import logging
from collections.abc import Callable

from tocsin.base.errors import Unavailable
from tocsin.base.ids import new_id
from tocsin.base.tracing import span
from tocsin.bus.connection import Connection
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import LogPolicy
from tocsin.sensing.doors.rules.payload import Columns

log = logging.getLogger(__name__)

PACE_S = 0.005  # appends follow each other no closer: whoever reads the log pays for each message of it, not only for readings
RETRY_S = 0.2
COMPLAIN_EVERY_S = 30.0

Told = Callable[[], None]


class Intake:
    """The one way into the log. `columns` takes what the doors read; they replace nothing in it, they only add."""

    def __init__(self, connection: Connection, policy: LogPolicy, *, pace_s: float = PACE_S) -> None:
        self._connection = connection
        self._pace_s = pace_s
        self.policy = policy
        self._door = new_id().hex
        self._batches = 0
        self._waiting: list[Told] = []
        self._held_back: list[Told] = []
        self._work = asyncio.Event()
        self.columns = Columns()

    @property
    def is_full(self) -> bool:
        """Whether readers must stop until `hold_back` tells them to go on."""
        return len(self.columns) >= self.policy.readings_waiting

    def tell(self, told: Told) -> None:
        """`told` is called when everything that is in `columns` now is in the log."""
        self._waiting.append(told)
        self._work.set()

    def hold_back(self, go_on: Told) -> None:
        """`go_on` is called when there is room again."""
        self._held_back.append(go_on)

    async def run(self) -> None:
        """Takes batch after batch to the log until cancelled. What comes after a pause goes at once; of a stream a few
        milliseconds go together.
        """
        loop = asyncio.get_running_loop()
        began = float("-inf")
        while True:
            await self._work.wait()
            if not self.is_full:
                await asyncio.sleep(max(0.0, began + self._pace_s - loop.time()))
            began = loop.time()
            await self._take_batch()

    async def drained(self) -> None:
        """Returns when everything that has been read so far is in the log and its senders are told."""
        done = asyncio.Event()
        self.tell(done.set)
        await done.wait()

    async def _take_batch(self) -> None:
        self._work.clear()
        columns, waiting = self.columns, self._waiting
        self.columns, self._waiting = Columns(), []
        held_back, self._held_back = self._held_back, []
        for go_on in held_back:
            go_on()
        readings = columns.readings()
        step = self.policy.readings_per_append
        for start in range(0, len(readings), step):
            self._batches += 1
            await self._append(readings.take(slice(start, start + step)), f"{self._door}-{self._batches}")
        for told in waiting:
            told()

    async def _append(self, readings: Readings, message_id: str) -> None:
        """Returns when the log has it, however long that takes."""
        loop = asyncio.get_running_loop()
        complained = float("-inf")
        while True:
            try:
                with span("readings appended", readings=len(readings)):
                    await self._connection.publish_readings(readings, message_id=message_id)
                return
            except Unavailable as error:
                if loop.time() - complained >= COMPLAIN_EVERY_S:
                    complained = loop.time()
                    log.warning("%d readings wait for the log; no sender is told that they arrived: %s", len(readings), error)
            await asyncio.sleep(RETRY_S)
