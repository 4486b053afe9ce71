"""Putting a backup in the place of nothing."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.private_files import private_folder
from tocsin.portal.backup import database, log
from tocsin.portal.backup.files import copy_folder
from tocsin.portal.backup.manifest import Manifest, verify
from tocsin.portal.backup.returned import end_what_came_back
from tocsin.portal.backup.sealing import NAME as SEALED
from tocsin.portal.backup.sealing import Identity, unseal, verify_sealed
from tocsin.portal.configuration import Configuration, database_settings
from tocsin.portal.preparation import prepare_database

STAGING = "restoring"  # in the data folder, while a sealed backup is laid


def check_backup(source: Path, identities: Sequence[Identity] = ()) -> Manifest:
    """The manifest of a backup of which every byte was read, a folder or a sealed one; InvalidInput where it is not whole or
    none of the keys opens it.
    """
    sealed = sealed_file(source)
    if sealed is None:
        return verify(source)
    if not identities:
        raise InvalidInput(f"{sealed} is sealed: name the file of the private key by --identity")
    return verify_sealed(sealed, identities)


def restore_backup(configuration: Configuration, source: Path, identities: Sequence[Identity] = ()) -> Manifest:
    """Verifies the backup and lays it into the configured data folder, database and bus, all of which must be empty; brings the
    database up to this version, and ends every session that came back.

    InvalidInput for a damaged backup or one of the other kind of database; Conflict where something would be overwritten.
    Django must not be set up before: it would make a secret key where the backup's own belongs.
    """
    manifest = check_backup(source, identities)
    settings = database_settings(configuration.database_url, configuration.data)
    if database.kind_of(settings) != manifest.database:
        raise InvalidInput(f"{source} is a backup of {manifest.database}; DATABASE_URL leads to {database.kind_of(settings)}")
    if configuration.data.exists() and any(configuration.data.iterdir()):
        raise Conflict(f"{configuration.data} is not empty; a backup is restored where there is nothing")
    database.require_empty(settings)
    private_folder(configuration.data)
    sealed, staging = sealed_file(source), configuration.data / STAGING
    if sealed is not None:
        unseal(sealed, staging, identities)
        source = staging
    copy_folder(source / "files", configuration.data)
    database.lay(settings, source / "database")
    prepare_database()
    _carry_history(configuration)
    end_what_came_back(manifest)
    asyncio.run(_lay_log(source / "log", manifest))
    shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _carry_history(configuration: Configuration) -> None:
    """Into the store, where the history is to lie in one. Conflict where the store holds a history: it stays in the folder."""
    folder = configuration.data / "history"
    if configuration.history_store is None or not folder.exists():
        return
    from tocsin.sensing.face import carry, folder_of, place_of  # it needs what `prepare_database` has set up

    carry(folder_of(configuration.data), place_of(configuration.data))
    shutil.rmtree(folder)


def sealed_file(source: Path) -> Path | None:
    """The one file of a sealed backup, named itself or by its folder; None for one in clear."""
    file = source if source.is_file() else source / SEALED
    return file if file.is_file() else None


async def _lay_log(folder: Path, manifest: Manifest) -> None:
    async with log.bus() as connection:
        for stream, span in manifest.log.items():
            await log.lay_stream(connection, stream, folder / stream, span)
