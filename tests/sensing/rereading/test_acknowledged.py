"""A message of which something could not be read is acknowledged when it is kept, and not before; others don't wait for it."""

import asyncio

from tests.sensing.doors import NOW_MS, DoorInMemory, settle
from tests.sensing.packets import connect, publish
from tests.sensing.test_quotas import play
from tests.sensing.things.test_posting import post
from tocsin.sensing.doors.rules.mqtt_packets import V311
from tocsin.sensing.quarantine.rules import Form, Reason

GOOD, BAD = b'{"values": {"methane": 1}}', b'{"values": {"methane": 1, "wind": 2}}'
CONNACK, ACK_1, ACK_2, ACK_3 = b"\x20\x02\x00\x00", b"\x40\x02\x00\x01", b"\x40\x02\x00\x02", b"\x40\x02\x00\x03"


def test_a_puback_waits_for_the_keeper_and_those_behind_it_too() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        door.keeper.is_down = True
        connection.data_received(publish(V311, GOOD, packet_id=1))
        connection.data_received(publish(V311, BAD, packet_id=2))
        connection.data_received(publish(V311, GOOD, packet_id=3))
        await settle()
        assert bytes(transport.written) == CONNACK + ACK_1
        assert len(door.log.rows()) == 3
        other, others = door.open()
        other.data_received(connect(V311, client_id="d") + publish(V311, GOOD, packet_id=1))
        await settle()
        assert bytes(others.written) == CONNACK + ACK_1
        door.keeper.is_down = False
        await door.keeper.drained()
        await settle()
        assert bytes(transport.written) == CONNACK + ACK_1 + ACK_2 + ACK_3
        (kept,) = door.keeper.kept
        assert (kept.code, kept.form, kept.place, kept.content, kept.reason) == (
            "well-1",
            Form.READINGS,
            "tocsin/well-1/readings",
            BAD,
            Reason.UNKNOWN_CHANNEL,
        )
        assert len(kept.taken) == 12
        assert round(kept.arrived_at.timestamp() * 1000) == NOW_MS

    play(story)


def test_where_too_much_waits_the_connection_ends_unanswered() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        door.keeper.is_down = True
        large = b'{"values": {"wind": "' + b"x" * 200_000 + b'"}}'
        sent = 0
        while not transport.is_closing():
            sent += 1
            connection.data_received(publish(V311, large, packet_id=1))
            assert sent < 200
        await settle()
        assert bytes(transport.written) == CONNACK
        assert sent > 70

    play(story)


def test_http_answers_when_it_is_kept() -> None:
    async def story(door: DoorInMemory) -> None:
        door.keeper.is_down = True
        asking = asyncio.ensure_future(post(door, BAD, "/v1/readings"))
        await settle()
        assert not asking.done()
        door.keeper.is_down = False
        status, told, _headers = await asking
        assert (status, told["accepted"], told["quarantined_count"]) == (202, 1, 1)
        status, _told, _headers = await post(door, b"no JSON", "/v1/readings")
        assert status == 400
        assert [one.reason for one in door.keeper.kept] == [Reason.UNKNOWN_CHANNEL, Reason.UNREADABLE]

    play(story)


def test_what_names_no_content_is_not_kept() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, _transport = door.open()
        connection.data_received(connect(V311, password="wrong"))
        await settle()
        assert door.keeper.kept == []

    play(story)


def test_a_foreign_topic_is_kept_with_its_topic() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, _transport = door.open()
        connection.data_received(connect(V311) + publish(V311, GOOD, packet_id=1, topic="tocsin/well-2/readings"))
        await settle()
        (kept,) = door.keeper.kept
        assert (kept.form, kept.place, kept.taken) == (Form.FOREIGN, "tocsin/well-2/readings", b"")

    play(story)
