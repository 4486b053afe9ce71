"""Dealing the sensors out to another number of partitions: an act of who operates the installation, while no detector runs.

All old partitions judge up to one and the same sequence of the log. Their memories are joined and divided, and the new ones
written beside the old ones; the history is told, under the old names and the new ones, up to where it has come, so that nobody
who was left behind can add to it. Then one file changes the number. Broken off before, the old partitions go on as if nothing had
been; after, the new ones do.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic

from django.db import OperationalError, transaction

from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.base.time import Clock
from tocsin.bus.connection import Connection
from tocsin.bus.loops.leases import worker_name
from tocsin.bus.streams import READINGS
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.engine.columns import Readings
from tocsin.engine.detection.partition import Partition, divide, join, partitions
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit
from tocsin.sensing.face import History, place_of
from tocsin.warning.detection.loops.detector import DetectionLoop, Tenure
from tocsin.warning.detection.services.holding import hold_all, lease_seconds, leave
from tocsin.warning.detection.services.layout import (
    MOST_PARTITIONS,
    read_count,
    read_memories,
    snapshot_path,
    write_count,
    writer_of,
)
from tocsin.warning.detection.services.snapshot import Snapshot, write_snapshot


async def deal_out(
    connection: Connection, *, folder: Path, clock: Clock, count: int, say: Callable[[str], None] = lambda line: None
) -> int:
    """Deals the sensors out to `count` partitions; returns the sequence of the log from behind which the new ones judge.

    InvalidInput for a number that can't be; Conflict, and nothing is changed, where a detector runs or there are so many already.
    """
    if not 1 <= count <= MOST_PARTITIONS:
        raise InvalidInput(f"there can be 1 to {MOST_PARTITIONS} partitions, not {count}")
    before = await asyncio.to_thread(read_count, folder)
    if before == count:
        raise Conflict(f"the sensors are dealt out to {count} partitions already")
    async with own_thread("deal", urgent=True) as thread, _all_of(thread, before) as (tenure, lost):
        _first, last = await connection.sequences(READINGS)
        for one in partitions(before):
            say(f"partition {one}: judges up to {last}")
            loop = await asyncio.to_thread(_loop_of, connection, folder, clock, one, tenure)
            await loop.run(lost, until=last)
        if not tenure.holds():
            raise Unavailable("the leases of the partitions could not be held: nothing was changed, begin again")
        await asyncio.to_thread(divide_memories, folder, last, count)
        await thread(_note, before, count, last)
    return last


def divide_memories(folder: Path, position: int, count: int) -> None:
    """The memories of all partitions, which stand at one position, as those of `count` partitions. The last step counts."""
    old = read_memories(folder)
    late = [str(one) for one, known in old if known.position != position or known.history_settled != position]
    if late:
        raise Unavailable(f"partitions {', '.join(late)} did not get as far as {position}: nothing was changed, begin again")
    offset = max(known.history_offset for _, known in old)
    new = partitions(count)
    states = divide(join([known.state for _, known in old]), count)
    unexplained = [condition for _, known in old for condition in known.unexplained]
    for one, state in zip(new, states, strict=True):
        snapshot = Snapshot(
            position=position,
            history_offset=offset,
            history_settled=position,
            history_written=offset + position,
            state=state,
            unexplained=sorted(condition for condition in unexplained if one.has(condition[0])),
        )
        write_snapshot(snapshot_path(folder, one), snapshot)
    for one in (*(each for each, _ in old), *new):
        history = History(place_of(folder), writer=writer_of(one))
        if history.last_version() < offset + position:
            history.append(Readings.empty(), version=offset + position)
    write_count(folder, count)
    for one, _ in old:
        snapshot_path(folder, one).unlink(missing_ok=True)


@transaction.atomic
def _note(before: int, count: int, position: int) -> None:
    details = {"before": before, "position": position}
    record_audit(system_actor(), "partitions.dealt", "partitions", str(count), EVERYWHERE, details)


def _loop_of(connection: Connection, folder: Path, clock: Clock, partition: Partition, tenure: Tenure) -> DetectionLoop:
    return DetectionLoop(connection, folder=folder, clock=clock, partition=partition, tenure=tenure)


@contextlib.asynccontextmanager
async def _all_of(thread: OwnThread, count: int) -> AsyncIterator[tuple[Tenure, asyncio.Event]]:
    """The leases on all partitions until the block ends, and an event for their loss; Conflict where another judges one."""
    process, lease_s = worker_name(), await thread(lease_seconds)
    tenure, lost = Tenure(0.0), asyncio.Event()

    async def hold() -> None:
        began = monotonic()
        await thread(hold_all, process=process, count=count)
        tenure.until = began + lease_s

    async def hold_on() -> None:
        try:
            while True:
                await asyncio.sleep(lease_s / 3)
                await hold()
        except (Conflict, OperationalError):
            tenure.until = 0.0
            lost.set()

    try:
        await hold()
        holding = asyncio.create_task(hold_on())
        try:
            yield tenure, lost
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)
    finally:
        await thread(leave, process=process)
