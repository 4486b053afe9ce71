"""The HJ 212 door: loggers over TCP, all editions on one port; an answer 9014 means that the readings are in the log."""

import asyncio
import logging
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.sensing.doors.rules import hj212
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.hj212_frames import Frame, Splitter
from tocsin.sensing.doors.rules.payload import add_measured
from tocsin.sensing.doors.rules.settings import refuse_in_clear
from tocsin.sensing.doors.services.gatehouse import ClosedError, Gatehouse
from tocsin.sensing.doors.services.listener import Listener
from tocsin.sensing.doors.services.strangers import Complaints, Stranger, Strangers
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.registry import KnownDevice

log = logging.getLogger(__name__)

NAME = "hj212"
READ_BYTES = 16_384
SWEEP_S = 0.5
ANSWER_S = 30.0  # for a logger to take its answers from the line
MOST_UNPROVED_BYTES = 20_000  # by then a frame with a right password must have come; modems say other things before it


class Hj212Door:
    """All HJ 212 connections of this process. `messages` counts the frames that a known device sent."""

    def __init__(self) -> None:
        self.messages = 0
        self._connections: set[Connection] = set()
        self._listener: Listener | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._complaints = Complaints(log)

    async def open(self, gatehouse: Gatehouse, configuration: "DoorSettings") -> None:
        """See `Door.open`."""
        self._gatehouse = gatehouse
        host, port = configuration.door_hosts[NAME], configuration.door_ports[NAME]
        mend = (
            "HJ 212 knows no encryption: set TOCSIN_HJ212_HOST=127.0.0.1 and bring the loggers in through a VPN or a TLS tunnel"
        )
        refuse_in_clear(configuration, NAME, mend)
        self.strangers = Strangers(gatehouse.policy.strangers)
        self._listener = Listener(self.strangers, self._protocol, None)
        try:
            await self._listener.open(host, port)
        except OSError as error:
            raise Unavailable(
                f"the HJ 212 door can't open {host}:{port} ({error}); name another port by TOCSIN_HJ212_PORT"
            ) from error
        self._sweeping = asyncio.create_task(self._sweep())
        log.info("HJ 212 door open on %s:%d", host, port)

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        if self._listener is not None:
            self._listener.close()
        for connection in self._connections:
            connection.stop_reading()

    async def close(self) -> None:
        """See `Door.close`."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        await asyncio.gather(*(connection.end() for connection in list(self._connections)))

    def _protocol(self, stranger: Stranger) -> asyncio.StreamReaderProtocol:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            stranger.leave = writer.transport.abort
            connection = Connection(self, self._gatehouse, stranger, reader, writer)
            self._connections.add(connection)
            try:
                await connection.serve()
            finally:
                self._connections.discard(connection)
                self.strangers.forget(stranger)

        return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=READ_BYTES), serve)

    def admit(self, stranger: Stranger) -> bool:
        """Somebody has proved who they are; False where too many have."""
        self.strangers.forget(stranger)
        return len(self._connections) - len(self.strangers) <= self._gatehouse.policy.hj212.connections

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.strangers.policy = self._gatehouse.policy.strangers
            limit_s = asyncio.get_running_loop().time() - self._gatehouse.policy.hj212.login_within_s
            if late := self.strangers.end_late(limit_s):
                self.complain(logging.WARNING, "%d HJ 212 connections sent no login in time and were closed", late)

    def complain(self, level: int, text: str, *values: object) -> None:
        """A log line that anybody outside can cause: one in a while."""
        self._complaints.tell(asyncio.get_running_loop().time(), level, text, *values)


class Connection:
    """One logger's line. Each frame proves itself, so that a station that collects may send for many."""

    def __init__(
        self,
        door: Hj212Door,
        gatehouse: Gatehouse,
        stranger: Stranger,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._door, self._gatehouse, self._stranger = door, gatehouse, stranger
        self._reader, self._writer = reader, writer
        self._loop = asyncio.get_running_loop()
        self._address = str((writer.get_extra_info("peername") or ("unknown",))[0])
        self._splitter = Splitter()
        self._readers: dict[str, hj212.Reader] = {}
        self._latest = ""  # the device of the frame before: a broken one is most likely its
        self._task = asyncio.current_task()
        self._unproved = 0  # bytes without a login
        self._is_stopping = False

    async def serve(self) -> None:
        """Reads until the logger leaves, is silent for too long, or proves nothing."""
        try:
            while not self._is_stopping:
                async with asyncio.timeout(self._gatehouse.policy.hj212.silence_s):
                    data = await self._reader.read(READ_BYTES)
                if not data:
                    break
                self._unproved += 0 if self._latest else len(data)
                for found in self._splitter.feed(data):
                    if not await self._take(found):
                        return
                if not self._latest and self._unproved > MOST_UNPROVED_BYTES:
                    return
                async with asyncio.timeout(ANSWER_S):
                    await self._writer.drain()
                await self._wait_for_room()
            if self._latest and (fault := self._splitter.end()) and not self._is_stopping:
                self._set_aside(self._latest, [fault])
        except TimeoutError:
            self._door.complain(logging.INFO, "an HJ 212 connection from %s was silent for too long", self._address)
        except OSError as error:
            self._door.complain(logging.INFO, "an HJ 212 connection from %s was lost: %s", self._address, error)
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

    async def _take(self, found: Frame | Fault) -> bool:
        """One frame, or what is none; False where the connection ends."""
        if isinstance(found, Fault):
            if self._latest:
                self._set_aside(self._latest, [found])
            return True
        try:
            message = hj212.read_message(found.segment)
        except InvalidInput as error:
            return await self._take(Fault(Reason.UNREADABLE, error, found.segment[:SAMPLE_BYTES].decode("gb18030", "replace")))
        device = await self._login(message)
        if device is None:
            return bool(self._latest)
        await self._read(device, message, found)
        return True

    async def _login(self, message: hj212.Message) -> "KnownDevice | None":
        now_s = self._loop.time()
        try:
            device = await self._gatehouse.login_by_password(NAME, message.mn, message.password, self._address, now_s)
        except ClosedError:
            self._door.complain(logging.WARNING, "HJ 212 from %s refused: too many wrong passwords", self._address)
            return None
        if device is None:
            self._door.complain(logging.INFO, "HJ 212 from %s refused: wrong MN or PW", self._address)
        elif not self._latest and not self._door.admit(self._stranger):
            self._door.complain(logging.WARNING, "HJ 212 from %s refused: too many connections", self._address)
            return None
        return device

    async def _read(self, device: "KnownDevice", message: hj212.Message, found: Frame) -> None:
        """Into the columns; answered when they are in the log."""
        self._latest = device.code
        columns, times = self._gatehouse.intake.columns, self._gatehouse.times()
        before = len(columns)
        faults: list[Fault] = []
        if not found.length_fits:
            why = InvalidInput("its length is not what it tells; its checksum is right, so it was read all the same")
            faults.append(Fault(Reason.UNREADABLE, why, found.segment[:SAMPLE_BYTES].decode("gb18030", "replace")))
        for one in self._measurements(device, message):
            if isinstance(one, Fault):
                faults.append(one)
            else:
                add_measured(one.ts_ms, one.channel, one.value, one.quality, device.channels, times, columns, faults)
        self._door.messages += 1
        self._gatehouse.ledger.count(device.code, 1)
        if faults:
            self._set_aside(device.code, faults)
        self._gatehouse.intake.tell(partial(self._answer, hj212.reply_to(message) if message.wants_reply else b""))
        wait_s = self._gatehouse.charge(NAME, device, max(1, len(columns) - before), self._loop.time())
        if wait_s:
            await asyncio.sleep(wait_s)

    def _measurements(self, device: "KnownDevice", message: hj212.Message) -> Iterator[hj212.Measured | Fault]:
        """Of the message; without the figures that nobody has registered and nobody need."""
        reader = self._readers.setdefault(device.code, hj212.Reader())
        for one in reader.measurements(message):
            if isinstance(one, Fault) or not one.is_optional or one.channel in device.channels.known:
                yield one

    async def _wait_for_room(self) -> None:
        while self._gatehouse.intake.is_full and not self._is_stopping:
            room = asyncio.Event()
            self._gatehouse.intake.hold_back(room.set)
            await room.wait()

    def _answer(self, answer: bytes) -> None:
        if answer and not self._writer.transport.is_closing():
            self._writer.write(answer)

    def _set_aside(self, code: str, faults: list[Fault]) -> None:
        self._gatehouse.ledger.count(code, 0, rejected=1)
        for fault in faults:
            self._gatehouse.ledger.set_aside(code, NAME, fault)
