"""The four packets a publishing device needs (MQTT 3.1.1, OASIS standard 2014-10-29; section numbers in the docstrings)."""

CONNACK, PUBACK = 0x20, 0x40
_PUBLISH_QOS1, _DUPLICATE = 0x32, 0x08
_USER_PASSWORD_CLEAN = 0xC2


def connect(client: str, user: str, password: str) -> bytes:
    """CONNECT (3.1) with a clean session and without keep-alive: TCP tells when the other side is gone."""
    body = _text("MQTT") + bytes((4, _USER_PASSWORD_CLEAN, 0, 0)) + _text(client) + _text(user) + _text(password)
    return b"\x10" + _length(len(body)) + body


def publish(topic: bytes, identifier: int, payload: bytes, *, again: bool = False) -> bytes:
    """PUBLISH (3.3) with QoS 1; `again` marks one that was sent before. `topic` is `encode_topic`'s."""
    first = _PUBLISH_QOS1 | (_DUPLICATE if again else 0)
    return b"".join((bytes((first,)), _length(len(topic) + 2 + len(payload)), topic, identifier.to_bytes(2, "big"), payload))


def encode_topic(topic: str) -> bytes:
    """A topic as it stands in a packet."""
    return _text(topic)


def disconnect() -> bytes:
    """DISCONNECT (3.14)."""
    return b"\xe0\x00"


def split(buffer: bytearray) -> list[tuple[int, bytes]]:
    """Takes the whole packets off the beginning of `buffer`: (first byte, body) of each."""
    packets = []
    start = 0
    while len(buffer) - start >= 2:
        length, at, shift = 0, start + 1, 0
        while at < len(buffer):
            length |= (buffer[at] & 0x7F) << shift
            at += 1
            shift += 7
            if not buffer[at - 1] & 0x80:
                break
        else:
            break
        if at + length > len(buffer):
            break
        packets.append((buffer[start], bytes(buffer[at : at + length])))
        start = at + length
    del buffer[:start]
    return packets


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def _length(length: int) -> bytes:
    encoded = bytearray()
    while True:
        length, digit = divmod(length, 128)
        encoded.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(encoded)
