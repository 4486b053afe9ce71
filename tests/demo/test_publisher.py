"""A device's connection: what the door has not acknowledged is sent again, after whatever happened; nothing is lost."""

import asyncio
from collections.abc import Callable

import pytest

from tocsin.base.errors import Unavailable
from tocsin.sensing.devices.policy import DEVICES
from tocsin.workshop.demo import mqtt_packets
from tocsin.workshop.demo.publisher import AT_ONCE, Fleet


class Door:
    """The other side, which can be told not to answer. `got` holds (duplicate?, payload) of each publish."""

    def __init__(self, *, admits: bool = True, thinks_s: float = 0.0) -> None:
        self.got: list[tuple[bool, bytes]] = []
        self.answers = True
        self.admits, self._thinks_s = admits, thinks_s
        self.strangers = self.most_strangers = 0
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self) -> "Door":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.strangers += 1
        self.most_strangers = max(self.most_strangers, self.strangers)
        buffer = bytearray()
        while data := await reader.read(65_536):
            buffer += data
            for first, body in mqtt_packets.split(buffer):
                if first == 0x10:
                    await asyncio.sleep(self._thinks_s)
                    self.strangers -= 1
                    writer.write(bytes((0x20, 2, 0, 0 if self.admits else 5)))
                elif first & 0xF0 == 0x30:
                    at = 2 + int.from_bytes(body[:2])
                    self.got.append((bool(first & 8), body[at + 2 :]))
                    if self.answers:
                        writer.write(b"\x40\x02" + body[at : at + 2])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def test_everything_is_acknowledged_once() -> None:
    async def play() -> None:
        door = await Door().open()
        fleet = Fleet("127.0.0.1", door.port, {"a": "x", "b": "y"})
        for number in range(600):
            fleet.publish("ab"[number % 2], b"%d" % number)
        assert await fleet.drain(60)
        assert sorted(int(payload) for _, payload in door.got) == list(range(600))
        assert fleet.acknowledged == 600
        await fleet.stop()
        await door.close()

    asyncio.run(play())


def test_what_flew_when_the_door_fell_is_sent_again() -> None:
    async def play() -> None:
        door = await Door().open()
        fleet = Fleet("127.0.0.1", door.port, {"a": "x"})
        door.answers = False
        for number in range(5):
            fleet.publish("a", b"%d" % number)
        await until(lambda: len(door.got) == 5)
        await door.close()
        fleet.publish("a", b"5")
        again = Door()
        again.port = door.port
        await again.open()
        assert await fleet.drain(60)
        assert [payload for _, payload in again.got] == [b"%d" % number for number in range(6)]
        assert all(duplicate for duplicate, _ in again.got[:5])
        await fleet.stop()
        await again.close()

    asyncio.run(play())


def test_a_district_behind_one_address_comes_in_without_crowding_the_door() -> None:
    async def play() -> None:
        door = await Door(thinks_s=0.02).open()
        fleet = Fleet("127.0.0.1", door.port, {f"d{number}": "x" for number in range(200)})
        await fleet.wait_until_admitted(60)
        assert door.most_strangers <= AT_ONCE < DEVICES.shipped.strangers.connections_per_address
        await fleet.stop()
        await door.close()

    asyncio.run(play())


def test_a_door_that_refuses_is_told() -> None:
    async def play() -> None:
        door = await Door(admits=False).open()
        fleet = Fleet("127.0.0.1", door.port, {"a": "wrong"})
        with pytest.raises(Unavailable, match="1 of 1 devices"):
            await fleet.wait_until_admitted(0.5)
        await until(lambda: fleet.refused >= 1)
        await fleet.stop()
        await door.close()

    asyncio.run(play())


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 16_383, 16_384, 70_000])
def test_packets_of_any_length_are_found_whole(length: int) -> None:
    packet = mqtt_packets.publish(mqtt_packets.encode_topic("t"), 7, b"x" * length)
    buffer = bytearray()
    for byte in packet + packet[:3]:
        buffer.append(byte)
        if len(buffer) == len(packet):
            [(first, body)] = mqtt_packets.split(buffer)
            assert first == 0x32
            assert body == b"\x00\x01t\x00\x07" + b"x" * length
    assert mqtt_packets.split(buffer) == []
    assert bytes(buffer) == packet[:3]
