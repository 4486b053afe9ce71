"""Putting a backup in the place of nothing."""

import asyncio
from pathlib import Path

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.private_files import keep_files_private
from tocsin.portal.backup import database, log
from tocsin.portal.backup.files import copy_folder
from tocsin.portal.backup.manifest import Manifest, verify
from tocsin.portal.configuration import Configuration, database_settings
from tocsin.portal.processes import set_up_django


def restore_backup(configuration: Configuration, source: Path) -> Manifest:
    """Verifies the backup and lays it into the configured data folder, database and bus, all of which must be empty.

    InvalidInput for a damaged backup or one of the other kind of database; Conflict where something would be overwritten.
    Django must not be set up before: it would make a secret key where the backup's own belongs.
    """
    manifest = verify(source)
    settings = database_settings(configuration.database_url, configuration.data)
    if database.kind_of(settings) != manifest.database:
        raise InvalidInput(f"{source} is a backup of {manifest.database}; DATABASE_URL leads to {database.kind_of(settings)}")
    if configuration.data.exists() and any(configuration.data.iterdir()):
        raise Conflict(f"{configuration.data} is not empty; a backup is restored where there is nothing")
    database.require_empty(settings)
    keep_files_private()
    copy_folder(source / "files", configuration.data)
    database.lay(settings, source / "database")
    set_up_django()
    asyncio.run(_lay_log(source / "log", manifest))
    return manifest


async def _lay_log(folder: Path, manifest: Manifest) -> None:
    async with log.bus() as connection:
        for stream, span in manifest.log.items():
            await log.lay_stream(connection, stream, folder / stream, span)
