"""MQTT packets at the door, in one piece and byte by byte."""

import asyncio
from collections.abc import Iterator

from tests.sensing.packets import connect, publish
from tests.sensing.test_hostile_bytes import READING, corpus, hear_all
from tocsin.sensing.doors.rules.mqtt_packets import V5, V311

MOST = 300


def check(data: bytes) -> None:
    """Neither way raises, both tell the same."""
    if data:
        asyncio.run(hear_all(data))


def seeds() -> Iterator[bytes]:
    """Log-ins of both versions with a reading behind them, and what was found before."""
    for version in (V311, V5):
        yield connect(version) + publish(version, READING)
    yield from corpus("mqtt").values()
