"""MQTT 3.1.1 and 5 as bytes: what a server reads and answers that takes publishes and hands out commands of Sparkplug. Pure.

Section numbers are those of the OASIS standards MQTT Version 3.1.1 (2014) and MQTT Version 5.0 (2019).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from tocsin.base.errors import TocsinError

V311: Final = 4
V5: Final = 5


class Packet(IntEnum):
    """Types of control packets (2.2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


class Code(IntEnum):
    """Reason codes of MQTT 5 (2.4)."""

    SUCCESS = 0x00
    NO_SUBSCRIPTION_EXISTED = 0x11
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    UNSUPPORTED_VERSION = 0x84
    CLIENT_ID_NOT_VALID = 0x85
    BAD_USER_OR_PASSWORD = 0x86
    NOT_AUTHORIZED = 0x87
    SERVER_BUSY = 0x89
    SERVER_SHUTTING_DOWN = 0x8B
    BAD_AUTHENTICATION_METHOD = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    SESSION_TAKEN_OVER = 0x8E
    TOPIC_ALIAS_INVALID = 0x94
    PACKET_TOO_LARGE = 0x95
    QUOTA_EXCEEDED = 0x97
    PAYLOAD_INVALID = 0x99
    QOS_NOT_SUPPORTED = 0x9B
    CONNECTION_RATE_EXCEEDED = 0x9F


# The five refusals that MQTT 3.1.1 knows (3.2.2.3).
_CONNACK_V311: Final = {
    Code.SUCCESS: 0,
    Code.UNSUPPORTED_VERSION: 1,
    Code.CLIENT_ID_NOT_VALID: 2,
    Code.BAD_USER_OR_PASSWORD: 4,
    Code.NOT_AUTHORIZED: 5,
}
_V311_UNAVAILABLE: Final = 3

PINGRESP: Final = b"\xd0\x00"

# Property identifiers of MQTT 5 -> width in bytes; -1 variable integer, -2 text or binary, -3 pair of texts (2.2.2.2).
_PROPERTY_WIDTHS: Final = {
    0x01: 1, 0x02: 4, 0x03: -2, 0x08: -2, 0x09: -2, 0x0B: -1, 0x11: 4, 0x12: -2, 0x13: 2, 0x15: -2, 0x16: -2, 0x17: 1, 0x18: 4,
    0x19: 1, 0x1A: -2, 0x1C: -2, 0x1F: -2, 0x21: 2, 0x22: 2, 0x23: 2, 0x24: 1, 0x25: 1, 0x26: -3, 0x27: 4, 0x28: 1, 0x29: 1,
    0x2A: 1,
}  # fmt: skip
_AUTHENTICATION_METHOD: Final = 0x15
_TOPIC_ALIAS: Final = 0x23


class MqttError(TocsinError):
    """The bytes break the protocol; `code` says how, in the words of MQTT 5."""

    def __init__(self, code: Code, text: str, **named: object) -> None:
        super().__init__(text, **named)
        self.code = code


@dataclass(frozen=True)
class Connect:
    """A CONNECT packet, without the will: nobody can subscribe to it here."""

    version: int
    clean_start: bool
    keep_alive_s: int
    client_id: str
    username: str | None
    password: bytes | None
    has_authentication_method: bool = False


def read_length(data: bytes | bytearray, start: int) -> tuple[int, int] | None:
    """(value, next position) of the variable byte integer at `start` (2.2.3); None where its end has not arrived."""
    value = shift = 0
    for position in range(start, min(start + 4, len(data))):
        byte = data[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position + 1
        shift += 7
    if len(data) - start >= 4:
        raise MqttError(Code.MALFORMED, "a length takes more than four bytes")
    return None


def write_length(value: int) -> bytes:
    """The variable byte integer of a value below 268,435,456."""
    out = bytearray()
    while True:
        value, byte = value >> 7, value & 0x7F
        out.append(byte | 0x80 if value else byte)
        if not value:
            return bytes(out)


class _Reader:
    """Reads fields of one packet; MqttError where it ends too early."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise MqttError(Code.MALFORMED, "the packet ends in the middle of a field")
        self._at += count
        return part

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width))

    def binary(self) -> bytes:
        return self.take(self.number(2))

    def text(self) -> str:
        try:
            text = self.binary().decode("utf-8")
        except UnicodeDecodeError as error:
            raise MqttError(Code.MALFORMED, "a text is no UTF-8: %(why)s", why=error) from error
        if "\0" in text:
            raise MqttError(Code.MALFORMED, "a text holds U+0000")  # 1.5.4
        return text

    def length(self) -> int:
        found = read_length(self._data, self._at)
        if found is None:
            raise MqttError(Code.MALFORMED, "the packet ends in the middle of a length")
        value, self._at = found
        return value

    def properties(self) -> set[int]:
        """Reads over a block of properties; the identifiers that were in it."""
        end = self.length() + self._at
        found: set[int] = set()
        while self._at < end:
            identifier = self.length()
            width = _PROPERTY_WIDTHS.get(identifier)
            if width is None:
                raise MqttError(Code.MALFORMED, "there is no property %(identifier)s", identifier=f"{identifier:#x}")
            if width > 0:
                self.take(width)
            elif width == -1:
                self.length()
            else:
                for _ in range(-width - 1):
                    self.binary()
            found.add(identifier)
        if self._at != end:
            raise MqttError(Code.MALFORMED, "a property reaches beyond its block")
        return found

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._data)


def read_connect(body: bytes) -> Connect:
    """A CONNECT packet's body (3.1); MqttError where it can't be served."""
    reader = _Reader(body)
    name, version = reader.binary(), reader.number(1)
    if name != b"MQTT" or version not in (V311, V5):
        raise MqttError(
            Code.UNSUPPORTED_VERSION,
            "protocol “%(name)s” version %(version)s; 3.1.1 and 5 are served",
            name=name,
            version=version,
        )
    flags, keep_alive_s = reader.number(1), reader.number(2)
    will_qos, has_will = flags >> 3 & 3, bool(flags & 4)
    if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
        raise MqttError(Code.MALFORMED, "connect flags %(flags)s contradict themselves", flags=f"{flags:#04x}")
    properties = reader.properties() if version == V5 else set()
    client_id = reader.text()
    if has_will:
        if version == V5:
            reader.properties()
        reader.text()
        reader.binary()
    username = reader.text() if flags & 0x80 else None
    password = reader.binary() if flags & 0x40 else None
    if version == V311 and password is not None and username is None:
        raise MqttError(Code.MALFORMED, "a password without a user name")  # 3.1.2.9
    if not reader.is_at_end:
        raise MqttError(Code.MALFORMED, "bytes follow the last field")
    return Connect(version, bool(flags & 2), keep_alive_s, client_id, username, password, _AUTHENTICATION_METHOD in properties)


def read_publish_properties(data: bytes, start: int, end: int) -> int:
    """Reads over the properties of a v5 PUBLISH; where the payload begins. Aliases are refused: none was offered (3.3.2.3.4)."""
    if start >= end:
        raise MqttError(Code.MALFORMED, "a PUBLISH without the length of its properties")
    if data[start] == 0:
        return start + 1
    block = read_length(data, start)
    if block is None or block[0] + block[1] > end:
        raise MqttError(Code.MALFORMED, "properties reach beyond their packet")
    if _TOPIC_ALIAS in _Reader(data[start : block[0] + block[1]]).properties():
        raise MqttError(Code.TOPIC_ALIAS_INVALID, "topic aliases are not offered")
    return block[0] + block[1]


def connack(version: int, code: Code, *, properties: bytes = b"") -> bytes:
    """CONNACK (3.2), never with a session: none is kept here."""
    if version == V5:
        return _packet(Packet.CONNACK, bytes((0, code)) + write_length(len(properties)) + properties)
    return _packet(Packet.CONNACK, bytes((0, _CONNACK_V311.get(code, _V311_UNAVAILABLE))))


def connack_properties(*, largest_bytes: int, assigned_id: str, keep_alive_s: int | None) -> bytes:
    """What a v5 client is told (3.2.2.3): QoS 1 at most, largest packet, no shared subscriptions, no session that outlives it."""
    parts = [b"\x24\x01", b"\x27" + largest_bytes.to_bytes(4), b"\x29\x00", b"\x2a\x00", b"\x11\x00\x00\x00\x00"]
    if assigned_id:
        parts.append(b"\x12" + len(assigned_id).to_bytes(2) + assigned_id.encode())
    if keep_alive_s is not None:
        parts.append(b"\x13" + keep_alive_s.to_bytes(2))
    return b"".join(parts)


def puback(packet_id: int, version: int, code: Code) -> bytes:
    """PUBACK (3.4); MQTT 3.1.1 knows no reason codes, there it means only: you need not send this again."""
    if version == V5 and code is not Code.SUCCESS:
        return b"\x40\x03" + packet_id.to_bytes(2) + bytes((code,))
    return b"\x40\x02" + packet_id.to_bytes(2)


def pubacks(packet_ids: list[int]) -> bytes:
    """PUBACKs of success, one after another; the same bytes in both versions."""
    return b"".join([b"\x40\x02" + packet_id.to_bytes(2) for packet_id in packet_ids])


def read_filters(body: bytes, version: int, *, with_options: bool) -> tuple[bytes, list[str]]:
    """Packet identifier and topic filters of a SUBSCRIBE (3.8), or without options of an UNSUBSCRIBE (3.10)."""
    reader = _Reader(body)
    packet_id = reader.take(2)
    if version == V5:
        reader.properties()
    filters: list[str] = []
    while not reader.is_at_end:
        filters.append(reader.text())
        if with_options:
            reader.take(1)
    if not filters:
        raise MqttError(Code.PROTOCOL_ERROR, "a SUBSCRIBE without a filter")  # 3.8.3
    return packet_id, filters


def suback(packet_id: bytes, version: int, granted: list[bool]) -> bytes:
    """Which subscriptions are granted, with QoS 0 (3.9); the others are refused."""
    refusal = Code.NOT_AUTHORIZED if version == V5 else 0x80
    codes = bytes(0 if one else refusal for one in granted)
    return _packet(Packet.SUBACK, packet_id + (b"\x00" if version == V5 else b"") + codes)


def unsuback(packet_id: bytes, version: int, ended: list[bool]) -> bytes:
    """Which subscriptions have ended (3.11); of the others there were none."""
    if version != V5:
        return _packet(Packet.UNSUBACK, packet_id)
    codes = bytes(0 if one else Code.NO_SUBSCRIPTION_EXISTED for one in ended)
    return _packet(Packet.UNSUBACK, packet_id + b"\x00" + codes)


def publish(topic: str, payload: bytes, version: int) -> bytes:
    """PUBLISH with QoS 0 (3.3)."""
    name = topic.encode()
    head = len(name).to_bytes(2) + name + (b"\x00" if version == V5 else b"")
    return _packet(Packet.PUBLISH, head + payload)


def disconnect(code: Code) -> bytes:
    """DISCONNECT of MQTT 5 (3.14); version 3.1.1 has none from the server, there the connection is just closed."""
    return b"\xe0\x01" + bytes((code,))


def _packet(kind: Packet, body: bytes) -> bytes:
    return bytes((kind << 4,)) + write_length(len(body)) + body
