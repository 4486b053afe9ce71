"""A stranger who has taken the bus's port while it is down learns nothing; each start of the bus has a token of its own."""

import asyncio
import dataclasses
import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tocsin.base.errors import Unavailable
from tocsin.bus import connection, peer
from tocsin.bus.connection import plain_client, server_url

pytestmark = [pytest.mark.one_database, pytest.mark.django_db(databases=())]
INFO = {"server_id": "x", "version": "2.15.0", "max_payload": 1 << 20, "proto": 1, "headers": True, "auth_required": True}


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, nats_url="")
    (tmp_path / "bus").mkdir()
    return tmp_path / "bus"


def heard_by_a_stranger(folder: Path) -> bytes:
    """What a program on the port is told by a client that takes it for the bus."""
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"INFO " + json.dumps(INFO).encode() + b"\r\n")
        heard.extend(await reader.read(4096))
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            (folder / "url").write_text(f"nats://the-token@127.0.0.1:{port}\n")
            with suppress(*connection.ERRORS):
                await (await plain_client(server_url())).close()

    asyncio.run(story())
    return bytes(heard)


def test_a_stranger_on_the_port_is_told_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ATTEMPT_S", 1.0)
    assert b"the-token" in heard_by_a_stranger(folder), "it is what our own server is told"
    asked = peer.holder_of
    monkeypatch.setattr(peer, "holder_of", lambda *row, **ends: None if asked(*row, **ends) is None else 65534)
    assert heard_by_a_stranger(folder) == b""


def test_the_kernel_says_whose_the_other_end_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And of a connection that nobody has taken yet, or that there is not, it says nothing."""

    uid = folder.stat().st_uid

    def ask(own: socket.socket, **other: Any) -> None:
        ends = {"own": own.getsockname(), "other": own.getpeername(), "uid": uid} | other
        asyncio.run(peer.require_peer(**ends))

    monkeypatch.setattr(peer, "PATIENCE_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as own:
        with pytest.raises(ConnectionRefusedError, match="nobody can be told"):
            ask(own)
        with server.accept()[0]:
            ask(own)
            with pytest.raises(ConnectionRefusedError, match=f"held by user {uid}, not by {uid + 1}"):
                ask(own, uid=uid + 1)
            with pytest.raises(ConnectionRefusedError, match="nobody can be told"):
                ask(own, other=("127.0.0.1", 1))


def test_a_bus_that_has_not_started_is_said_so(folder: Path) -> None:
    with pytest.raises(Unavailable, match="has not started"):
        server_url()
