"""Attributes through the doors: answered when the database has them, and not before."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from tests.sensing.doors import DoorInMemory, device, settle, until
from tests.sensing.packets import connect, publish
from tests.sensing.running import RunningDoor
from tocsin.sensing.attributes.models import Attribute
from tocsin.sensing.attributes.rules.statements import Stated
from tocsin.sensing.doors.rules.mqtt_packets import V5, V311

TOPIC = "tocsin/well-1/attributes"
GOOD = b'{"attributes": {"battery": 87, "firmware": "1.4.2"}}'

REFUSED = b'{"attributes": {"battery": 870, "lid": "open"}}'


def play(story: Callable[[DoorInMemory], Awaitable[None]]) -> None:
    async def run() -> None:
        await story(DoorInMemory(device()))

    asyncio.run(run())


def test_an_mqtt_device_is_answered_when_the_database_has_it() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        before = len(transport.written)
        door.keeper.is_down = True
        connection.data_received(publish(V311, GOOD, packet_id=7, topic=TOPIC))
        await settle()
        assert len(transport.written) == before, "the database does not answer, so nobody is told that it was kept"
        door.keeper.is_down = False
        await until(lambda: len(transport.written) > before)
        assert bytes(transport.written[before:]) == bytes.fromhex("40020007")
        (stated,) = door.keeper.kept
        assert isinstance(stated, Stated)
        assert [(one.code, one.name, one.text) for one in stated.statements] == [
            ("well-1", "battery", "87"),
            ("well-1", "firmware", "1.4.2"),
        ]
        assert door.log.rows() == []
        connection.data_received(publish(V311, GOOD, packet_id=8, topic="tocsin/well-2/attributes"))
        await settle()
        assert door.reasons() == {"foreign_topic": 1}

    play(story)


def test_what_is_refused_is_told_and_the_rest_is_kept() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V5))
        await settle()
        before = len(transport.written)
        connection.data_received(publish(V5, REFUSED, packet_id=7, topic=TOPIC))
        await until(lambda: len(transport.written) > before)
        assert transport.written[-1:] == b"\x99", "payload format invalid"
        assert door.reasons() == {"attribute_refused": 1}
        (stated,) = door.keeper.kept
        assert isinstance(stated, Stated)
        assert [one.name for one in stated.statements] == ["lid"]

    play(story)


def test_attributes_cost_their_share_of_the_quota() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        for number in range(1, 4000):
            connection.data_received(publish(V311, GOOD, packet_id=number, topic=TOPIC))
            if transport.is_paused:
                break
        assert transport.is_paused, "it is read more slowly"
        assert number < 3500, "a message of attributes is worth ten readings"
        assert "too_many" in door.reasons()

    play(story)


def test_over_http(door: RunningDoor) -> None:
    address = f"http://127.0.0.1:{door.http_port}/v1/attributes"
    login = ("well-1", door.secrets["well-1"])
    answer = httpx.post(address, content=GOOD, auth=login, timeout=30)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
    with door._inside():
        assert dict(Attribute.objects.values_list("name", "text")) == {"battery": "87", "firmware": "1.4.2"}
    answer = httpx.post(address, content=b'{"attributes": {"battery": "full", "lid": "shut"}}', auth=login, timeout=30)
    assert (answer.status_code, answer.json()["accepted"], answer.json()["quarantined_count"]) == (202, 1, 1)
    answer = httpx.post(address, content=b'{"values": {"battery": 1}}', auth=login, timeout=30)
    assert answer.status_code == 400
    assert "expected an object with “attributes”" in answer.json()["message"]
    assert httpx.get(address, timeout=30).status_code == 405
