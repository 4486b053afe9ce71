"""A door without a network: a real connection object, a transport that remembers, a log in memory."""

import asyncio
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
from django.db import DatabaseError

from tocsin.base.errors import Unavailable
from tocsin.base.keys import Purpose, key_for
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.rules import Channel, access_fingerprint, digest_of
from tocsin.sensing.doors.api.mqtt import MqttDoor
from tocsin.sensing.doors.api.mqtt_connection import MqttConnection
from tocsin.sensing.doors.rules.payload import Channels
from tocsin.sensing.doors.services.gatehouse import Gatehouse
from tocsin.sensing.doors.services.intake import Intake
from tocsin.sensing.doors.services.keeper import Keeper
from tocsin.sensing.doors.services.ledger import Ledger
from tocsin.sensing.doors.services.loading import KnownDevice, own_topic
from tocsin.sensing.doors.services.logins import LoginBrake
from tocsin.sensing.doors.services.registry import Registry
from tocsin.sensing.doors.services.strangers import Stranger, Strangers
from tocsin.sensing.quarantine.services.keeping import Unread

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tocsin.bus.connection import Connection
    from tocsin.sensing.doors.rules.settings import DoorSettings

NOW_MS = 1_764_000_000_000
CLOCK = Clock(origin_ms=NOW_MS, started_ms=0, speed=0.0)  # a clock that stands still
METHANE: dict[str, Channel] = {"methane": (0, None, ("methane", ""))}


def device(code: str = "well-1", secret: str = "secret", password: str = "", **channels: Channel) -> KnownDevice:  # noqa: S107 - of a device in memory
    topic = own_topic(code).encode()
    access = access_fingerprint(code, password, key_for(Purpose.ACCESS)) if password else ""
    return KnownDevice(code, digest_of(secret), access, Channels(channels or METHANE, code), len(topic).to_bytes(2) + topic)


class MemoryLog:
    """Stands for the bus; refuses while `is_down`."""

    def __init__(self) -> None:
        self.batches: list[Readings] = []
        self.is_down = False

    async def publish_readings(self, readings: Readings, *, message_id: str) -> int:
        await asyncio.sleep(0)
        if self.is_down:
            raise Unavailable("down")
        self.batches.append(readings)
        return len(self.batches)

    def rows(self) -> list[tuple[int, int, float]]:
        return [
            (s, t, v)
            for batch in self.batches
            for s, t, v in zip(batch.sensor.tolist(), batch.ts.tolist(), batch.value.tolist(), strict=True)
        ]


class StillRegistry(Registry):
    """Knows what it is given; asks no database."""

    async def refresh(self) -> None:
        await asyncio.sleep(0)

    async def looked(self) -> None:
        self.looks = getattr(self, "looks", 0) + 1
        await asyncio.sleep(0)


class MemoryKeeper(Keeper):
    """Keeps in a list; refuses while `is_down`."""

    def __init__(self) -> None:
        super().__init__(cast("ThreadPoolExecutor", None))
        self.kept: list[Unread] = []
        self.is_down = False
        self.busy: tuple[str, ...] = ()

    async def _write(self, batch: Sequence[Unread]) -> tuple[str, ...]:
        await asyncio.sleep(0)
        if self.is_down:
            raise DatabaseError("down")
        self.kept.extend(batch)
        return self.busy


class MemoryTransport(asyncio.Transport):
    """Remembers what was written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 1)})
        self.written = bytearray()
        self.is_paused = self.is_aborted = False
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self._closing
        self.written += data

    def close(self) -> None:
        self._closing = True

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Takes all at once."""

    def abort(self) -> None:
        self._closing = self.is_aborted = True

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class DoorInMemory:
    """One gatehouse, as many connections as a test opens. To be made inside a running event loop."""

    def __init__(self, *devices: KnownDevice, **log_policy: Any) -> None:
        thread = cast("ThreadPoolExecutor", None)  # nothing is written to a database here
        self.log = MemoryLog()
        chosen = _with_log(policy(), log_policy)
        registry = StillRegistry(thread)
        registry.devices = {one.code: one for one in devices or (device(),)}
        self.gatehouse = Gatehouse(
            registry=registry,
            intake=Intake(cast("Connection", self.log), chosen.log, pace_s=0.0),
            ledger=Ledger(thread, CLOCK),
            brake=LoginBrake(chosen.login),
            clock=CLOCK,
            policy=chosen,
        )
        self.keeper = self.gatehouse.keeper = MemoryKeeper()
        self.door = MqttDoor()
        self.door._gatehouse = self.gatehouse
        self.door.porch.strangers = Strangers(chosen.strangers)
        self.appending = asyncio.create_task(self.gatehouse.intake.run())

    def open(self) -> tuple[MqttConnection, MemoryTransport]:
        now_s = asyncio.get_running_loop().time()
        transport = MemoryTransport()
        connection = MqttConnection(self.door, self.gatehouse, Stranger("192.0.2.7", now_s, transport.abort))
        self.door.porch.strangers.enter(connection.stranger)
        connection.connection_made(transport)
        return connection, transport

    async def listen(self, **changed: Any) -> int:
        """Opens the MQTT door on a port of loopback and returns it; `changed` figures of the policy of strangers."""
        chosen = self.gatehouse.policy
        strangers = msgspec.structs.replace(chosen.strangers, **changed)
        mqtt = msgspec.structs.replace(chosen.mqtt, connections=strangers.connections)
        self.gatehouse.take_policy(msgspec.structs.replace(chosen, strangers=strangers, mqtt=mqtt))
        listening = SimpleNamespace(door_hosts={"mqtt": "127.0.0.1"}, door_ports={"mqtt": 0}, doors_in_clear=False)
        listening.mqtt_tls_certificate = listening.mqtt_tls_key = ""
        await self.door.open(self.gatehouse, cast("DoorSettings", listening))
        return self.door.porch.port

    async def close(self) -> None:
        self.door.stop_reading()
        await self.door.close()
        self.appending.cancel()

    def reasons(self) -> dict[str, int]:
        """Reason -> how many, of what was set aside."""
        found: dict[str, int] = {}
        for aside in self.gatehouse.ledger._aside.values():
            found[aside.reason] = found.get(aside.reason, 0) + aside.count
        return found


def _with_log(chosen: Any, log_policy: dict[str, Any]) -> Any:
    return msgspec.structs.replace(chosen, log=msgspec.structs.replace(chosen.log, **log_policy)) if log_policy else chosen


async def until(holds: Callable[[], object]) -> None:
    """Waits until it holds: what a door does by its own clock."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.005)


async def settle() -> None:
    """Lets everything that is under way in memory come to its end."""
    for _ in range(20):
        await asyncio.sleep(0)
