"""Asking units of Modbus TCP: one connection a host, one request at a time, only where the policy lets it."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.federation.services.outgoing import Refused, allowed_address
from tocsin.sensing.modbus.policy import ModbusPolicy
from tocsin.sensing.modbus.rules import BITS, REFUSALS, Block, KnownUnit, Register, blocks_of

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # what fails is told here, with its device

READS: Final = {
    "coil": "read_coils",
    "discrete": "read_discrete_inputs",
    "input": "read_input_registers",
    "holding": "read_holding_registers",
}


@dataclass(frozen=True)
class Answered:
    """One register as a unit has told it; None: it says itself that it has not measured."""

    register: Register
    value: float | None


@dataclass(frozen=True)
class Failed:
    """One request that a unit has refused, with the channels that it would have brought."""

    channels: tuple[str, ...]
    why: InvalidInput


class ModbusHost:
    """One host with one connection, over which all its units are asked, one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._client: AsyncModbusTcpClient | None = None

    async def ask(self, unit: KnownUnit, policy: ModbusPolicy) -> list[Answered | Failed]:
        """All registers of a unit; Unavailable where the host may not be asked, does not answer, or answers nonsense."""
        client = await self._connected(policy)
        found: list[Answered | Failed] = []
        for number, block in enumerate(blocks_of(unit.registers)):
            if number and policy.asking.pause_s:
                await asyncio.sleep(policy.asking.pause_s)
            found += await self._read(client, unit, block, policy)
        return found

    def close(self) -> None:
        """Ends the connection; the next question opens another one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _connected(self, policy: ModbusPolicy) -> AsyncModbusTcpClient:
        if self._client is not None and self._client.connected:
            return self._client
        self.close()
        try:
            address = await asyncio.to_thread(allowed_address, self.host, self.port, policy.networks)
        except Refused as refused:
            raise Unavailable(
                "%(host)s leads to %(address)s, which is inside; the policy “Modbus units that are asked” must name its network",
                host=self.host,
                address=str(refused.address),
            ) from None
        except LookupError:
            raise Unavailable("%(host)s has no address; correct the host", host=self.host) from None
        client = AsyncModbusTcpClient(
            address, port=self.port, timeout=policy.asking.answer_within_s, retries=0, reconnect_delay=0
        )
        if not await client.connect():
            client.close()
            raise self._silent()
        self._client = client
        return client

    async def _read(
        self, client: AsyncModbusTcpClient, unit: KnownUnit, block: Block, policy: ModbusPolicy
    ) -> list[Answered | Failed]:
        read = getattr(client, READS[block.table])
        try:
            async with asyncio.timeout(policy.asking.answer_within_s + 1):
                answer = await read(block.address, count=block.count, device_id=unit.unit)
        except (ModbusException, TimeoutError, OSError):
            self.close()
            raise self._silent() from None
        except BaseException:
            self.close()  # an answer that comes later must not be taken for another one
            raise
        if answer.isError():
            return [Failed(tuple(one.channel for one in block.registers), _refusal(answer))]
        raw = answer.bits if block.table in BITS else answer.registers
        if len(raw) < block.count:
            self.close()
            raise Unavailable("the unit has told less than it was asked for")
        return list(_values(block, raw))

    def _silent(self) -> Unavailable:
        return Unavailable("%(host)s:%(port)s does not answer; look at its power and its network", host=self.host, port=self.port)


def _values(block: Block, raw: list[Any]) -> Iterator[Answered]:
    for one in block.registers:
        at = one.address - block.address
        yield Answered(one, one.value(raw[at : at + one.size]))


def _refusal(answer: Any) -> InvalidInput:
    code = int(getattr(answer, "exception_code", 0))
    return REFUSALS.get(code) or InvalidInput("the unit refuses, with a code of its own")


async def ask_once(unit: KnownUnit, policy: ModbusPolicy) -> list[Answered | Failed]:
    """One question over a connection of its own; see `ModbusHost.ask`."""
    host = ModbusHost(unit.host, unit.port)
    try:
        return await host.ask(unit, policy)
    finally:
        with suppress(OSError):
            host.close()
