"""The database: reached, new enough, of this version's tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg

from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.clock import beside
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.folder import is_ours
from tocsin.portal.doctor.words import errors_as_now
from tocsin.portal.doctor.words import told as _

POSTGRESQL = 15
MOST_TAKEN = 88  # connections of one installation (docs/deploy.md)
PATIENCE_S = 5
NAMED = 5


def prepare() -> str:
    """How the tables become those of this version."""
    return _("`tocsin prepare` (`tocsin up` does it by itself); take a backup before")


def look_at_database(configuration: Configuration) -> Iterator[Finding]:
    """What of it can be seen without Django, and where that is good its migrations."""
    reached = False
    for finding in _server(configuration) if configuration.database_url else _file(configuration):
        reached = reached or finding.name == "reached"
        yield finding
    if not reached:
        return
    if not configuration.data.is_dir() or not is_ours(configuration.data):
        yield Finding("database", "tables", Verdict.UNKNOWN, _("not looked at: this user has no data folder"), prepare())
        return
    yield from _migrations()


def _file(configuration: Configuration) -> Iterator[Finding]:
    path = configuration.data / "tocsin.sqlite3"
    if not path.exists():
        yield Finding(
            "database",
            "SQLite",
            Verdict.GOOD,
            _("%(path)s is not there yet", path=path),
            _("`tocsin up` or `tocsin prepare` makes it"),
        )
        return
    if not is_ours(configuration.data):
        yield Finding(
            "database",
            "SQLite",
            Verdict.UNKNOWN,
            _("%(path)s is its owner's to open", path=path),
            _("ask as the owner of the data folder"),
        )
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=PATIENCE_S)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        mend = _("stop Tocsin, keep a copy of the data folder, and restore a backup (docs/backup.md)")
        yield Finding("database", "SQLite", Verdict.BAD, f"{path}: {error}", mend)
        return
    yield Finding("database", "reached", Verdict.GOOD, f"{path}, {path.stat().st_size / 1e6:,.0f} MB")


def _server(configuration: Configuration) -> Iterator[Finding]:
    """PostgreSQL: its version, its connections, its clock, and whether we may make tables."""
    parts = urlsplit(configuration.database_url)
    where = _("PostgreSQL at %(place)s", place=f"{parts.hostname or _('a socket of this machine')}:{parts.port or 5432}")
    try:
        with psycopg.connect(configuration.database_url, connect_timeout=PATIENCE_S, autocommit=True) as connection:
            began = datetime.now(UTC)
            row = connection.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('max_connections')::int, clock_timestamp(),"
                " has_schema_privilege(coalesce(current_schema(), 'public'), 'CREATE'), current_setting('server_encoding')"
            ).fetchone()
            ended = datetime.now(UTC)
    except (psycopg.Error, ValueError) as error:
        mend = _("start it, let it listen there, and name user, password and database in DATABASE_URL")
        yield Finding("database", "PostgreSQL", Verdict.BAD, f"{where}: {_first_line(error)}", mend)
        return
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    number, connections, its_time, may_create, encoding = row
    if number // 10_000 < POSTGRESQL:
        text = _("%(where)s is version %(number)s; %(needed)s is needed", where=where, number=number // 10_000, needed=POSTGRESQL)
        yield Finding("database", "PostgreSQL", Verdict.BAD, text, _("upgrade it (pg_upgrade)"))
        return
    yield Finding(
        "database",
        "reached",
        Verdict.GOOD,
        _("%(where)s, version %(number)s", where=where, number=f"{number // 10_000}.{number % 10_000}"),
    )
    if connections < MOST_TAKEN:
        text = _("max_connections is %(number)s, an installation takes up to %(most)s", number=connections, most=MOST_TAKEN)
        yield Finding(
            "database", "connections", Verdict.WARNING, text, _("raise it to 100 in postgresql.conf and restart PostgreSQL")
        )
    if not may_create:
        mend = _("make the user owner of its database: `ALTER DATABASE tocsin OWNER TO tocsin`")
        yield Finding("database", "rights", Verdict.BAD, _("this user may not make tables"), mend)
    if encoding != "UTF8":
        mend = _("make it anew: `CREATE DATABASE tocsin ENCODING 'UTF8' TEMPLATE template0`")
        yield Finding(
            "database", "encoding", Verdict.BAD, _("its encoding is %(encoding)s: Chinese can't be kept", encoding=encoding), mend
        )
    yield beside("PostgreSQL's", its_time, began + (ended - began) / 2)


def _migrations() -> Iterator[Finding]:
    """Those of this version that are not done, and those that are done and that this version does not know."""
    from tocsin.portal.processes import set_up_django

    with errors_as_now():
        set_up_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tocsin.portal.tables import OF_ANOTHER_VERSION, migrations_of_others

    loader = (executor := MigrationExecutor(connection)).loader
    pending = [f"{one.app_label}.{one.name}" for one, _back in executor.migration_plan(loader.graph.leaf_nodes())]
    newer = migrations_of_others(loader)
    if newer:
        text = _("it was written by another version, whose %(names)s this one does not know", names=_some(newer))
        yield Finding("database", "tables", Verdict.BAD, text, _(OF_ANOTHER_VERSION))
    elif pending:
        yield Finding(
            "database", "tables", Verdict.BAD, _("of an earlier version: %(names)s to be done", names=_some(pending)), prepare()
        )
    else:
        yield Finding("database", "tables", Verdict.GOOD, _("of this version"))


def _some(names: list[str]) -> str:
    listed = ", ".join(names[:NAMED])
    return _("%(names)s and %(count)s more", names=listed, count=len(names) - NAMED) if len(names) > NAMED else listed


def _first_line(error: Exception) -> str:
    """What the driver says; it never repeats the password."""
    return str(error).strip().partition("\n")[0]
