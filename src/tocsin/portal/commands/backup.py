"""`tocsin backup` and `tocsin restore`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import set_up_django

if TYPE_CHECKING:
    from tocsin.portal.backup.returned import Returned

IN_CLEAR = """\
NOT ENCRYPTED: whoever reads this folder has every name, number and secret of this installation, and the key that seals them.
Name who may read backups by TOCSIN_BACKUP_RECIPIENTS (`tocsin keys backup-identity FILE` makes a key), or encrypt the folder
before it leaves this machine."""
HEAD_OF_LIST = 10


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--run", "run_id", type=click.UUID, hidden=True, help="One that was asked for on the page; the worker calls it so.")
def backup(folder: Path | None, run_id: UUID | None) -> None:
    """Copy all that Tocsin knows into FOLDER, while it runs or stands still; the folder must be new or empty.

    Sealed for TOCSIN_BACKUP_RECIPIENTS, or else for the recipients that were entered on the page of backups.
    """
    set_up_django()
    if run_id is not None:
        from tocsin.portal.backup.running import carry_out

        sys.exit(0 if carry_out(Configuration.from_environment(), run_id) else 1)
    if folder is None:
        raise click.UsageError("name the folder into which the backup goes")
    from tocsin.records.face import backup_recipients

    recipients = backup_recipients().keys
    from tocsin.portal.backup.taking import take_backup, tell_of_backup

    configuration = Configuration.from_environment()
    manifest, sha256 = take_backup(configuration, folder, recipients=recipients)
    tell_of_backup(manifest, sha256)
    size = sum(file.bytes for file in manifest.files.values())
    click.echo(f"{folder}: {len(manifest.files):,} files, {size:,} bytes")
    click.echo(f"point      {manifest.point} (what was acknowledged before is in it)")
    if recipients:
        click.echo(f"sealed     for {', '.join(recipients)}")
        click.echo(f"backup.age sha256 {sha256}")
    else:
        click.echo(f"manifest   sha256 {sha256}")
        click.secho(IN_CLEAR, err=True, fg="red", bold=True)


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Only read the backup and compare it with its manifest.")
@click.option(
    "--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File of the private key of a sealed backup."
)
@click.option("--end-tokens/--keep-tokens", default=None, help="End all API tokens that came back, or none; asked without it.")
@click.option("--keep-old", is_flag=True, help="Leave what is older than the policy keeps to the worker: place holds first.")
def restore(source: Path, check: bool, identity: Path | None, end_tokens: bool | None, keep_old: bool) -> None:
    """Put the backup in SOURCE in the place of an empty data folder and an empty database. Everybody signs in again."""
    from tocsin.portal.backup.restoring import check_backup, restore_backup
    from tocsin.portal.backup.sealing import read_identities

    identities = read_identities(identity) if identity else ()
    if check:
        manifest = check_backup(source, identities)
        click.echo(f"{source} is whole: {len(manifest.files):,} files, point {manifest.point}, made by Tocsin {manifest.tocsin}")
        return
    configuration = Configuration.from_environment()
    manifest = restore_backup(configuration, source, identities)
    from tocsin.portal.backup.returned import LIST, let_old_go, list_what_came_back

    click.echo(f"restored to {manifest.point}; all sessions are ended; `tocsin manage verify_audit` proves the audit trail")
    if not keep_old:
        click.echo(f"{let_old_go():,} rows were older than the policy of the backup keeps them, and went again")
    returned = list_what_came_back(configuration.data, manifest)
    _tell(returned, configuration.data / LIST)
    if returned.tokens:
        _end_tokens(len(returned.tokens), end_tokens)


def _tell(returned: "Returned", kept: Path) -> None:
    """The heads of the lists; all of them stand in the file."""
    click.echo(f"in force again, also what was ended after that moment (all by name in {kept}):")
    names = {"API tokens": returned.tokens, "devices": returned.devices, "accounts that can sign in": returned.accounts}
    for name, rows in names.items():
        click.echo(f"  {len(rows):,} {name}")
        for row in rows[:HEAD_OF_LIST]:
            click.echo(f"    {row}")
        if len(rows) > HEAD_OF_LIST:
            click.echo(f"    and {len(rows) - HEAD_OF_LIST:,} more")


def _end_tokens(count: int, answer: bool | None) -> None:
    from django.utils import timezone

    from tocsin.jurisdiction.face import end_every_token, system_actor

    if answer is None:
        answer = sys.stdin.isatty() and click.confirm(f"End all {count:,} API tokens? Their programs need new ones then")
    if answer:
        click.echo(f"{end_every_token(actor=system_actor(), now=timezone.now()):,} API tokens ended")
    else:
        click.echo("API tokens are kept, also those that somebody has ended since: `tocsin keys end-tokens` ends all of them")
