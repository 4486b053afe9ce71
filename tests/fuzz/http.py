"""Requests at the HTTP door."""

from collections.abc import Iterator

from tests.sensing.test_hostile_bytes import LOGIN, READING, check_http, corpus

MOST = 600


def check(data: bytes) -> None:
    """Answered without a failure, and nothing but known sensors in the log."""
    check_http(data)


def seeds() -> Iterator[bytes]:
    """A reading with a log-in, and what was found before."""
    head = b"POST /v1/readings HTTP/1.1\r\nhost: x\r\n" + LOGIN
    yield head + b"content-length: %d\r\n\r\n" % len(READING) + READING
    yield from (one for one in corpus("http").values() if len(one) <= MOST)
