"""A database of SQLite as an earlier version left it, carried over to PostgreSQL as it stands: its migrations, its rows.

What the product has to read after an upgrade is the same on both databases; only one of them is kept as a file.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import django
import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
DONE = "django_migrations"
_CASTS = {"interval": "{}::bigint * interval '1 microsecond'", "bytea": "{}"}
"""Where SQLite holds another value than PostgreSQL reads from text: a length of time is a number of microseconds."""


def carry_over(data: Path, url: str) -> None:
    """Fills the empty database at `url` with tables as the version of the data folder had them, and with its rows."""
    own = {"TOCSIN_DATA": str(data), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    command = [sys.executable, "-m", "tests.deploy.carried", str(data / "tocsin.sqlite3"), url]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def make_tables(kept: sqlite3.Connection) -> None:
    """By the migrations that were done in the kept database, and no other."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder
    from django.db.migrations.state import ProjectState

    from tests.databases import _add_model

    done = {(app, name) for app, name in kept.execute(f"SELECT app, name FROM {DONE}")}  # noqa: S608 - a name of our own
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    nodes = done & set(graph.nodes)
    newest = [one for one in nodes if not nodes.intersection(child.key for child in graph.node_map[one].children)]
    with patch.object(ProjectState, "add_model", _add_model):
        executor.migrate(sorted(newest))
    applied = nodes.symmetric_difference(MigrationRecorder(connection).applied_migrations())
    assert not applied.intersection(graph.nodes), "more or fewer migrations than the kept database has"
    connection.close()


def copy_rows(kept: sqlite3.Connection, server: "psycopg.Connection[tuple[object, ...]]") -> int:
    """Every row of every table, in one transaction: foreign keys are looked at when it ends. Returns how many."""
    count = 0
    named = kept.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = [name for (name,) in named]
    with server.transaction():
        server.execute("SET LOCAL TIME ZONE 'UTC'")
        for table in tables:
            if table != DONE:
                count += _copy_table(kept, server, table)
    return count


def _copy_table(kept: sqlite3.Connection, server: "psycopg.Connection[tuple[object, ...]]", table: str) -> int:
    kinds = {
        str(name): str(kind)
        for name, kind in server.execute(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
            " AND is_generated = 'NEVER'",
            [table],
        )
    }
    rows = kept.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
    named = [one[0] for one in rows.description]
    if not kinds:
        assert rows.fetchone() is None, f"{table} has rows, and PostgreSQL has no such table"
        return 0
    places = [(at, name) for at, name in enumerate(named) if name in kinds]
    values = sql.SQL(", ").join(
        sql.SQL(_CASTS.get(kinds[name], "{}::" + kinds[name])).format(sql.Placeholder()) for _at, name in places
    )
    columns = sql.SQL(", ").join(sql.Identifier(name) for _at, name in places)
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, values)
    told = [[_told(row[at]) for at, _name in places] for row in rows]
    if told:
        server.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        with server.cursor() as cursor:
            cursor.executemany(insert, told)
        _count_on(server, table)
    return len(told)


def _told(value: object) -> object:
    """Text, which PostgreSQL reads as the column's own type; bytes as they are."""
    return value if value is None or isinstance(value, bytes) else str(value)


def _count_on(server: "psycopg.Connection[tuple[object, ...]]", table: str) -> None:
    """The next row gets a number that is free."""
    named = server.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'YES'", [table]
    ).fetchall()
    for (column,) in named:
        reset = sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), (SELECT max({}) FROM {}))").format(
            sql.Literal(f'"{table}"'), sql.Literal(column), sql.Identifier(str(column)), sql.Identifier(table)
        )
        server.execute(reset)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("url")
    given = parser.parse_args()
    django.setup()
    with closing(sqlite3.connect(given.file)) as old, psycopg.connect(given.url, autocommit=True) as new:
        make_tables(old)
        print(copy_rows(old, new))
