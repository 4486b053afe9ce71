"""MJPEG over HTTP: a picture after the other in a body without end (multipart/x-mixed-replace)."""

from typing import Final

from tocsin.vision.recognition.rules.rtsp.messages import MOST_HEAD, BrokenStream

_JPEG: Final = b"\xff\xd8"


def boundary_of(content_type: str) -> bytes:
    """The line between parts, with its dashes; BrokenStream tells what comes instead.

    >>> boundary_of('multipart/x-mixed-replace; boundary="--frame"')
    b'--frame'
    """
    kind, *parameters = (one.strip() for one in content_type.split(";"))
    if kind.lower() != "multipart/x-mixed-replace":
        raise BrokenStream(f"multipart/x-mixed-replace is expected; found {kind[:40] or 'nothing'}")
    named = dict(one.partition("=")[::2] for one in parameters)
    name = next((value.strip('" ') for key, value in named.items() if key.strip().lower() == "boundary"), "")
    if not name or len(name) > 100:
        raise BrokenStream("no boundary between pictures is named")
    return b"--" + name.lstrip("-").encode("latin-1", "replace")


class Parts:
    """Cuts a body into pictures, however its bytes arrive. A part that is no JPEG is left out.

    >>> Parts(b"--a", 100).feed(b"--a\\r\\n\\r\\n\\xff\\xd8one\\r\\n--a\\r\\nContent-Length: 5\\r\\n\\r\\n\\xff\\xd8two")
    [b'\\xff\\xd8one', b'\\xff\\xd8two']
    """

    def __init__(self, boundary: bytes, most_bytes: int) -> None:
        self._boundary, self._most, self._kept = boundary, most_bytes, bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The pictures that are whole with these bytes; BrokenStream for what can be none."""
        self._kept += data
        found = []
        while (one := self._next()) is not None:
            if one.startswith(_JPEG):
                found.append(one)
        if len(self._kept) > self._most + MOST_HEAD:
            raise BrokenStream("a picture of too many bytes")
        return found

    def _next(self) -> bytes | None:
        start = self._kept.find(self._boundary)
        if start < 0:
            return None
        head_end = self._kept.find(b"\r\n\r\n", start)
        if head_end < 0:
            if len(self._kept) - start > MOST_HEAD:
                raise BrokenStream("a head without an end")
            return None
        begin = head_end + 4
        length = _length(bytes(self._kept[start:head_end]))
        if length is None:
            end = self._kept.find(b"\r\n" + self._boundary, begin)
            if end < 0:
                return None
        else:
            if length > self._most:
                raise BrokenStream("a picture of too many bytes")
            end = begin + length
            if len(self._kept) < end:
                return None
        body = bytes(self._kept[begin:end])
        del self._kept[:end]
        return body


def _length(head: bytes) -> int | None:
    for line in head.decode("latin-1").split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "content-length":
            if not value.strip().isascii() or not value.strip().isdigit():
                raise BrokenStream("a picture of no length")
            return int(value)
    return None
