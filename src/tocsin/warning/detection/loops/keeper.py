"""The partitions that this process judges, each in a loop of its own.

A loop is begun when the partition's lease is taken, and ended when it is lost or given up.
"""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.db import OperationalError, close_old_connections

from tocsin.base.time import Clock
from tocsin.bus.connection import Connection
from tocsin.bus.loops.leases import worker_name
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.engine.detection.partition import Partition
from tocsin.sensing.face import record_history_wait
from tocsin.warning.detection.loops.detector import DetectionLoop, FallenBehind, RegistryShelf, Tenure
from tocsin.warning.detection.services.holding import Holding, give_up, hold_share, lease_seconds, leave
from tocsin.warning.detection.services.layout import read_count, writer_of

log = logging.getLogger(__name__)

LOOKS_IN_A_LEASE = 3  # so often is a lease held on in its length
LOOK_S = 1.0  # how often a process that could take over looks for what is free
JUST_BEHIND_S = 0.02  # so long behind the end of another's leases it looks whether they are held on


@dataclass
class Judged:
    """One partition under way."""

    partition: Partition
    tenure: Tenure
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether its loop has ended."""
        return self.task is not None and self.task.done()


class Keeper:
    """Judges this process's share of the partitions, and takes over those of others that die."""

    def __init__(self, connection: Connection, *, folder: Path, clock: Clock, process: str = "") -> None:
        self._connection, self._folder, self._clock = connection, folder, clock
        self._process = process or worker_name()
        self._shelf = RegistryShelf()
        self._judged: dict[Partition, Judged] = {}
        self._lease_s = 0.0
        self._has_all = False
        self._others_until = float("inf")  # of the machine's running time: see `Holding`
        self._told = ""

    @property
    def judges(self) -> list[Partition]:
        """What this process judges now."""
        return sorted(self._judged)

    async def run(self, stop: asyncio.Event) -> None:
        """Judges until `stop` is set, then writes down everything and leaves it to others. What ends a loop is raised here."""
        stopping = asyncio.create_task(stop.wait())
        async with own_thread("judge", urgent=True) as thread:
            try:
                self._lease_s = await thread(lease_seconds)
                while not stop.is_set():
                    await self._look(thread)
                    tasks = [one.task for one in self._judged.values() if one.task is not None]
                    await asyncio.wait([stopping, *tasks], timeout=self._pause(), return_when=asyncio.FIRST_COMPLETED)
                    self._raise_what_ended()
            finally:
                stopping.cancel()
                await self._end_all()
                with contextlib.suppress(OperationalError):  # then the leases end by themselves
                    await thread(leave, process=self._process)

    def _pause(self) -> float:
        others_until_s = self._others_until - time.monotonic()
        return pause_until_next_look(self._lease_s, has_all=self._has_all, others_until_s=others_until_s)

    async def _look(self, thread: OwnThread) -> None:
        """Holds on, takes, gives up. While the database does not answer, what is held is judged until its lease is over."""
        await self._let_go(thread)
        began = time.monotonic()
        try:
            count = await thread(read_count, self._folder)
            holding = await thread(hold_share, process=self._process, judges=self.judges, count=count)
            is_same = await thread(read_count, self._folder) == count
        except OperationalError as error:
            log.warning("the leases of this detector can't be held on: %s", error)
            self._has_all = False
            return
        until, self._others_until = began + self._lease_s, time.monotonic() + holding.others_until_s
        for judged in self._judged.values():
            judged.tenure.until = 0.0 if judged.partition in holding.lost else until
        self._follow(holding)
        if not is_same:  # dealt out anew in between: not one of these is any longer
            await thread(give_up, process=self._process, judged=holding.taken)
            return
        for partition in holding.taken:
            judged = self._judged[partition] = Judged(partition, Tenure(until))
            judged.task = asyncio.create_task(self._judge(judged), name=f"partition {partition}")
        self._has_all = len(self._judged) == count
        self._tell()

    def _follow(self, holding: Holding) -> None:
        for partition in holding.lost:
            log.warning("another process judges partition %s", partition)
            judged = self._judged.pop(partition)
            if judged.task is not None:
                judged.task.cancel()
        for partition in holding.surplus:
            self._judged[partition].stop.set()  # it writes down everything first

    async def _let_go(self, thread: OwnThread) -> None:
        """Gives up those that have been written down."""
        over = [one for one in self._judged.values() if one.stop.is_set() and one.is_over]
        for judged in over:
            del self._judged[judged.partition]
        if over:
            await thread(give_up, process=self._process, judged=[one.partition for one in over])

    async def _judge(self, judged: Judged) -> None:
        while not judged.stop.is_set():
            loop = await asyncio.to_thread(self._loop_of, judged)  # a large memory is not read in a moment
            try:
                await loop.run(judged.stop)
            except FallenBehind as error:
                log.warning("partition %s begins again: %s", judged.partition, error)

    def _loop_of(self, judged: Judged) -> DetectionLoop:
        close_old_connections()
        record_history_wait(writer=writer_of(judged.partition), since=None)  # of who judged it before; it is told anew
        return DetectionLoop(
            self._connection,
            folder=self._folder,
            clock=self._clock,
            partition=judged.partition,
            tenure=judged.tenure,
            shelf=self._shelf,
        )

    def _raise_what_ended(self) -> None:
        for judged in self._judged.values():
            if judged.task is not None and judged.task.done():
                judged.task.result()

    def _tell(self) -> None:
        told = ", ".join(str(one) for one in self.judges) or "nothing: others do"
        if told != self._told:
            log.info("this process judges %s", told)
            self._told = told

    async def _end_all(self) -> None:
        for judged in self._judged.values():
            judged.stop.set()
        tasks = [one.task for one in self._judged.values() if one.task is not None]
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for task, outcome in zip(tasks, ended, strict=True):
            if isinstance(outcome, Exception):
                log.error("%s did not end in order: %r", task.get_name(), outcome)
        self._judged.clear()


def pause_until_next_look(lease_s: float, *, has_all: bool, others_until_s: float) -> float:
    """Seconds. Whoever judges all there is has nothing to take over; else it looks the moment another's leases may be over."""
    pause = lease_s / LOOKS_IN_A_LEASE
    return pause if has_all else max(JUST_BEHIND_S, min(pause, LOOK_S, others_until_s + JUST_BEHIND_S))
