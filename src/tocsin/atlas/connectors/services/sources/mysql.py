"""A table or view of a MySQL or MariaDB database, read in one read-only transaction.

Values come as the texts that the server writes, so that 2.50 stays 2.50; bytes come as hexadecimal digits.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import pymysql
from django.utils.translation import gettext_noop
from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from tocsin.atlas.connectors.rules.sources import Encryption, MysqlSource
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import checked_address, too_large, took_too_long

CONNECT_S: Final = 5
TRIAL_ROWS: Final = 50
_SHAPE: Final = "_shape"
_BESIDE: Final = 1_000_000  # bytes of the protocol beside those of rows
_TIME_OVER: Final = (1317, 1969, 3024)
_NO_TABLE: Final = (1146, 1051)
_NOT_GRANTED: Final = (1142, 1143, 1370)
_NO_COLUMN: Final = (1054,)
_NO_SHAPE: Final = (1210, 1305, 3037, 3055, 3516, 4079)
_NOT_LET_IN: Final = (1044, 1045, 1049, 1130, 2003, 2013, 2026, 2059)
_BROKEN: Final = (
    UnicodeDecodeError,
    struct.error,
    IndexError,
    AssertionError,
    AttributeError,
    TypeError,
    RuntimeError,
    ValueError,
)
"""What the driver falls over when a server does not keep to the protocol."""


class _Bounded(Connection):
    """A connection that brings so many bytes at most: a server may send one row without end."""

    most_bytes = 0
    came = 0

    def _read_bytes(self, num_bytes: int) -> bytes:
        self.came += num_bytes
        if self.came > self.most_bytes + _BESIDE:
            raise too_large(self.most_bytes)
        content: bytes = super()._read_bytes(num_bytes)  # type: ignore[misc]
        return content

    def cut(self) -> None:
        """Ends the connection, whatever it waits for."""
        end: socket.socket | None = getattr(self, "_sock", None)
        if end is not None:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def give_up(self) -> None:
        """Closes at once; the driver would first read all that is left."""
        result: Any = getattr(self, "_result", None)
        if result is not None:
            result.unbuffered_active = False
        with suppress(pymysql.Error):
            self.close()


class _NoPlainPassword:
    """Stands for the ways of logging in that send the password as it is, to whoever asks for it."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, _packet: object) -> None:
        raise pymysql.OperationalError(2059, "the server asks for the password in plain text")


def fetch_mysql(source: MysqlSource, errand: Errand) -> Fetched:
    """Brings every row as it was at one moment."""
    gathered = errand.into.with_name(f"{errand.into.name}.all")
    with _connected(source, errand) as connection, RowsFile(gathered, errand.limits.most_bytes) as rows:
        cursor = SSCursor(connection)
        try:
            cursor.execute(_question(source, _columns(source, connection), trial=errand.trial))
            names = [column[0] for column in cursor.description or ()]
            while (row := cursor.fetchone()) is not None:
                told = {name: value.hex() if isinstance(value, bytes) else value for name, value in zip(names, row, strict=True)}
                shape = told.pop(_SHAPE, None) if source.geometry else None
                rows.add(told, read_json(shape) if shape else None)
        finally:
            cursor.connection = None  # type: ignore[assignment] # or it reads all that is left when it goes
        more = errand.trial and rows.count == TRIAL_ROWS
    gathered.replace(errand.into)
    return Fetched(source.table, more=more)


def _question(source: MysqlSource, columns: list[str], *, trial: bool) -> str:
    """All columns by their names, quoted; the one of shapes as GeoJSON."""
    parts = [_quoted(one) for one in columns if one != source.geometry]
    if source.geometry:
        parts.append(f"ST_AsGeoJSON({_quoted(source.geometry)}, 9) AS {_quoted(_SHAPE)}")
    limit = f" LIMIT {TRIAL_ROWS}" if trial else ""
    return f"SELECT {', '.join(parts)} FROM {_table(source)}{limit}"  # noqa: S608 - names are quoted


def _columns(source: MysqlSource, connection: _Bounded) -> list[str]:
    """Those wanted; where all are, those that the table has."""
    wanted = [one.strip() for one in source.columns.split(",") if one.strip()]
    if wanted:
        return wanted
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {_table(source)} LIMIT 0")  # noqa: S608 - names are quoted
        return [column[0] for column in cursor.description or ()]


