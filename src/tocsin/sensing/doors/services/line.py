"""Doors of protocols whose frames come one after another over TCP: a coroutine for each line, which reads, waits for room in the
log, sleeps off its quota, and lets every answer wait until the readings are in the log.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tocsin.base.log_fields import bind
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.services.porch import Porch

if TYPE_CHECKING:
    from tocsin.sensing.devices.policy import Policy
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.gatehouse import Gatehouse
    from tocsin.sensing.doors.services.loading import KnownDevice
    from tocsin.sensing.doors.services.strangers import Stranger

READ_BYTES = 16_384
ANSWER_S = 30.0  # for a device to take its answers from the line
KEEPER_S = 0.2  # between two looks whether the keeper has room
STALLED_S = 3.0  # the end of a frame is never so far behind its beginning


class LineLimits(Protocol):
    """How long a line may be silent, and how many there may be."""

    @property
    def login_within_s(self) -> float: ...

    @property
    def silence_s(self) -> float: ...

    @property
    def connections(self) -> int: ...


class Speech[Found](Protocol):
    """What is said on one line: bytes into frames, frames into readings and answers."""

    def feed(self, data: bytes) -> Iterable[Found | Fault]:
        """The frames that are whole now, and what is none."""

    def stalled(self) -> Iterable[Found | Fault]:
        """The end of a frame has not come for `STALLED_S`: what stands behind its beginning, if it was none."""

    def end(self) -> Fault | None:
        """The line has ended: what is left of a frame."""

    async def take(self, found: Found) -> bool:
        """One frame; False where the line ends because nobody has proved who they are."""


@dataclass(frozen=True)
class LineKind[Found]:
    """What tells one protocol from another: its names, its limits, and who speaks on a line of it.

    Until a device has proved who it is, a line may bring `unproved_bytes`: modems say other things before the first frame.
    """

    name: str
    title: str
    variable: str
    unproved_bytes: int
    limits: Callable[["Policy"], LineLimits]
    speech: Callable[["Line[Found]"], Speech[Found]]
    refuse: Callable[["DoorSettings"], None]


class LineDoor[Found]:
    """All lines of one protocol in this process. `messages` counts the frames that a known device sent."""

    def __init__(self, kind: LineKind[Found], log: logging.Logger) -> None:
        self.kind = kind
        self.messages = 0
        self.porch = Porch(kind.name, kind.title, kind.variable, log)
        self._lines: set[Line[Found]] = set()

    async def open(self, gatehouse: "Gatehouse", configuration: "DoorSettings") -> None:
        """See `Door.open`."""
        self.gatehouse = gatehouse
        self.kind.refuse(configuration)
        await self.porch.open(gatehouse, configuration, self._protocol, self._sweep)

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self.porch.stop_accepting()
        for line in self._lines:
            line.stop_reading()

    async def close(self) -> None:
        """See `Door.close`."""
        self.porch.close()
        await asyncio.gather(*(line.end() for line in list(self._lines)))

    @property
    def limits(self) -> LineLimits:
        """Those in force."""
        return self.kind.limits(self.gatehouse.policy)

    def admit(self, stranger: "Stranger") -> bool:
        """Somebody has proved who they are; False where too many have."""
        self.porch.strangers.forget(stranger)
        return len(self._lines) - len(self.porch.strangers) <= self.limits.connections

    def _protocol(self, stranger: "Stranger") -> asyncio.StreamReaderProtocol:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            stranger.leave = writer.transport.abort
            line = Line(self, stranger, reader, writer)
            self._lines.add(line)
            try:
                await line.serve()
            finally:
                self._lines.discard(line)
                self.porch.strangers.forget(stranger)

        return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=READ_BYTES), serve)

    def _sweep(self, now_s: float) -> None:
        self.porch.end_late(now_s, self.limits.login_within_s)


class Line[Found]:
    """One TCP connection. Each frame proves itself, so that a station that collects may send for many."""

    def __init__(
        self, door: LineDoor[Found], stranger: "Stranger", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._door, self._stranger = door, stranger
        self.gatehouse = door.gatehouse
        self._reader, self._writer = reader, writer
        self._loop = asyncio.get_running_loop()
        self.address = str((writer.get_extra_info("peername") or ("unknown",))[0])
        self.latest = ""  # the device of the frame before: a broken one is most likely its
        self._task = asyncio.current_task()
        self._kept = 0  # the keeper's position of its last message of which something could not be read
        self._unproved = 0  # bytes without a login
        self._heard_s = self._loop.time()
        self._is_stopping = False
        self._speech = door.kind.speech(self)

    @property
    def now_s(self) -> float:
        """The loop's time."""
        return self._loop.time()

    async def serve(self) -> None:
        """Reads until the device leaves, is silent for too long, or proves nothing."""
        title = self._door.kind.title
        try:
            while not self._is_stopping and await self._hear():
                async with asyncio.timeout(ANSWER_S):
                    await self._writer.drain()
                await self._wait_for_room()
            if self.latest and (fault := self._speech.end()) and not self._is_stopping:
                self.set_aside(self.latest, [fault])
        except TimeoutError:
            self.complain(logging.INFO, f"a connection of {title} from %s was silent for too long", self.address)
        except OSError as error:
            self.complain(logging.INFO, f"a connection of {title} from %s was lost: %s", self.address, error)
        finally:
            self._writer.close()

    def stop_reading(self) -> None:
        """Reads no more; answers still go out."""
        self._is_stopping = True
        transport = self._writer.transport
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.pause_reading()

    async def end(self) -> None:
        """Closes the line, whatever it waits for."""
        self._writer.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def admit(self, device: "KnownDevice") -> bool:
        """Somebody has proved who they are; False where the door has no room for them."""
        if not self.latest and not self._door.admit(self._stranger):
            self.complain(logging.WARNING, f"{self._door.kind.title} from %s refused: too many connections", self.address)
            return False
        self.latest = device.code
        bind(device=device.code)
        return True

    async def took(self, device: "KnownDevice", readings: int, faults: list[Fault], answer: bytes, kept: int = 0) -> None:
        """One frame has been read: counted, answered when its readings are in the log and what could not be read is kept (up to
        the keeper's position), and charged to the device's quota.
        """
        self._kept = max(self._kept, kept)
        self._door.messages += 1
        self.gatehouse.ledger.count(device.code, 1, door=self._door.kind.name)
        if faults:
            self.set_aside(device.code, faults)
        self.gatehouse.intake.tell(partial(self.gatehouse.keeper.tell, self._kept, partial(self.say, answer)))
        wait_s = self.gatehouse.charge(self._door.kind.name, device, max(1, readings), self.now_s)
        if wait_s:
            await asyncio.sleep(wait_s)

    def say(self, answer: bytes) -> None:
        """Writes to the device, if it is still there."""
        if answer and not self._writer.transport.is_closing():
            self._writer.write(answer)

    def set_aside(self, code: str, faults: list[Fault]) -> None:
        """Counts one message of which something could not be kept."""
        self.gatehouse.ledger.count(code, 0, rejected=1)
        for fault in faults:
            self.gatehouse.ledger.set_aside(code, self._door.kind.name, fault)

    def complain(self, level: int, text: str, *values: object) -> None:
        """A log line that anybody outside can cause: one in a while."""
        self._door.porch.complain(level, text, *values)

    async def _hear(self) -> bool:
        """Takes what comes next; False where the line ends."""
        data = await self._read()
        if data == b"":
            return False
        frames = self._speech.stalled() if data is None else self._speech.feed(data)
        self._unproved += 0 if self.latest or data is None else len(data)
        for found in frames:
            if isinstance(found, Fault):
                if self.latest:
                    self.set_aside(self.latest, [found])
            elif not await self._speech.take(found):
                return False
        return bool(self.latest) or self._unproved <= self._door.kind.unproved_bytes

    async def _read(self) -> bytes | None:
        """What comes next, nothing at the end; None where nothing came for a moment."""
        left_s = self._heard_s + self._door.limits.silence_s - self.now_s
        try:
            async with asyncio.timeout(min(STALLED_S, max(0.0, left_s))):
                data = await self._reader.read(READ_BYTES)
        except TimeoutError:
            if left_s <= STALLED_S:
                raise
            return None
        self._heard_s = self.now_s
        return data

    async def _wait_for_room(self) -> None:
        while self.gatehouse.intake.is_full and not self._is_stopping:
            room = asyncio.Event()
            self.gatehouse.intake.hold_back(room.set)
            await room.wait()
        while self.gatehouse.keeper.is_full and not self._is_stopping:
            await asyncio.sleep(KEEPER_S)
