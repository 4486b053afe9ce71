"""A table or view of a PostgreSQL database, read in one read-only transaction."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import psycopg
from django.utils.translation import gettext_noop
from psycopg import sql

from tocsin.atlas.connectors.rules.sources import DatabaseSource, Encryption
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.base.documents import read_json
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import checked_address, took_too_long

CONNECT_S: Final = 5
AT_ONCE: Final = 2000
TRIAL_ROWS: Final = 50
_SHAPE: Final = "_shape"
_NAMES: Final = 30
_MODES: Final = {Encryption.VERIFIED: "verify-full", Encryption.UNVERIFIED: "require", Encryption.NONE: "disable"}


def fetch_table(source: DatabaseSource, errand: Errand) -> Fetched:
    """Brings every row as it was at one moment."""
    gathered = errand.into.with_name(f"{errand.into.name}.all")
    with _connected(source, errand) as connection, RowsFile(gathered, errand.limits.most_bytes) as rows:
        with connection.cursor(name="tocsin") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(_question(source, connection, trial=errand.trial))
            names = [column.name for column in cursor.description or ()]
            for row in cursor:
                told = {name: _plain(value) for name, value in zip(names, row, strict=True)}
                shape = told.pop(_SHAPE, None) if source.geometry else None
                rows.add(told, read_json(shape) if shape else None)
        more = errand.trial and rows.count == TRIAL_ROWS
    gathered.replace(errand.into)
    return Fetched(source.table, more=more)


def _question(source: DatabaseSource, connection: psycopg.Connection[Any], *, trial: bool) -> sql.Composed:
    """All columns by their names, quoted; the one of shapes as GeoJSON in degrees."""
    wanted = [one.strip() for one in source.columns.split(",") if one.strip()] or _columns(source, connection)
    parts: list[sql.Composable] = [sql.Identifier(one) for one in wanted if one != source.geometry]
    if source.geometry:
        shape = sql.Identifier(source.geometry)
        as_text = sql.SQL("ST_AsGeoJSON(ST_Transform({shape}, 4326), 9) AS {name}")
        parts.append(as_text.format(shape=shape, name=sql.Identifier(_SHAPE)))
    limit = sql.SQL(" LIMIT {}").format(sql.Literal(TRIAL_ROWS)) if trial else sql.SQL("")
    return sql.SQL("SELECT {} FROM {}{}").format(sql.SQL(", ").join(parts), _table(source), limit)


def _table(source: DatabaseSource) -> sql.Identifier:
    return sql.Identifier(*source.table.split("."))


def _columns(source: DatabaseSource, connection: psycopg.Connection[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(_table(source)))
        return [column.name for column in cursor.description or ()]


@contextmanager
def _connected(source: DatabaseSource, errand: Errand) -> Iterator[psycopg.Connection[Any]]:
    address = checked_address(source.host, source.port, errand.limits.networks)
    left_s = errand.limits.left_s
    is_over = threading.Event()
    connection: psycopg.Connection[Any] | None = None
    try:
        connection = psycopg.connect(
            host=source.host,
            hostaddr=address,
            port=source.port,
            dbname=source.database,
            user=source.account,
            password=errand.secret,
            passfile="/dev/null",
            sslmode=_MODES[source.encryption],
            sslrootcert="system" if source.encryption is Encryption.VERIFIED else None,
            connect_timeout=CONNECT_S,
            application_name="tocsin",
            options=f"-c default_transaction_read_only=on -c statement_timeout={int(left_s * 1000)}",
        )
        watch = threading.Timer(left_s, _cut, (connection, is_over))
        watch.daemon = True
        watch.start()
        try:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.transaction():
                yield connection
        finally:
            watch.cancel()
    except psycopg.Error as error:
        raise took_too_long() if is_over.is_set() else _sorted(error, source, errand) from None
    finally:
        if connection is not None:
            connection.close()


def _cut(connection: psycopg.Connection[Any], is_over: threading.Event) -> None:
    """Ends a connection whose time is over, whatever it waits for."""
    is_over.set()
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)


def _sorted(error: psycopg.Error, source: DatabaseSource, errand: Errand) -> Unreadable:
    """What the database refuses, in words."""
    why = " ".join(str(error).split())[:200].replace(errand.secret or "\0", "…")
    if isinstance(error, psycopg.errors.QueryCanceled):
        return took_too_long()
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        told = gettext_noop("the database has no table %(table)s that this account sees: look at its name and its schema")
        return Unreadable(told, table=source.table)
    if isinstance(error, psycopg.errors.UndefinedColumn):
        return Unreadable(gettext_noop("the table has no such column: %(why)s"), why=why)
    if isinstance(error, psycopg.errors.UndefinedFunction):
        return Unreadable(gettext_noop("the column of shapes is none of PostGIS: %(why)s"), why=why)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        told = gettext_noop("the account may not read %(table)s: let the database's keeper grant it SELECT")
        return Unreadable(told, table=source.table)
    if isinstance(error, psycopg.OperationalError):
        return Unreadable(gettext_noop("the database does not let us in: %(why)s"), why=why)
    return Unreadable(gettext_noop("the database refuses: %(why)s"), why=why)


def _plain(value: Any) -> Any:
    """A value as a cell holds it."""
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case bytes() | memoryview():
            return bytes(value).hex()
        case None | bool() | int() | float() | str() | dict() | list():
            return value
        case _:
            return str(value)