def _table(source: MysqlSource) -> str:
    return ".".join(_quoted(one) for one in source.table.split("."))


def _quoted(name: str) -> str:
    """A name as MySQL quotes it.

    >>> _quoted("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


@contextmanager
def _connected(source: MysqlSource, errand: Errand) -> Iterator[_Bounded]:
    address = checked_address(source.host, source.port, errand.limits.networks)
    left_s, is_over = errand.limits.left_s, threading.Event()
    connection = _connection(source, errand, left_s)
    watch = threading.Timer(left_s, _cut, (connection, is_over))
    watch.daemon = True
    watch.start()
    try:
        connection.connect(socket.create_connection((address, source.port), timeout=min(CONNECT_S, left_s)))
        _begin(connection, left_s)
        yield connection
    except (pymysql.Error, OSError) as error:
        raise took_too_long() if is_over.is_set() else _sorted(error, source, errand) from None
    except InvalidInput:  # among them what was too large
        raise
    except _BROKEN as error:
        told = gettext_noop("%(host)s does not speak as MySQL does (%(why)s): is it the right port?")
        raise Unreadable(told, host=source.host, why=type(error).__name__) from None
    finally:
        watch.cancel()
        connection.give_up()


def _connection(source: MysqlSource, errand: Errand, left_s: float) -> _Bounded:
    is_open = source.encryption is Encryption.NONE
    found = _Bounded(
        host=source.host,
        port=source.port,
        user=source.account,
        password=errand.secret,
        database=source.database,
        charset="utf8mb4",
        connect_timeout=CONNECT_S,
        read_timeout=max(1, int(left_s)),
        write_timeout=max(1, int(left_s)),
        local_infile=False,
        ssl_disabled=is_open,
        ssl=None if is_open else _encryption(source.encryption, errand.limits.certificates),
        auth_plugin_map={"mysql_clear_password": _NoPlainPassword, "dialog": _NoPlainPassword},
        defer_connect=True,
    )
    found.decoders = {}  # texts as they are written
    found.most_bytes = errand.limits.most_bytes
    return found


def _encryption(wanted: Encryption, trusts: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=trusts or None)
    if wanted is Encryption.UNVERIFIED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _begin(connection: _Bounded, left_s: float) -> None:
    """A transaction that writes nothing and shows one moment, whose statement the server ends in time."""
    is_mariadb = "mariadb" in str(getattr(connection, "server_version", "")).lower()
    limit = f"max_statement_time = {left_s:.3f}" if is_mariadb else f"max_execution_time = {int(left_s * 1000)}"
    with connection.cursor() as cursor:
        for statement in (
            f"SET SESSION {limit}",
            "SET SESSION time_zone = '+08:00'",  # in which a TIMESTAMP is written
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ):
            cursor.execute(statement)


def _cut(connection: _Bounded, is_over: threading.Event) -> None:
    is_over.set()
    connection.cut()


def _sorted(error: pymysql.Error | OSError, source: MysqlSource, errand: Errand) -> Unreadable:
    """What the database refuses, in words."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    words = str(error.args[1]) if isinstance(error, pymysql.Error) and len(error.args) > 1 else str(error)
    why = " ".join(words.split())[:200].replace(errand.secret or "\0", "…")
    if code in _TIME_OVER:
        return took_too_long()
    if code in _NO_TABLE:
        told = gettext_noop("the database has no table %(table)s that this account sees: look at its name and its schema")
        return Unreadable(told, table=source.table)
    if code in _NO_COLUMN:
        return Unreadable(gettext_noop("the table has no such column: %(why)s"), why=why)
    if code in _NO_SHAPE:
        return Unreadable(gettext_noop("the column of shapes holds none: %(why)s"), why=why)
    if code in _NOT_GRANTED:
        told = gettext_noop("the account may not read %(table)s: let the database's keeper grant it SELECT")
        return Unreadable(told, table=source.table)
    if code in _NOT_LET_IN or isinstance(error, OSError):
        return Unreadable(gettext_noop("the database does not let us in: %(why)s"), why=why)
    return Unreadable(gettext_noop("the database refuses: %(why)s"), why=why)
