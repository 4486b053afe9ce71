"""The door process: opens every door of the catalogue and takes what they read to the log, until SIGTERM."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from tocsin.base.process import run_until_signal
from tocsin.bus.connection import connect
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.doors.services.gatehouse import Door, Gatehouse
from tocsin.sensing.doors.services.intake import Intake
from tocsin.sensing.doors.services.ledger import Ledger
from tocsin.sensing.doors.services.logins import LoginBrake
from tocsin.sensing.doors.services.registry import Registry

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings

log = logging.getLogger(__name__)

LAST_APPEND_S = 1.5
POLICY_S = 2.0


def run() -> None:
    """Runs until SIGTERM; what was read by then is in the log and answered, or its senders send it again."""
    run_until_signal(partial(run_doors, settings.CONFIGURATION))


async def run_doors(configuration: "DoorSettings", stop: asyncio.Event) -> None:
    """Runs the doors until `stop` is set; Unavailable where an address is taken or the bus does not answer."""
    with ThreadPoolExecutor(1, thread_name_prefix="door-database") as thread:
        async with await connect() as connection:
            ledger = Ledger(thread, configuration.clock)
            gatehouse = Gatehouse(
                registry=Registry(thread),
                intake=Intake(connection, policy().log),
                ledger=ledger,
                brake=LoginBrake(policy().login),
                clock=configuration.clock,
                policy=policy(),
            )
            await gatehouse.registry.refresh()
            try:
                await serve(gatehouse, doors_of_the_house(), configuration, stop)
            finally:
                await ledger.write()
                await asyncio.get_running_loop().run_in_executor(thread, connections.close_all)


def doors_of_the_house() -> list[Door]:
    """One door for each protocol of the catalogue, not open yet, and what asks devices that don't speak by themselves."""
    named = (*(one.door for one in settings.DEVICE_PROTOCOLS), *settings.DEVICE_POLLERS)
    return [import_string(name.replace(":", "."))() for name in named]


async def serve(gatehouse: Gatehouse, doors: list[Door], configuration: "DoorSettings", stop: asyncio.Event) -> None:
    """Opens the doors, keeps the common work going, and closes in the order in which nothing that was read is lost."""
    opened: list[Door] = []
    appending = asyncio.create_task(gatehouse.intake.run())
    work = [
        appending,
        asyncio.create_task(gatehouse.registry.keep_fresh()),
        asyncio.create_task(gatehouse.ledger.keep_writing()),
        asyncio.create_task(_keep_policy(gatehouse)),
    ]
    stopping = asyncio.create_task(stop.wait())
    try:
        for door in doors:
            await door.open(gatehouse, configuration)
            opened.append(door)
        done, _pending = await asyncio.wait([stopping, *work], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()  # the common work never ends by itself: what ended it is raised here
    finally:
        for door in opened:
            door.stop_reading()
        try:
            async with asyncio.timeout(LAST_APPEND_S):
                await gatehouse.intake.drained()
                await gatehouse.keeper.drained()
        except TimeoutError:
            log.warning("the log, or the database, did not take what was read last; its senders were not told and send it again")
        for door in opened:
            await door.close()
        for task in (*work, stopping):
            task.cancel()
        await asyncio.gather(*work, stopping, return_exceptions=True)


async def _keep_policy(gatehouse: Gatehouse) -> None:
    """A changed policy of the doors holds at its hour, without a restart."""
    while True:
        await asyncio.sleep(POLICY_S)
        in_force = policy()
        if in_force is not gatehouse.policy:
            gatehouse.take_policy(in_force)
            log.info("the doors go by another policy from here on")
