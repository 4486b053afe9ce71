"""`tocsin manage`: everything of Django's own command line."""

import click

from tocsin.portal.processes import set_up_django


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands."""
    set_up_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tocsin manage", *arguments])
