"""`tocsin`: one group; each command is loaded when it is called."""

import sys
from importlib import import_module

import click

from tocsin.base.errors import TocsinError
from tocsin.base.private_files import keep_files_private
from tocsin.portal.catalogue import COMMANDS


class CatalogueGroup(click.Group):
    """A group whose commands are the catalogue's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=CatalogueGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin", prog_name="tocsin")
def tocsin() -> None:
    """City safety, from a sensor's reading to an alarm with its cause named."""


def main() -> None:
    """Entry point: an error that Tocsin raised on purpose is one line, not a traceback. What it writes is its user's alone."""
    keep_files_private()
    try:
        tocsin()
    except TocsinError as error:
        click.echo(f"tocsin: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
