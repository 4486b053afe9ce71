"""The database into one file and back: SQLite by its online backup, PostgreSQL by its own programs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tocsin.base.errors import Conflict, InvalidInput, Unavailable

SQLITE, POSTGRESQL = "sqlite", "postgresql"


type Settings = dict[str, Any]  # of one database, as Django has them


def kind_of(settings: Settings) -> str:
    """The kind of database that `configuration.database_settings` describes."""
    return POSTGRESQL if settings["ENGINE"].endswith("postgresql") else SQLITE


def dump(settings: Settings, target: Path) -> None:
    """One consistent snapshot of the whole database, while others write. Unavailable where it can't be had."""
    if kind_of(settings) == POSTGRESQL:
        _run("pg_dump", settings, ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
        return
    source = Path(settings["NAME"])
    if not source.exists():
        raise Unavailable(f"there is no database {source}")
    try:
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no others beside it
            if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise Unavailable(f"the copy of the database is damaged: {found}")
    except sqlite3.Error as error:
        raise Unavailable(f"the database {source} can't be copied: {error}") from error


def require_empty(settings: Settings) -> None:
    """Returns where nothing would be overwritten; Conflict otherwise."""
    if kind_of(settings) == SQLITE:
        if Path(settings["NAME"]).exists():
            raise Conflict(f"{settings['NAME']} exists; a backup is restored where there is nothing")
        return
    try:
        with psycopg.connect(**_parameters(settings)) as connection:
            count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    except psycopg.Error as error:
        raise Unavailable(f"PostgreSQL does not answer: {error}") from error
    if count and count[0]:
        raise Conflict(f"the database {settings['NAME']} holds {count[0]} tables; a backup is restored where there is nothing")


def lay(settings: Settings, source: Path) -> None:
    """Puts the snapshot in the place of an empty database, whole or not at all."""
    if kind_of(settings) == SQLITE:
        shutil.copyfile(source, settings["NAME"])
        return
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={settings['NAME']}"]
    _run("pg_restore", settings, [*arguments, str(source)])


def _parameters(settings: Settings) -> Settings:
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {**{name: settings[field] for name, field in named.items() if settings[field]}, **settings["OPTIONS"]}


def _run(program: str, settings: Settings, arguments: Sequence[str]) -> None:
    """A program of PostgreSQL; address and password in its environment, where no list of processes shows them."""
    path = shutil.which(program)
    if path is None:
        raise Unavailable(f"{program} is not installed (Debian: apt-get install postgresql-client)")
    names = {"dbname": "PGDATABASE", "connect_timeout": "PGCONNECT_TIMEOUT"}
    known = {names.get(name, f"PG{name.upper()}"): str(value) for name, value in _parameters(settings).items()}
    done = subprocess.run([path, *arguments], env={**os.environ, **known}, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise (Unavailable if program == "pg_dump" else InvalidInput)(f"{program} failed: {done.stderr.strip()[-500:]}")
