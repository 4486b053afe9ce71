"""The Modbus poller: what doors are for devices that speak, for devices that must be asked. It listens nowhere."""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.base.errors import Unavailable
from tocsin.base.levels import Quality
from tocsin.base.log_fields import bind
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import NAN, add_measured
from tocsin.sensing.modbus.policy import modbus_policy
from tocsin.sensing.modbus.rules import KnownUnit
from tocsin.sensing.modbus.services.asking import Answered, Failed, ModbusHost
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.gatehouse import Gatehouse

log = logging.getLogger(__name__)

NAME = "modbus"
FIRST_RETRY_S = 5.0


@dataclass
class Due:
    """One unit with when it is asked next, by the loop's time, and how long it is left alone after a failure."""

    unit: KnownUnit
    at_s: float
    retry_s: float = 0.0


class ModbusPoller:
    """Asks every unit that is entered, a task for each host. `messages` counts the units that have answered."""

    def __init__(self) -> None:
        self.messages = 0
        self._hosts: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._units: dict[tuple[str, int], tuple[KnownUnit, ...]] = {}
        self._is_stopping = False

    async def open(self, gatehouse: "Gatehouse", configuration: "DoorSettings") -> None:
        """See `Door.open`; there is nothing that could be taken."""
        self._gatehouse = gatehouse
        gatehouse.registry.on_change.append(self._look)
        self._look()

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self._is_stopping = True
        for task in self._hosts.values():
            task.cancel()

    async def close(self) -> None:
        """See `Door.close`."""
        await asyncio.gather(*self._hosts.values(), return_exceptions=True)

    def _look(self) -> None:
        """Begins with hosts that are new, ends with those that are gone, and begins anew where a unit has changed."""
        if self._is_stopping:
            return
        by_host: dict[tuple[str, int], list[KnownUnit]] = defaultdict(list)
        for unit in self._gatehouse.registry.modbus_units:
            by_host[unit.host, unit.port].append(unit)
        most = modbus_policy().asking.addresses
        wanted = {place: tuple(units) for place, units in sorted(by_host.items())[:most]}
        if len(by_host) > most:
            log.warning("%d hosts are to be asked by Modbus; %d are, as the policy says", len(by_host), most)
        for place, task in list(self._hosts.items()):
            if task.done() or wanted.get(place) != self._units.get(place):
                task.cancel()
                del self._hosts[place]
        for place, units in wanted.items():
            if place not in self._hosts:
                self._units[place] = units
                self._hosts[place] = asyncio.create_task(self._ask_all(*place, units))

    async def _ask_all(self, host: str, port: int, units: tuple[KnownUnit, ...]) -> None:
        """One unit after the other, each at its time."""
        line, loop = ModbusHost(host, port), asyncio.get_running_loop()
        due = [Due(unit, loop.time() + number * unit.period_s / len(units)) for number, unit in enumerate(units)]
        try:
            while True:
                one = min(due, key=lambda one: one.at_s)
                await asyncio.sleep(max(0.0, one.at_s - loop.time()))
                started_s = loop.time()
                bind(device=one.unit.code)
                await self._ask(line, one)
                period_s = max(one.unit.period_s, modbus_policy().asking.least_period_s)
                one.at_s = max(started_s + period_s, loop.time() + one.retry_s)
        finally:
            line.close()

    async def _ask(self, line: ModbusHost, one: Due) -> None:
        policy = modbus_policy()
        try:
            answers = await line.ask(one.unit, policy)
        except Unavailable as error:
            one.retry_s = min(max(FIRST_RETRY_S, 2 * one.retry_s), policy.asking.longest_retry_s)
            self._set_aside(one.unit.code, [Fault(Reason.NO_ANSWER, error, f"{one.unit.host}:{one.unit.port}")])
            return
        one.retry_s = 0.0
        await self._keep(one.unit, answers)

    async def _keep(self, unit: KnownUnit, answers: list[Answered | Failed]) -> None:
        """Into the columns, at the time at which the unit has answered."""
        gatehouse = self._gatehouse
        device = gatehouse.registry.devices.get(unit.code)
        if device is None:
            return  # disabled a moment ago
        columns, times = gatehouse.intake.columns, gatehouse.times()
        before, faults = len(columns), list[Fault]()
        for one in answers:
            if isinstance(one, Failed):
                faults.append(Fault(Reason.NO_ANSWER, one.why, ", ".join(one.channels)[:SAMPLE_BYTES]))
                continue
            value = NAN if one.value is None else one.value
            add_measured(times.now_ms, one.register.channel, value, Quality.GOOD, device.channels, times, columns, faults)
        self.messages += 1
        gatehouse.ledger.count(unit.code, 1, door=NAME)
        if faults:
            self._set_aside(unit.code, faults)
        await self._in_the_log()
        wait_s = gatehouse.charge(NAME, device, max(1, len(columns) - before), asyncio.get_running_loop().time())
        await asyncio.sleep(wait_s)

    async def _in_the_log(self) -> None:
        """Nobody waits for an answer, but what was read must not pile up: the next question comes after it is in the log."""
        done = asyncio.Event()
        self._gatehouse.intake.tell(done.set)
        await done.wait()

    def _set_aside(self, code: str, faults: list[Fault]) -> None:
        self._gatehouse.ledger.count(code, 0, rejected=1)
        for fault in faults:
            self._gatehouse.ledger.set_aside(code, NAME, fault)
