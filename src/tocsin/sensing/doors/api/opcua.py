"""The OPC UA poller: a child process speaks to each server (`opcua.services.child`), and what it hears goes to the log."""

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.levels import Quality
from tocsin.base.log_fields import bind
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import NAN, add_measured
from tocsin.sensing.opcua.policy import opcua_policy
from tocsin.sensing.opcua.rules.orders import MOST_SAID, Said, Unread
from tocsin.sensing.opcua.rules.places import KnownServer
from tocsin.sensing.opcua.services.nursery import Nursery, order_for
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.gatehouse import Gatehouse
    from tocsin.sensing.opcua.policy import OpcUaPolicy

log = logging.getLogger(__name__)

NAME: Final = "opcua"
FIRST_PAUSE_S: Final = 5.0  # after a child that has fallen
LOOK_S: Final = 2.0  # at the policy


class OpcUaPoller:
    """Keeps a child for every server that is entered. `messages` counts what servers have answered."""

    def __init__(self) -> None:
        self.messages = 0
        self._nursery = Nursery()
        self._watched: dict[str, tuple[KnownServer, asyncio.Task[None]]] = {}
        self._policy: OpcUaPolicy | None = None
        self._looking: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def open(self, gatehouse: "Gatehouse", configuration: "DoorSettings") -> None:
        """See `Door.open`; there is nothing that could be taken."""
        self._gatehouse = gatehouse
        gatehouse.registry.on_change.append(self._look)
        self._look()
        self._looking = asyncio.create_task(self._keep_policy())

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self._is_stopping = True
        for task in (*(task for _server, task in self._watched.values()), *((self._looking,) if self._looking else ())):
            task.cancel()

    async def close(self) -> None:
        """See `Door.close`."""
        await asyncio.gather(*(task for _server, task in self._watched.values()), return_exceptions=True)
        await asyncio.to_thread(self._nursery.close)

    def _look(self) -> None:
        """Begins with new servers, ends with those that are gone, and begins anew where one, or the policy, has changed."""
        if self._is_stopping:
            return
        policy = opcua_policy()
        known = self._gatehouse.registry.opcua_servers
        wanted = {one.code: one for one in known[: policy.asking.servers]}
        if len(known) > policy.asking.servers:
            log.warning("%d servers are to be asked by OPC UA; %d are, as the policy says", len(known), policy.asking.servers)
        for code, (server, task) in list(self._watched.items()):
            if task.done() or wanted.get(code) != server or policy is not self._policy:
                task.cancel()
                del self._watched[code]
        self._policy = policy
        for code, server in wanted.items():
            if code not in self._watched:
                self._watched[code] = server, asyncio.create_task(self._watch(server, policy))

    async def _keep_policy(self) -> None:
        """A changed policy holds at its hour, without a restart."""
        while True:
            await asyncio.sleep(LOOK_S)
            if opcua_policy() is not self._policy:
                self._look()

    async def _watch(self, server: KnownServer, policy: "OpcUaPolicy") -> None:
        """A child after the other, each for as long as it stands."""
        bind(device=server.code)
        pause_s = FIRST_PAUSE_S
        order = order_for(server, "watch", policy.networks, policy.limits(self._gatehouse.policy.time.late_days))
        while True:
            try:
                end = await asyncio.to_thread(self._nursery.child)
                reader, writer = await asyncio.open_connection(sock=end, limit=MOST_SAID)
                try:
                    writer.write(msgspec.json.encode(order) + b"\n")
                    await writer.drain()
                    while line := await reader.readline():
                        pause_s = FIRST_PAUSE_S
                        wait_s = await self._keep(server, decode_json(line, Said, most_bytes=MOST_SAID))
                        writer.write(b"%.3f\n" % wait_s)
                        await writer.drain()
                finally:
                    with suppress(OSError):
                        writer.close()
            except (OSError, ValueError, InvalidInput) as error:
                log.warning("the process that speaks to %s has ended: %s", server.endpoint, error)
            why = Unavailable("the server has sent more, or taken longer, than the process that reads it may; it is begun anew")
            self._set_aside(server.code, [Fault(Reason.NO_ANSWER, why, server.endpoint)])
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, policy.asking.longest_retry_s)

    async def _keep(self, server: KnownServer, said: Said) -> float:
        """Into the columns; returns when they are in the log, with the seconds for which the server is asked for nothing more."""
        gatehouse = self._gatehouse
        device = gatehouse.registry.devices.get(server.code)
        if device is None:
            return 0.0  # disabled a moment ago
        columns, times = gatehouse.intake.columns, gatehouse.times()
        before, faults = len(columns), [_fault(one) for one in said.unread]
        for one in said.heard:
            ts_ms = times.now_ms if one.ts_ms is None else one.ts_ms
            value = NAN if one.value is None else one.value
            quality = Quality(one.quality) if one.quality in (0, 1, 2) else Quality.BAD
            add_measured(ts_ms, one.channel, value, quality, device.channels, times, columns, faults)
        if said.trouble is not None:
            faults.append(Fault(Reason.NO_ANSWER, said.trouble.error(Unavailable), server.endpoint[:SAMPLE_BYTES]))
        if said.answered:
            self.messages += 1
            gatehouse.ledger.count(server.code, 1, door=NAME)
        if faults:
            self._set_aside(server.code, faults)
        if not said.heard:
            return 0.0
        await self._in_the_log()
        return gatehouse.charge(NAME, device, max(1, len(columns) - before), asyncio.get_running_loop().time())

    async def _in_the_log(self) -> None:
        """The server is told that it may forget only what is in the log."""
        done = asyncio.Event()
        self._gatehouse.intake.tell(done.set)
        await done.wait()

    def _set_aside(self, code: str, faults: list[Fault]) -> None:
        self._gatehouse.ledger.count(code, 0, rejected=1)
        for fault in faults:
            self._gatehouse.ledger.set_aside(code, NAME, fault)


def _fault(one: Unread) -> Fault:
    reason = Reason.VALUE_UNREADABLE if one.is_value else Reason.NO_ANSWER
    return Fault(reason, one.why.error(), one.channel[:SAMPLE_BYTES])
