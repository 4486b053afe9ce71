"""`tocsin backup` and `tocsin restore`."""

from pathlib import Path

import click

from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import set_up_django


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy all that Tocsin knows into FOLDER, while it runs or stands still; the folder must be new or empty."""
    set_up_django()
    from tocsin.portal.backup.taking import take_backup

    manifest, sha256 = take_backup(Configuration.from_environment(), folder)
    size = sum(file.bytes for file in manifest.files.values())
    click.echo(f"{folder}: {len(manifest.files):,} files, {size:,} bytes")
    click.echo(f"point      {manifest.point} (what was acknowledged before is in it)")
    click.echo(f"manifest   sha256 {sha256}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only read the backup and compare it with its manifest.")
def restore(folder: Path, check: bool) -> None:
    """Put the backup in FOLDER in the place of an empty data folder and an empty database."""
    from tocsin.portal.backup.manifest import verify
    from tocsin.portal.backup.restoring import restore_backup

    if check:
        manifest = verify(folder)
        click.echo(f"{folder} is whole: {len(manifest.files):,} files, point {manifest.point}, made by Tocsin {manifest.tocsin}")
        return
    manifest = restore_backup(Configuration.from_environment(), folder)
    click.echo(f"restored to {manifest.point}; now `tocsin prepare`, and `tocsin manage verify_audit` proves the audit trail")
