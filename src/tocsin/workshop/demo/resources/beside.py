"""The departments of a demonstration in a process of their own: beside thousands of devices one thread would hold the database's
lock while it waits for the interpreter.
"""

import asyncio
import os
import sys
import threading
from contextlib import suppress

import click

from tocsin.base.errors import TocsinError
from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import LEASH, end_with_supervisor, keep_kernels_in_the_data_folder, set_up_django
from tocsin.portal.supervisor import environment_of

PATIENCE_S = 8.0


async def play(scenario: str, configuration: Configuration) -> None:
    """Delivers until cancelled; TocsinError where the process ends before."""
    environment = {**os.environ, **environment_of(configuration), LEASH: "1"}
    command = [sys.executable, "-m", "tocsin.workshop.demo.resources.beside", scenario]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, env=environment, start_new_session=True
    )
    try:
        raise TocsinError(f"the departments of the demonstration ended with code {await process.wait()}")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()  # a delivery that is broken off is taken up by the next start
            try:
                await asyncio.wait_for(process.wait(), PATIENCE_S)
            except TimeoutError:
                process.kill()


def main() -> None:
    """Runs until SIGTERM."""
    threading.Thread(target=end_with_supervisor, daemon=True, name="leash").start()
    keep_kernels_in_the_data_folder()
    set_up_django()
    from tocsin.simulation.city import City
    from tocsin.simulation.world import World
    from tocsin.workshop.demo.resources.player import ResourcePlayer
    from tocsin.workshop.demo.scenarios import load_scenario

    world = World(City.build(), load_scenario(sys.argv[1]))
    ResourcePlayer(world, Configuration.from_environment().clock, click.echo).play()


if __name__ == "__main__":
    main()
