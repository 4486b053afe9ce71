"""What comes over a connection of RTSP: answers, requests of the server, and packets in between (RFC 2326, 10.12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_HEAD: Final = 16 * 1024
MOST_BODY: Final = 256 * 1024
_PACKET: Final = 0x24  # "$" begins a packet


class BrokenStream(Exception):
    """What came is no RTSP, or more than is taken. The text is English and short: it stands beside the fault."""


@dataclass(frozen=True)
class Answer:
    """An answer to a request. Names of headers are in small letters; of one that came twice all values are kept."""

    status: int
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value; empty where there is none."""
        return self.headers.get(name, ("",))[0]


@dataclass(frozen=True)
class Asked:
    """A request that the server sends, by its method."""

    method: str
    sequence: str


@dataclass(frozen=True)
class Packet:
    """What came on a channel: RTP on even ones, RTCP on odd ones."""

    channel: int
    data: bytes


type Message = Answer | Asked | Packet


class Framing:
    """Cuts a stream of bytes into messages, however they arrive.

    >>> framing = Framing()
    >>> framing.feed(b"RTSP/1.0 200 OK\\r\\nCSeq: 1\\r\\n\\r\\n$\\x00\\x00\\x02h")
    [Answer(status=200, headers={'cseq': ('1',)}, body=b'')]
    >>> framing.feed(b"i")
    [Packet(channel=0, data=b'hi')]
    """

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are whole with these bytes; BrokenStream for what can be none."""
        self._kept += data
        found: list[Message] = []
        while (one := self._next()) is not None:
            found.append(one)
        return found

    def _next(self) -> Message | None:
        while self._kept[:2] == b"\r\n":  # some servers end a body with it
            del self._kept[:2]
        if not self._kept:
            return None
        if self._kept[0] == _PACKET:
            if len(self._kept) < 4 or len(self._kept) < (end := 4 + int.from_bytes(self._kept[2:4])):
                return None
            packet = Packet(self._kept[1], bytes(self._kept[4:end]))
            del self._kept[:end]
            return packet
        head_end = self._kept.find(b"\r\n\r\n", 0, MOST_HEAD)
        if head_end < 0:
            if len(self._kept) >= MOST_HEAD:
                raise BrokenStream("a head without an end")
            return None
        first, headers = read_head(bytes(self._kept[:head_end]))
        length = headers.get("content-length", ("0",))[0]
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BODY:
            raise BrokenStream("a body of no length, or too long")
        end = head_end + 4 + int(length)
        if len(self._kept) < end:
            return None
        body = bytes(self._kept[head_end + 4 : end])
        del self._kept[:end]
        return _read_message(first, headers, body)


def read_head(head: bytes) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The first line and the headers of a head, names in small letters; BrokenStream for what is none."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BrokenStream("a head with a line that is no header")
        key = name.strip().lower()
        headers[key] = (*headers.get(key, ()), value.strip())
    return first, headers


def _read_message(first: str, headers: dict[str, tuple[str, ...]], body: bytes) -> Answer | Asked:
    words = first.split(" ", 2)
    if len(words) >= 2 and words[0].startswith("RTSP/1.") and len(words[1]) == 3 and words[1].isascii() and words[1].isdigit():
        return Answer(int(words[1]), headers, body)
    if len(words) == 3 and words[2].startswith("RTSP/1.") and words[0].isascii() and words[0].replace("_", "").isalpha():
        return Asked(words[0], headers.get("cseq", ("",))[0])
    raise BrokenStream("the answer is no RTSP")


def request_bytes(method: str, url: str, sequence: int, headers: Mapping[str, str]) -> bytes:
    """One request.

    >>> request_bytes("OPTIONS", "rtsp://a/1", 3, {"Session": "7"})
    b'OPTIONS rtsp://a/1 RTSP/1.0\\r\\nCSeq: 3\\r\\nUser-Agent: Tocsin\\r\\nSession: 7\\r\\n\\r\\n'
    """
    told = {"CSeq": str(sequence), "User-Agent": "Tocsin", **headers}
    lines = [f"{method} {url} RTSP/1.0", *(f"{name}: {text}" for name, text in told.items())]
    if any("\r" in one or "\n" in one for one in lines):
        raise BrokenStream("a header with an end of line in it")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
