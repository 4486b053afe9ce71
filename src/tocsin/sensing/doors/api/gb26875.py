"""The GB/T 26875.3 door: transmitters of fire alarms over TCP; a confirmation means that what was told is in the log."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.gb26875 import SET_CLOCK, add_told
from tocsin.sensing.doors.rules.gb26875_frames import Command, Frame, Splitter, write_frame, write_time
from tocsin.sensing.doors.rules.settings import refuse_in_clear
from tocsin.sensing.doors.rules.unread import Message
from tocsin.sensing.doors.services.gatehouse import ClosedError
from tocsin.sensing.doors.services.line import Line, LineDoor, LineKind
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.transmitters.policy import transmitter_policy

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.loading import KnownDevice

log = logging.getLogger(__name__)

NAME = "gb26875"
MOST_UNPROVED_BYTES = 4_000
MOST_SERIAL = 0xFFFF


class Gb26875Door(LineDoor[Frame]):
    """All connections of transmitters of this process."""

    def __init__(self) -> None:
        kind = LineKind(
            name=NAME,
            title="GB/T 26875.3",
            variable="TOCSIN_GB26875_PORT",
            unproved_bytes=MOST_UNPROVED_BYTES,
            limits=lambda _policy: transmitter_policy().line,
            speech=Gb26875Speech,
            refuse=_refuse_in_clear,
        )
        super().__init__(kind, log)


def _refuse_in_clear(configuration: "DoorSettings") -> None:
    mend = (
        "GB/T 26875.3 knows no encryption and no password: set TOCSIN_GB26875_HOST=127.0.0.1 and bring the transmitters in "
        "through a VPN or a TLS tunnel"
    )
    refuse_in_clear(configuration, NAME, mend)


class Gb26875Speech:
    """What transmitters say on one line; each frame is looked up by its source address and the network that it comes from."""

    def __init__(self, line: Line[Frame]) -> None:
        self._line, self._gatehouse = line, line.gatehouse
        self._splitter = Splitter()
        self._serial = 0
        self._clock_set_s: dict[str, float] = {}  # device -> when it was last told what time it is

    def feed(self, data: bytes) -> Iterable[Frame | Fault]:
        """See `Speech.feed`."""
        return self._splitter.feed(data)

    def stalled(self) -> Iterable[Frame | Fault]:
        """See `Speech.stalled`."""
        return self._splitter.stalled()

    def end(self) -> Fault | None:
        """See `Speech.end`."""
        return self._splitter.end()

    async def take(self, found: Frame) -> bool:
        """See `Speech.take`."""
        device = await self._login(found)
        if device is None:
            self._line.say(found.answer(Command.DENY, self._gatehouse.clock.now_ms()) if found.wants_answer else b"")
            return bool(self._line.latest)
        await self._keep(device, found)
        return True

    async def _login(self, found: Frame) -> "KnownDevice | None":
        line = self._line
        try:
            device = await self._gatehouse.login_from(NAME, found.source, line.address, line.now_s)
        except ClosedError:
            line.complain(logging.WARNING, "GB/T 26875.3 from %s refused: too many wrong source addresses", line.address)
            return None
        if device is None:
            line.complain(logging.INFO, "GB/T 26875.3 from %s refused: wrong source address", line.address)
            if found.command == Command.SEND and found.source not in self._gatehouse.registry.transmitters:
                self._gatehouse.keep_strange(Message(NAME, Form.GB26875, "", found.data), found.source, line.address)
            return None
        return device if line.admit(device) else None

    async def _keep(self, device: "KnownDevice", found: Frame) -> None:
        """Into the columns; confirmed when they are in the log. What can't be read is confirmed, too: it would come for ever."""
        columns, times = self._gatehouse.intake.columns, self._gatehouse.times()
        before, faults, kept = len(columns), list[Fault](), 0
        command = Command.CONFIRM
        if found.command == Command.SEND:
            faults = add_told(found.data, device.channels, times, columns)
            kept = self._gatehouse.keep(Message(NAME, Form.GB26875, "", found.data), device, faults, times)
        elif found.wants_answer:
            command = Command.DENY
            why = InvalidInput(
                "command %(command)s is not expected here; a transmitter sends with command 2", command=found.command
            )
            faults.append(Fault(Reason.UNSUPPORTED, why, found.data.hex(" ")[:SAMPLE_BYTES]))
        answer = found.answer(command, times.now_ms) if found.wants_answer else b""
        answer += self._set_clock(device, found, times.now_ms)
        await self._line.took(device, len(columns) - before, faults, answer, kept)

    def _set_clock(self, device: "KnownDevice", found: Frame, now_ms: int) -> bytes:
        """What tells a transmitter the time, where its own is wrong; nothing otherwise, and not again and again."""
        policy = transmitter_policy().clock
        off_s = abs((found.ts_ms or 0) - now_ms) / 1000
        again_s = self._clock_set_s.get(device.code, float("-inf")) + policy.again_s
        if found.command != Command.SEND or off_s <= policy.off_s or self._line.now_s < again_s:
            return b""
        self._clock_set_s[device.code] = self._line.now_s
        self._serial = self._serial % MOST_SERIAL + 1
        data = bytes((SET_CLOCK, 1)) + write_time(now_ms)
        return write_frame(Frame(self._serial, found.version, now_ms, found.target, found.source, Command.CONTROL, data))
