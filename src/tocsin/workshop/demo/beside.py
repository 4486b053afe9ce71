"""Who acts through the services of a demonstration, in a process of their own: departments that deliver, and the public.

Beside thousands of devices one thread would hold the database's lock while it waits for the interpreter, and every process of the
product would wait with it.
"""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress

import click
import msgspec

from tocsin.base.errors import TocsinError
from tocsin.base.process import stop_by_signal
from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import LEASH, SWITCH_S, end_with_supervisor, keep_kernels_in_the_data_folder, set_up_django
from tocsin.portal.supervisor import environment_of
from tocsin.workshop.demo.memory import MemoryFile

PATIENCE_S = 8.0  # for the act that is being done; a delivery that is broken off is taken up by the next start


class Errand(msgspec.Struct, frozen=True):
    """What is played: the scenario, at which speed, from which moment of the city's time, with the product at `url`.

    `by_hand`: the public's officers are played by whoever looks.
    """

    scenario: str
    speed: float
    from_ms: int
    url: str
    by_hand: bool


async def play(errand: Errand, configuration: Configuration) -> None:
    """Plays until cancelled; TocsinError where the process ends before."""
    environment = {**os.environ, **environment_of(configuration), LEASH: "1"}
    command = [sys.executable, "-m", "tocsin.workshop.demo.beside", msgspec.json.encode(errand).decode()]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, env=environment, start_new_session=True
    )
    try:
        raise TocsinError(f"the departments and the public of the demonstration ended with code {await process.wait()}")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PATIENCE_S)
            except TimeoutError:
                process.kill()


def main() -> None:
    """Runs until SIGTERM."""
    stopping = stop_by_signal(signal.SIGTERM)
    threading.Thread(target=end_with_supervisor, daemon=True, name="leash").start()
    keep_kernels_in_the_data_folder()
    set_up_django()
    sys.setswitchinterval(SWITCH_S)
    _play(msgspec.json.decode(sys.argv[1], type=Errand), stopping)


def _play(errand: Errand, stopping: threading.Event) -> None:
    """The departments in a thread, the public in this one; what ends either ends both."""
    from tocsin.simulation.city import City
    from tocsin.simulation.world import World
    from tocsin.workshop.demo.resources.player import ResourcePlayer
    from tocsin.workshop.demo.scenarios import load_scenario

    world = World(City.build(), load_scenario(errand.scenario))
    clock = Configuration.from_environment().clock
    failures: list[Exception] = []

    def deliver() -> None:
        try:
            ResourcePlayer(world, clock, click.echo).play()
        except Exception as error:  # noqa: BLE001 - raised below, in the thread whose end is the process's
            failures.append(error)
            stopping.set()

    threading.Thread(target=deliver, daemon=True, name="departments").start()
    _play_public(errand, world.city.region_code, stopping)
    stopping.wait()
    if failures:
        raise failures[0]


def _play_public(errand: Errand, region_code: str, stopping: threading.Event) -> None:
    """Until it is stopped; not at all in a demonstration that was begun before it had a public."""
    from tocsin.workshop.demo.firms.cast import Cast
    from tocsin.workshop.demo.public.phones import Phones
    from tocsin.workshop.demo.public.player import PublicPlayer, Stage
    from tocsin.workshop.demo.public.told import Public
    from tocsin.workshop.demo.scenarios import load_scenario

    configuration = Configuration.from_environment()
    memory = MemoryFile(configuration.data).read()
    if memory is None or not memory.salt:
        return
    phones = Phones(configuration.data, errand.speed)
    phones.start(errand.url)
    public = Public(Cast(load_scenario(errand.scenario).begin_ms, region_code), memory.salt)
    stage = Stage(public, configuration.data, errand.url)
    player = PublicPlayer(stage, phones, configuration.clock, errand.from_ms, click.echo, by_hand=errand.by_hand)
    try:
        player.play(stopping)
    finally:
        phones.stop()


if __name__ == "__main__":
    main()
