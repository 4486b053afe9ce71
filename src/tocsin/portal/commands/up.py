"""`tocsin up` starts everything on this machine; `tocsin run PROCESS` one part of it."""

import click

from tocsin.portal.catalogue import DEVICE_PROTOCOLS, PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.preparation import prepare_database
from tocsin.portal.processes import run_process
from tocsin.portal.supervisor import Supervisor


@click.command()
def up() -> None:
    """Start all of Tocsin on this machine; Ctrl-C stops it."""
    supervisor = Supervisor(Configuration.from_environment(), say=click.echo)
    try:
        supervisor.load()
        password = prepare_database()
        supervisor.start()
        configuration = supervisor.configuration
        click.echo(f"console    {supervisor.console_url}")
        for one in DEVICE_PROTOCOLS:
            address = one.address.format(host=configuration.door_hosts[one.name], port=configuration.door_ports[one.name])
            click.echo(f"{one.name.upper()} door  {address}")
        click.echo(f"data       {configuration.data}")
        _tell_first_login(password)
        supervisor.wait()
    finally:
        supervisor.stop()


@click.command()
def prepare() -> None:
    """Bring the database up to this version; before `tocsin run`, once after each upgrade (`tocsin up` does it by itself)."""
    _tell_first_login(prepare_database())


@click.command()
@click.argument("process", type=click.Choice(list(PROCESSES)))
def run(process: str) -> None:
    """Run one PROCESS until SIGTERM, as a service manager would."""
    run_process(process)


def _tell_first_login(password: str | None) -> None:
    if password:
        click.echo(f"first log-in: user admin, one-time password {password} (it must be changed at once)")
