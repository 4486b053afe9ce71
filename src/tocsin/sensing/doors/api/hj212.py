"""The HJ 212 door: loggers over TCP, all editions on one port; an answer 9014 means that the readings are in the log."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules import hj212
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.hj212_frames import Frame, Splitter
from tocsin.sensing.doors.rules.settings import refuse_in_clear
from tocsin.sensing.doors.rules.unread import Message
from tocsin.sensing.doors.services.gatehouse import ClosedError
from tocsin.sensing.doors.services.line import Line, LineDoor, LineKind
from tocsin.sensing.quarantine.rules import Form, Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.loading import KnownDevice

log = logging.getLogger(__name__)

NAME = "hj212"
MOST_UNPROVED_BYTES = 20_000


class Hj212Door(LineDoor[Frame]):
    """All HJ 212 connections of this process."""

    def __init__(self) -> None:
        kind = LineKind(
            name=NAME,
            title="HJ 212",
            variable="TOCSIN_HJ212_PORT",
            unproved_bytes=MOST_UNPROVED_BYTES,
            limits=lambda policy: policy.hj212,
            speech=Hj212Speech,
            refuse=_refuse_in_clear,
        )
        super().__init__(kind, log)


def _refuse_in_clear(configuration: "DoorSettings") -> None:
    mend = (
        "HJ 212 sends its passwords in clear: set TOCSIN_HJ212_HOST=127.0.0.1 and bring the loggers in through a VPN or a TLS "
        "tunnel"
    )
    refuse_in_clear(configuration, NAME, mend)


class Hj212Speech:
    """What loggers say on one line; each frame proves itself by MN and PW."""

    def __init__(self, line: Line[Frame]) -> None:
        self._line, self._gatehouse = line, line.gatehouse
        self._splitter = Splitter(line.gatehouse.registry.frame_keys_of)
        self._readers: dict[str, hj212.Reader] = {}

    def feed(self, data: bytes) -> Iterable[Frame | Fault]:
        """See `Speech.feed`."""
        return self._splitter.feed(data)

    def stalled(self) -> Iterable[Frame | Fault]:
        """A frame's own end is looked for beyond the length that it tells, so nothing stands behind a wrong one."""
        return ()

    def end(self) -> Fault | None:
        """See `Speech.end`."""
        return self._splitter.end()

    async def take(self, found: Frame) -> bool:
        """See `Speech.take`."""
        try:
            message = hj212.read_message(found.segment)
        except InvalidInput as error:
            self._keep_unreadable(found, Fault(Reason.UNREADABLE, error, _shown(found)))
            return True
        device = await self._login(message, found)
        if device is None:
            return bool(self._line.latest)
        await self._keep(device, message, found)
        return True

    def _keep_unreadable(self, found: Frame, fault: Fault) -> None:
        """Of whom it is can't be told: most likely of the device of the frame before."""
        code = self._line.latest
        if code:
            self._line.set_aside(code, [fault])
        device = self._gatehouse.registry.devices.get(code)
        if device is not None:
            self._gatehouse.keep(Message(NAME, Form.HJ212, "", found.segment), device, [fault], self._gatehouse.times())

    async def _login(self, message: hj212.Message, found: Frame) -> "KnownDevice | None":
        line = self._line
        try:
            device = await self._gatehouse.login_by_password(NAME, message.mn, message.password, line.address, line.now_s)
        except ClosedError:
            line.complain(logging.WARNING, "HJ 212 from %s refused: too many wrong passwords", line.address)
            return None
        if device is None:
            line.complain(logging.INFO, "HJ 212 from %s refused: wrong MN or PW", line.address)
            if message.mn not in self._gatehouse.registry.devices:
                segment = hj212.without_password(found.segment)
                self._gatehouse.keep_strange(Message(NAME, Form.HJ212, "", segment), message.mn, line.address)
            return None
        return device if line.admit(device) else None

    async def _keep(self, device: "KnownDevice", message: hj212.Message, found: Frame) -> None:
        """Into the columns; answered when they are in the log."""
        columns, times = self._gatehouse.intake.columns, self._gatehouse.times()
        before = len(columns)
        faults: list[Fault] = []
        if not found.length_fits:
            why = InvalidInput("its length is not what it tells; its checksum is right, so it was read all the same")
            faults.append(Fault(Reason.UNREADABLE, why, _shown(found)))
        reader = self._readers.setdefault(device.code, hj212.Reader())
        context = reader.context
        unread = hj212.add_measurements(message, reader, device.channels, times, columns)
        kept = self._gatehouse.keep(Message(NAME, Form.HJ212, "", found.segment, context), device, unread, times)
        answer = hj212.reply_to(message) if message.wants_reply else b""
        await self._line.took(device, len(columns) - before, faults + unread, answer, kept)


def _shown(frame: Frame) -> str:
    return frame.segment[:SAMPLE_BYTES].decode("gb18030", "replace")
