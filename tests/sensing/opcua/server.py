"""Asyncua's own server in a child process, which tests start, change, cut off and kill.

    python -m tests.sensing.opcua.server PORT FOLDER

It says `ready` when it listens, does what each line of its standard input says (`Change` in JSON), and answers `done`.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.ports import free_port

VALUES: dict[str, Any] = {"Methane": 12.5, "Flow": 3.0, "Pump": True, "Name": "plant seven", "Many": [1.0, 2.0], "Speed": 1.0}
SPACE = "http://plant.example/"
BOMB = b"\x80\xff\xff\xff\x7f"  # an array of two thousand million nothings


class RunningServer:
    """The test's end of it."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder, self.port = folder, port or free_port()
        self.start()

    @property
    def endpoint(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.port}/plant"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.sensing.opcua.server", str(self.port), str(self.folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready"

    def do(self, act: str, *args: Any) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([act, *args]) + "\n")
        self.process.stdin.flush()
        return self._line()

    def write(self, name: str, value: Any, *, status: int = 0, source_ms: int | None = None) -> None:
        assert self.do("write", name, value, status, source_ms) == "done"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            if end is not None:
                end.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def running_server(folder: Path) -> Iterator[RunningServer]:
    server = RunningServer(folder)
    try:
        yield server
    finally:
        server.kill()


async def serve(port: int, folder: Path) -> None:
    from asyncua import Server, ua
    from asyncua.crypto.cert_gen import setup_self_signed_certificate
    from asyncua.server.user_managers import User, UserRole
    from asyncua.ua import ua_binary
    from cryptography.x509.oid import ExtendedKeyUsageOID

    plain = ua_binary.variant_to_binary
    ua_binary.variant_to_binary = lambda one: BOMB if one.Value == "bomb" else plain(one)

    class Users:
        def get_user(self, iserver: Any, username: str | None = None, password: Any = None, certificate: Any = None) -> Any:
            if username is None:
                return User(role=UserRole.User)
            return User(role=UserRole.User) if (username, password) == ("tocsin", "let me read") else None

    server = Server(user_manager=Users())
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/plant")
    uri = "urn:plant:seven"
    await server.set_application_uri(uri)
    key, certificate = folder / "key.pem", folder / "certificate.der"
    await setup_self_signed_certificate(key, certificate, uri, "localhost", [ExtendedKeyUsageOID.SERVER_AUTH], {})
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    server.set_security_policy(
        [
            ua.SecurityPolicyType.NoSecurity,
            ua.SecurityPolicyType.Basic256Sha256_Sign,
            ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
        ]
    )
    space = await server.register_namespace(SPACE)
    plant = await server.nodes.objects.add_object(ua.NodeId("Plant", space), f"{space}:Plant")
    nodes = {name: await plant.add_variable(ua.NodeId(name, space), f"{space}:{name}", value) for name, value in VALUES.items()}
    traps = await server.nodes.objects.add_object(ua.NodeId("Traps", space), f"{space}:Traps")
    await traps.add_variable(ua.NodeId("Bomb", space), f"{space}:Bomb", "bomb")
    await traps.add_variable(ua.NodeId("Huge", space), f"{space}:Huge", "x" * 3_000_000)
    async with server:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            act, *args = json.loads(line)
            if act == "write":
                name, value, status, source_ms = args
                source = datetime.fromtimestamp(source_ms / 1000, UTC) if source_ms is not None else datetime.now(UTC)
                variant = None if value is None else ua.Variant(value, ua.VariantType.Double)
                await server.write_attribute_value(
                    nodes[name].nodeid, ua.DataValue(variant, ua.StatusCode(status), source, datetime.now(UTC))
                )
            elif act == "keep history":
                await server.historize_node_data_change(nodes[args[0]], count=100)
            elif act == "cut":
                for transport in list(server.iserver.asyncio_transports):
                    transport.abort()
            elif act == "forget and cut":
                for session in list(server.iserver._external_sessions.values()):
                    await session.close_session(True)
                for transport in list(server.iserver.asyncio_transports):
                    transport.abort()
                for value in args[1]:
                    await nodes[args[0]].write_value(value)
            print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
