"""One MQTT connection: whole receive buffers go into the common columns, their PUBACKs wait for the log."""

import asyncio
import logging
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from tocsin.base.ids import new_id
from tocsin.sensing.doors.api.sparkplug import SparkplugNode
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.mqtt_packets import (
    PINGRESP,
    V5,
    V311,
    Code,
    Connect,
    MqttError,
    Packet,
    connack,
    connack_properties,
    disconnect,
    puback,
    read_connect,
    read_filters,
    read_length,
    read_publish_properties,
    suback,
    unsuback,
)
from tocsin.sensing.doors.rules.payload import read_payload
from tocsin.sensing.doors.rules.sparkplug import PREFIX
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.rules.unread import Message, foreign
from tocsin.sensing.doors.services.gatehouse import ClosedError, Gatehouse
from tocsin.sensing.doors.services.listener import GOODBYE_S
from tocsin.sensing.doors.services.proofs import Presented, Proof, prove
from tocsin.sensing.doors.services.strangers import Stranger
from tocsin.sensing.doors.services.tls import certificate_of
from tocsin.sensing.quarantine.rules import Form, Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.api.mqtt import MqttDoor
    from tocsin.sensing.doors.services.loading import KnownDevice

NAME = "mqtt"
OVERHEAD_BYTES = 1024  # topic and properties beside the payload
LARGEST_CONNECT_BYTES = 8192  # from who has not yet proved who it is
CODES = {
    Reason.FOREIGN_TOPIC: Code.NOT_AUTHORIZED,
    Reason.UNREADABLE: Code.PAYLOAD_INVALID,
    Reason.ATTRIBUTE_REFUSED: Code.PAYLOAD_INVALID,
}
"""What a v5 client is told with the PUBACK of a message of which something was set aside; success of what is not here."""


class State(Enum):
    """Where a connection stands."""

    NEW = "new"
    DECIDING = "deciding"
    OPEN = "open"
    CLOSED = "closed"


