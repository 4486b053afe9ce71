"""What the doors count and set aside: collected here, written by a thread every second."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError

from tocsin.base.time import Clock
from tocsin.sensing.certificates.services.uses import Use, record_uses
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.services import traffic as quarantine
from tocsin.sensing.doors.services.traffic import Traffic
from tocsin.sensing.quarantine.services.asides import Aside

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

WRITE_EVERY_S = 1.0
MOST_ASIDE = 20_000  # (device, reason) pairs between two writes; each device has few, so this is never met in good faith


@dataclass
class _Counts:
    messages: int = 0
    rejected: int = 0
    door: str = ""


@dataclass
class Ledger:
    """Counters and quarantine of all doors. `dropped` tells how many faults found no place between two writes."""

    thread: ThreadPoolExecutor
    clock: Clock
    dropped: int = 0
    _counts: dict[str, _Counts] = field(default_factory=dict)
    _aside: dict[tuple[str, str], Aside] = field(default_factory=dict)
    _uses: dict[str, Use] = field(default_factory=dict)  # by fingerprint

    def count(self, code: str, messages: int, rejected: int = 0, *, door: str = "") -> None:
        """Messages heard from a device that proved who it is, how many of them held something that was set aside, and through
        which door they came.
        """
        counts = self._counts.get(code)
        if counts is None:
            counts = self._counts[code] = _Counts()
        counts.messages += messages
        counts.rejected += rejected
        counts.door = door or counts.door

    def use(self, use: Use) -> None:
        """A device has come in by a certificate that is good."""
        self._uses[use.facts.fingerprint] = use

    def set_aside(self, code: str, door: str, fault: Fault) -> None:
        """Keeps one fault, joined with those of the same device and reason. `code` is blank for who never proved who it is."""
        now = self.clock.now()
        key = (code, fault.reason.value)
        aside = self._aside.get(key)
        if aside is not None:
            self._aside[key] = aside.again(door, fault.why, fault.sample, now)
        elif len(self._aside) < MOST_ASIDE:
            self._aside[key] = Aside(code, fault.reason.value, door, fault.why, fault.sample, 1, now, now)
        else:
            self.dropped += 1

    async def keep_writing(self) -> None:
        """Runs until cancelled; what a failing database did not take is tried again with the next write."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Writes what has been collected."""
        await self._write_uses()
        counts, aside = self._counts, self._aside
        if not counts and not aside:
            return
        self._counts, self._aside = {}, {}
        now: datetime = self.clock.now()
        traffic = [Traffic(code, one.messages, one.rejected, now, one.door) for code, one in counts.items()]
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.thread, quarantine.record_traffic, traffic, list(aside.values()))
        except DatabaseError as error:
            log.warning("counters and quarantine wait for the database: %s", error)
            for code, one in counts.items():
                self.count(code, one.messages, one.rejected, door=one.door)
            for key, one_aside in aside.items():
                newer = self._aside.get(key)
                self._aside[key] = one_aside if newer is None else one_aside.joined(newer)

    async def _write_uses(self) -> None:
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self.thread, record_uses, list(uses.values()))
        except DatabaseError as error:
            log.warning("the use of certificates waits for the database: %s", error)
            self._uses = uses | self._uses
