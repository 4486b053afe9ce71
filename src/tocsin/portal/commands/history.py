"""`tocsin history`: where the history of readings lies, and whether its store may be trusted."""

import sys

import click

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import set_up_django

WRITERS, VERSIONS = 16, 200  # as the store check has them: loaded only when it runs


@click.group()
def history() -> None:
    """Where the history of readings lies, and how it is written there (docs/history.md)."""


@history.command("show")
def show() -> None:
    """Say where the history lies, what it holds, and how its store was found."""
    set_up_django()
    from tocsin.sensing.face import History, place_of, store_found

    configuration = Configuration.from_environment()
    place = place_of(configuration.data)
    size = History(place).size()
    click.echo(f"{place}: {size.readings:,} readings in {size.files:,} files, {size.bytes:,} bytes")
    if configuration.history_store is not None:
        click.echo(_told(store_found(configuration.history_store)))


@history.command("carry")
def carry_into_store() -> None:
    """Put the history of the data folder into the configured store, where none is yet; all detectors must be stopped.

    The folder stays as it is: remove it when the store's history has been seen.
    """
    set_up_django()
    from tocsin.sensing.face import carry, folder_of, place_of
    from tocsin.warning.face import judged_by, read_count

    configuration = Configuration.from_environment()
    if configuration.history_store is None:
        raise InvalidInput("TOCSIN_HISTORY_URL names no store into which the history could be put")
    running = {process for process in judged_by(read_count(configuration.data)).values() if process}
    if running:
        raise Conflict(f"{', '.join(sorted(running))} judges and writes the history: stop all detectors first")
    source, target = folder_of(configuration.data), place_of(configuration.data)
    click.echo(f"{carry(source, target):,} files of readings from {source} are in {target}")


@history.command("check-store")
@click.option(
    "--writers", default=WRITERS, show_default=True, type=click.IntRange(2, 64), help="So many write at the same moment."
)
@click.option("--versions", default=VERSIONS, show_default=True, type=click.IntRange(1, 10_000), help="So often.")
def check(writers: int, versions: int) -> None:
    """Find out whether the store lets exactly one writer win; remembered, and followed by every process from then on.

    A store that passes takes commits directly. Before it has been checked, and where it fails, whoever commits holds a lock in
    PostgreSQL; this command then ends with code 3.
    """
    set_up_django()
    from django.utils import timezone

    from tocsin.sensing.face import check_store, record_store_check

    store = Configuration.from_environment().history_store
    if store is None:
        raise InvalidInput("the history lies in the data folder, which needs no check: TOCSIN_HISTORY_URL names a store")
    with click.progressbar(length=versions, label=store.address, file=sys.stderr) as bar:
        found = check_store(store, writers=writers, versions=versions, say=lambda _version: bar.update(1))
    record_store_check(store=store, check=found, now=timezone.now())
    click.echo(f"{writers} writers, {versions} versions in {found.seconds:.0f} s")
    for fault, count in found.faults.items():
        click.echo(f"{fault.value.replace('_', ' ')}: {count} versions")
    if found.faults:
        click.echo("not to be trusted: commits are locked in PostgreSQL")
        sys.exit(3)
    click.echo("exactly one winner of each: commits go directly to the store")


def _told(verdict: str) -> str:
    told = {
        "one_winner": "lets exactly one writer win: commits go directly to the store",
        "unsafe": "does not let exactly one writer win: commits are locked in PostgreSQL",
    }
    return told.get(verdict, "was never checked: commits are locked in PostgreSQL; run `tocsin history check-store`")