class MqttConnection(asyncio.Protocol):
    """The server's side of one connection. `device` is set once it has proved who it is."""

    def __init__(self, door: "MqttDoor", gatehouse: Gatehouse, stranger: Stranger) -> None:
        self._door = door
        self.stranger = stranger
        self._gatehouse = gatehouse
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()  # the beginning of a packet whose end has not arrived
        self._needed = 0  # length at which it is worth looking again
        self._largest = LARGEST_CONNECT_BYTES
        self._answers: list[bytes] = []  # of the publishes of this receive buffer, in their order
        self._kept = 0  # the keeper's position of the last message of which something could not be read
        self._keep_alive_s = 0.0
        self._node = SparkplugNode(NAME)
        self._is_held_back = self._is_unread = self._is_over_quota = False
        self._deciding: asyncio.Task[None] | None = None
        self.state = State.NEW
        self.version = V311
        self.client_id = ""
        self.address = ""
        self.device: KnownDevice | None = None
        self.proof = Proof()
        self.last_heard = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a TCP or TLS server makes
        self._transport = transport
        self.stranger.leave = transport.abort
        self.address = str((transport.get_extra_info("peername") or ("unknown",))[0])
        self._door.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.state = State.CLOSED
        self._buffer.clear()
        if self._deciding is not None:
            self._deciding.cancel()
        self._door.closed(self)

    def pause_writing(self) -> None:
        """The device does not read its PUBACKs: nothing more is read from it until it does."""
        self._is_unread = True
        self._set_reading()

    def resume_writing(self) -> None:
        self._is_unread = False
        self._set_reading()

    def data_received(self, data: bytes) -> None:
        self.last_heard = self._loop.time()
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return
            data = bytes(self._buffer)
            self._buffer.clear()
        self._read(data)

    def limit_s(self) -> float:
        """How long the connection may be silent now; 0 for as long as it likes. Before its login that is not what counts."""
        if self.state is State.CLOSED:
            return GOODBYE_S
        if self.state is not State.OPEN or self._is_held_back or self._is_unread or self._is_over_quota:
            return 0.0
        return self._keep_alive_s * self._gatehouse.policy.mqtt.keep_alive_factor

    def stop(self, code: Code) -> None:
        """Closes the connection, with the reason for a client that can understand it."""
        if self.state is State.CLOSED:
            return
        if self.version == V5 and self.state is State.OPEN:
            self._transport.write(disconnect(code))
        self._close()

    def give_up(self) -> None:
        """It has been silent for too long, or does not take its last bytes."""
        if self.state is State.CLOSED:
            self._transport.abort()
        else:
            self.stop(Code.KEEP_ALIVE_TIMEOUT)

    def stop_reading(self) -> None:
        """Reads no more; answers still go out."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def _read(self, data: bytes) -> None:
        """Reads all whole packets of `data` and keeps the rest."""
        times = self._gatehouse.times()
        messages, readings = self._door.messages, len(self._gatehouse.intake.columns)
        start = 0
        try:
            if self.state is State.NEW and data[0] != Packet.CONNECT << 4:
                raise MqttError(Code.PROTOCOL_ERROR, "the first packet is no CONNECT")
            while self.state in (State.NEW, State.OPEN):
                found = read_length(data, start + 1)
                if found is None:
                    self._needed = 0
                    break
                length, body = found
                if length > self._largest:
                    raise MqttError(
                        Code.PACKET_TOO_LARGE, "a packet of %(bytes)s bytes; %(most)s are taken", bytes=length, most=self._largest
                    )
                end = body + length
                if end > len(data):
                    self._needed = end - start
                    break
                if data[start] & 0xF0 == 0x30 and self.device is not None:
                    self._read_publish(data, data[start], body, end, times)
                else:
                    self._read_other(data[start], data[body:end])
                start = end
        except MqttError as error:
            self._break_off(error)
        if self.state is not State.CLOSED and start < len(data):
            self._buffer += data[start:] if start else data
        self._hand_over(self._door.messages - messages, len(self._gatehouse.intake.columns) - readings)

    def _read_publish(self, data: bytes, first: int, body: int, end: int, times: Times) -> None:
        """One PUBLISH (3.3), between `body` and `end`."""
        device = self.device
        assert device is not None  # noqa: S101 - the caller has looked
        qos = first >> 1 & 3
        is_own = data.startswith(device.topic, body)
        at = body + (len(device.topic) if is_own else 2 + int.from_bytes(data[body : body + 2]))
        topic_end = at
        if qos > 1:
            if qos == 2:
                raise MqttError(Code.QOS_NOT_SUPPORTED, "QoS 2 is not offered; publish with QoS 1")
            raise MqttError(Code.MALFORMED, "there is no QoS 3")
        packet_id = b""
        if qos:
            packet_id = data[at : at + 2]
            at += 2
        if at > end or packet_id == b"\0\0":
            raise MqttError(Code.MALFORMED, "a PUBLISH without topic or packet identifier")
        if self.version == V5:
            at = read_publish_properties(data, at, end)
        if is_own:
            faults = read_payload(data[at:end], device.channels, times, self._gatehouse.intake.columns)
        elif said := self._gatehouse.said(topic := data[body + 2 : topic_end].decode("utf-8", "replace"), device):
            if self._gatehouse.is_full_for(said):
                self.stop(Code.SERVER_BUSY)  # unanswered: it will be sent again
                return
            taken = self._gatehouse.take_said(said, NAME, data[at:end], device, times, self.last_heard)
            self._kept, faults = max(self._kept, taken.position), taken.faults
        else:
            found = self._read_sparkplug(topic, data[at:end], times) if data.startswith(PREFIX, body + 2) else None
            faults = [foreign(topic, device.code, data[at : min(end, at + SAMPLE_BYTES)])] if found is None else found
        self._door.messages += 1
        if not faults:
            if qos:
                self._answers.append(b"\x40\x02" + packet_id)
            return
        if self._gatehouse.keeper.is_full:
            self.stop(Code.SERVER_BUSY)  # unanswered: it will be sent again
            return
        self._set_aside(faults)
        self._keep(data[body + 2 : topic_end], data[at:end], faults, times)
        if qos:
            self._answers.append(puback(int.from_bytes(packet_id), self.version, CODES.get(faults[0].reason, Code.SUCCESS)))

    def _keep(self, topic: bytes, payload: bytes, faults: list[Fault], times: Times) -> None:
        """For later; its PUBACK, and those behind it, wait until the database has it."""
        assert self.device is not None  # noqa: S101 - the caller has looked
        form, context, place = Form.READINGS, b"", topic.decode("utf-8", "replace")
        if faults[0].reason is Reason.FOREIGN_TOPIC:
            form = Form.FOREIGN
        elif topic.startswith(PREFIX):
            form, context = Form.SPARKPLUG, self._node.context(place, payload)
        message = Message(NAME, form, place, payload, context)
        self._kept = max(self._kept, self._gatehouse.keep(message, self.device, faults, times))

    def _read_sparkplug(self, topic: str, payload: bytes, times: Times) -> list[Fault] | None:
        """None where the topic is not this device's own."""
        assert self.device is not None  # noqa: S101 - the caller has looked
        faults = self._node.read(topic, payload, self.device, times, self._gatehouse, self.last_heard)
        self._kept = max(self._kept, self._node.kept)
        if faults and (command := self._node.command(self.device.code, self.version, times.now_ms, self.last_heard)):
            self._transport.write(command)
        return faults

    def _read_other(self, first: int, body: bytes) -> None:
        kind = first >> 4
        if kind == Packet.CONNECT and self.state is State.NEW:
            self._connect(read_connect(body))
        elif kind == Packet.PINGREQ:
            self._transport.write(PINGRESP)
        elif kind == Packet.SUBSCRIBE and first & 0x0F == 2:
            packet_id, filters = read_filters(body, self.version, with_options=True)
            self._transport.write(suback(packet_id, self.version, self._node.subscribe(filters, self.device)))
        elif kind == Packet.UNSUBSCRIBE and first & 0x0F == 2:
            packet_id, filters = read_filters(body, self.version, with_options=False)
            self._transport.write(unsuback(packet_id, self.version, self._node.unsubscribe(filters)))
        elif kind == Packet.DISCONNECT:
            self._close()
        else:
            raise MqttError(
                Code.PROTOCOL_ERROR,
                "a packet of type %(kind)s and flags %(flags)s is not expected here",
                kind=kind,
                flags=first & 0x0F,
            )

    def _connect(self, connect: Connect) -> None:
        self.version = connect.version
        if connect.has_authentication_method:
            raise MqttError(Code.BAD_AUTHENTICATION_METHOD, "extended authentication is not offered")
        if not connect.client_id and not connect.clean_start and connect.version == V311:
            raise MqttError(Code.CLIENT_ID_NOT_VALID, "an empty client identifier needs a clean session")  # 3.1.3.1
        self.client_id = connect.client_id or new_id().hex
        self.state = State.DECIDING
        self._transport.pause_reading()
        self._deciding = self._loop.create_task(self._decide(connect))

    async def _decide(self, connect: Connect) -> None:
        """Asks who this is, answers, and goes on with what arrived meanwhile."""
        code, secret = connect.username or "", connect.password or b""
        try:
            presented = Presented(code, secret, certificate_of(self._transport), self.address)
            device, proof = await prove(self._gatehouse, NAME, presented, self._loop.time())
            if device is None:
                raise MqttError(Code.BAD_USER_OR_PASSWORD, "wrong device code, secret or certificate")
            if self.state is not State.DECIDING:
                return  # the door closed meanwhile
            self._door.admit(self, device)
        except ClosedError:
            self._break_off(MqttError(Code.CONNECTION_RATE_EXCEEDED, "too many failed logins"))
            return
        except MqttError as error:
            self._break_off(error)
            return
        self._deciding = None
        self.device, self.proof, self.state = device, proof, State.OPEN
        self._accept(connect)
        self._set_reading()
        data = bytes(self._buffer)
        self._buffer.clear()
        if data:
            self._read(data)

    def _accept(self, connect: Connect) -> None:
        policy = self._gatehouse.policy
        self._largest = policy.payload.largest_bytes + OVERHEAD_BYTES
        longest = policy.mqtt.longest_keep_alive_s
        asked = connect.keep_alive_s
        is_changed = self.version == V5 and not 0 < asked <= longest
        self._keep_alive_s = float(longest if is_changed else asked)
        properties = connack_properties(
            largest_bytes=self._largest,
            assigned_id="" if connect.client_id else self.client_id,
            keep_alive_s=longest if is_changed else None,
        )
        self._transport.write(connack(self.version, Code.SUCCESS, properties=properties))

    def _hand_over(self, messages: int, readings: int) -> None:
        """Counts what this buffer held and lets its answers wait for the log; stops reading where too much waits, or came."""
        if self.device is not None and messages:
            self._gatehouse.ledger.count(self.device.code, messages, door=NAME)
            self._keep_quota(self.device, max(messages, readings))
        intake = self._gatehouse.intake
        if self._answers:
            intake.tell(partial(self._answer, self._kept, b"".join(self._answers)))
            self._answers = []
        elif messages:
            intake.tell(_nothing)  # QoS 0: into the log all the same
        if intake.is_full and self.state is State.OPEN and not self._is_held_back:
            self._is_held_back = True
            intake.hold_back(self._go_on)
            self._set_reading()

    def _keep_quota(self, device: "KnownDevice", readings: int) -> None:
        """Reads nothing more for as long as the device has sent ahead of its quota; its own network holds it back."""
        wait_s = self._gatehouse.charge(NAME, device, readings, self._loop.time())
        if wait_s and self.state is State.OPEN and not self._is_over_quota:
            self._is_over_quota = True
            self._loop.call_later(wait_s, self._is_in_quota)
            self._set_reading()

    def _is_in_quota(self) -> None:
        self._is_over_quota = False
        self.last_heard = self._loop.time()
        self._set_reading()

    def _answer(self, kept: int, pubacks: bytes) -> None:
        if kept:  # in their order, behind those that wait for the database
            self._gatehouse.keeper.tell(kept, partial(self._send, pubacks))
        else:
            self._send(pubacks)

    def _send(self, pubacks: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(pubacks)

    def _go_on(self) -> None:
        self._is_held_back = False
        self.last_heard = self._loop.time()
        self._set_reading()

    def _set_reading(self) -> None:
        if self._transport.is_closing() or self.state is not State.OPEN:
            return
        if self._is_held_back or self._is_unread or self._is_over_quota or self._door.is_closing:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _set_aside(self, faults: list[Fault]) -> None:
        assert self.device is not None  # noqa: S101 - only an admitted device publishes
        self._gatehouse.ledger.count(self.device.code, 0, rejected=1)
        for fault in faults:
            self._gatehouse.ledger.set_aside(self.device.code, NAME, fault)

    def _break_off(self, error: MqttError) -> None:
        """Ends a connection whose bytes can't be served: with a CONNACK before it was accepted, as a counted fault after."""
        if self.device is not None:
            reason = Reason.TOO_LARGE if error.code is Code.PACKET_TOO_LARGE else Reason.UNSUPPORTED
            self._set_aside([Fault(reason, error, "")])
            self.stop(error.code)
            return
        self._door.porch.complain(logging.INFO, "MQTT from %s refused: %s", self.address, error)
        is_answerable = self.version == V5 or error.code not in (Code.MALFORMED, Code.PROTOCOL_ERROR, Code.PACKET_TOO_LARGE)
        if is_answerable:
            self._transport.write(connack(self.version, error.code))
        self._close()

    def _close(self) -> None:
        self.state = State.CLOSED
        self.last_heard = self._loop.time()
        self._transport.close()


def _nothing() -> None:
    """Nobody waits for an answer."""
