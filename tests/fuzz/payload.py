"""What a device says in a reading."""

from collections.abc import Iterator

from tests.sensing.test_hostile_bytes import READING, check_payload, corpus

MOST = 400


def check(data: bytes) -> None:
    """Readings of known sensors at times that are believed, or faults with words."""
    check_payload(data)


def seeds() -> Iterator[bytes]:
    """One reading, many, lines of them, and what was found before."""
    yield READING
    yield b'[{"ts":1764000000000,"values":{"methane":1.5}},{"values":{"methane":null}}]'
    yield b'{"values":{"methane":NaN}}\n{"ts":"2025-11-24T16:00:00Z","values":{"methane":1e400}}'
    yield from (one for one in corpus("payload").values() if len(one) <= MOST)
