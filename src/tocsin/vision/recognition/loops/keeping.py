"""Processes that look at frames: as many as cameras with sources need, none where there is none, restarted when they end."""

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from tocsin.base.children import start_child
from tocsin.bus.loops.rows import BusLoop, Hands, Loop, Step
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import groups_of, sources_to_work
from tocsin.vision.recognition.rules.sources import FetchFault
from tocsin.vision.recognition.services.own.measuring import measuring
from tocsin.vision.recognition.services.own.using import forget_own_models

log = logging.getLogger(__name__)

CHILD: Final = "tocsin.vision.recognition.loops.child"
END_S: Final = 5.0


class Processes:
    """One process for each group of cameras. A process ends with whoever holds its standard input.

    `keep` and `close` may be called from two threads: after `close` none is started any more.
    """

    def __init__(self) -> None:
        self._running: dict[tuple[UUID, ...], subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def keep(self, groups: Sequence[Sequence[UUID]]) -> None:
        """Ends those of groups that are no more, starts what is missing or has ended."""
        with self._lock:
            if not self._closed:
                self._keep({tuple(group) for group in groups})

    def close(self) -> None:
        """Ends all for good: waits for a `keep` that is at work, so that no process comes after."""
        with self._lock:
            self._closed = True
            self._end(list(self._running))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._running)

    def _keep(self, wanted: set[tuple[UUID, ...]]) -> None:
        self._end([one for one in self._running if one not in wanted])
        for group in wanted:
            process = self._running.get(group)
            if process is not None and process.poll() is None:
                continue
            if process is not None:
                log.warning("the process of %d cameras ended with code %s and starts again", len(group), process.returncode)
                self._end([group])
            command = [sys.executable, "-m", CHILD, *(str(one) for one in group)]
            self._running[group] = start_child(command, stdin=subprocess.PIPE, start_new_session=True)

    def _end(self, groups: Sequence[tuple[UUID, ...]]) -> None:
        """Their standard input closes, and whoever does not heed that is killed."""
        ending = [self._running.pop(one) for one in groups]
        for process in ending:
            if process.stdin is not None:
                process.stdin.close()
        for process in ending:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def groups_now() -> list[list[UUID]]:
    """The cameras of each process; those for which there is none are told as waiting."""
    fetching = recognition_policy().fetching
    groups, left = groups_of(sources_to_work(), fetching.cameras_a_process, fetching.processes)
    CameraSource.objects.filter(camera__in=left).exclude(fault=FetchFault.WAITS).update(fault=FetchFault.WAITS, fault_detail="")
    return groups


@asynccontextmanager
async def keeping_processes(hands: Hands) -> AsyncIterator[Step]:
    """Looks after the processes while the loop lives; they end with it."""
    processes = Processes()

    async def step() -> bool:
        groups = await hands.thread(groups_now)
        await asyncio.to_thread(processes.keep, groups)
        return False

    try:
        yield step
    finally:
        await asyncio.shield(asyncio.to_thread(processes.close))


LOOPS = (
    BusLoop(
        name="keep-camera-processes",
        opens=keeping_processes,
        period_s=5.0,
        wakes_on=("vision.CameraSource",),
        rest_s=2.0,
        lease_s=15.0,
    ),
    BusLoop(
        name="measure-own-models",
        opens=measuring,
        period_s=10.0,
        wakes_on=("vision.OwnModelVersion",),
        rest_s=0.5,
        lease_s=120.0,
    ),
    Loop(name="forget-own-models", work=forget_own_models, period_s=3600.0, by_clock=True, lease_s=300.0),
)
