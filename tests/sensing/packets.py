"""MQTT as a client writes it, byte by byte, for tests."""

from tocsin.sensing.doors.rules.mqtt_packets import V5, write_length


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return len(data).to_bytes(2) + data


def packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + write_length(len(body)) + body


def connect(
    version: int,
    username: str = "well-1",
    password: str = "secret",  # noqa: S107 - of a device in memory
    *,
    client_id: str = "c",
    keep_alive_s: int = 60,
    clean: bool = True,
) -> bytes:
    flags = 0xC0 | (2 if clean else 0)
    head = text("MQTT") + bytes((version, flags)) + keep_alive_s.to_bytes(2)
    properties = b"\x00" if version == V5 else b""
    return packet(0x10, head + properties + text(client_id) + text(username) + text(password))


def publish(
    version: int,
    payload: bytes,
    *,
    packet_id: int = 0,
    topic: str = "tocsin/well-1/readings",
    qos: int | None = None,
    properties: bytes = b"",
) -> bytes:
    """QoS 1 with a packet id, else QoS 0."""
    level = (1 if packet_id else 0) if qos is None else qos
    identifier = packet_id.to_bytes(2) if level else b""
    block = write_length(len(properties)) + properties if version == V5 else b""
    return packet(0x30 | level << 1, text(topic) + identifier + block + payload)
