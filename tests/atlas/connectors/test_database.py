"""A table of a real PostgreSQL database."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest

from tests.atlas.connectors.policies import LOOPBACK
from tests.ports import free_port
from tocsin.atlas.connectors.rules.sources import DatabaseSource, Encryption, read_source, target_of
from tocsin.atlas.connectors.services.sources.database import fetch_table
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Limits

SERVER = os.environ.get("TOCSIN_TEST_POSTGRESQL", "")
pytestmark = pytest.mark.one_database
needs_server = pytest.mark.postgresql
SCHEMA = f"connect_{os.getpid()}"


def run(connection: psycopg.Connection[Any], text: str) -> None:
    """A statement in which § is the schema of this run."""
    connection.execute(text.replace("§", SCHEMA).encode())


@pytest.fixture
def table() -> Iterator[DatabaseSource]:
    """Wells of a department, with names that SQL has to quote."""
    if not SERVER:
        pytest.skip("needs a PostgreSQL server (TOCSIN_TEST_POSTGRESQL)")
    parts = urlsplit(SERVER)
    with psycopg.connect(SERVER, autocommit=True) as connection:
        run(connection, "CREATE SCHEMA §")
        columns = '编号 text, "深 度" numeric, at timestamptz, flag boolean, raw bytea, extra jsonb'
        run(connection, f'CREATE TABLE §."水井 ""A" ({columns})')
        values = """'W' || n, (n / 4.0)::numeric(8, 2), '2026-11-28 08:00+08', n % 2 = 0, '\\x00ff', '{"a": 1}'"""
        run(connection, f'INSERT INTO §."水井 ""A" SELECT {values} FROM generate_series(1, 5000) n')  # noqa: S608
        yield DatabaseSource(
            host=parts.hostname or "",
            port=parts.port or 5432,
            database=parts.path.lstrip("/"),
            account=parts.username or "",
            table=f'{SCHEMA}.水井 "A',
            encryption=Encryption.NONE,
        )
        run(connection, "DROP SCHEMA § CASCADE")


def fetch(source: DatabaseSource, into: Path, *, seconds: float = 20.0, trial: bool = False, most: int = 10_000_000) -> Fetched:
    limits = Limits(most, time.monotonic() + seconds, LOOPBACK)
    return fetch_table(source, Errand(into=into, limits=limits, most_pages=1, secret="s3cret", trial=trial))


def changed(source: DatabaseSource, **told: object) -> DatabaseSource:
    return msgspec.structs.replace(source, **told)


@needs_server
def test_a_table_comes_whole_with_names_that_are_quoted(table: DatabaseSource, tmp_path: Path) -> None:
    fetch(table, tmp_path / "all")
    lines = (tmp_path / "all").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "编号,深 度,at,flag,raw,extra"
    assert len(lines) == 5001
    assert lines[4].startswith("W4,1.00,2026-11-28 0")
    assert lines[4].endswith(',true,00ff,"{""a"": 1}"')
    fetch(changed(table, columns="深 度, 编号"), tmp_path / "some")
    assert (tmp_path / "some").read_text(encoding="utf-8").splitlines()[4].endswith(",W4")
    assert fetch(table, tmp_path / "first", trial=True).more


@needs_server
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"table": f"{SCHEMA}.nothing"}, "has no table"),
        ({"table": "nowhere.nothing"}, "has no table"),
        ({"columns": '编号, 1; DROP TABLE "x"'}, "has no such column"),
        ({"columns": "at", "geometry": "编号"}, "none of PostGIS"),
        ({"database": "nowhere"}, "does not let us in"),
        ({"port": free_port()}, "does not let us in"),
        ({"encryption": Encryption.VERIFIED}, "does not let us in"),
        ({"host": "nowhere.invalid"}, "is not known"),
        ({"host": "169.254.169.254"}, "where machines tell their keys"),
    ],
)
def test_what_is_wrong_is_told(told: dict[str, object], words: str, table: DatabaseSource, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=words):
        fetch(changed(table, **told), tmp_path / "all")


@needs_server
def test_a_table_that_is_too_much_or_too_slow_is_cut_off(table: DatabaseSource, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="sends more than"):
        fetch(table, tmp_path / "all", most=10_000)
    with psycopg.connect(SERVER, autocommit=True) as connection:
        run(connection, "CREATE VIEW §.slow AS SELECT pg_sleep(30)::text AS a")
    began = time.monotonic()
    with pytest.raises(Unreadable, match="did not finish in time"):
        fetch(changed(table, table=f"{SCHEMA}.slow", columns="a"), tmp_path / "all", seconds=1.0)
    assert time.monotonic() - began < 20


@needs_server
def test_nothing_is_written(table: DatabaseSource, tmp_path: Path) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        body = """DELETE FROM §."水井 ""A"; SELECT ''x''"""
        run(connection, f"CREATE FUNCTION §.act() RETURNS text LANGUAGE sql AS '{body}'")
        run(connection, "CREATE VIEW §.acts AS SELECT §.act() AS a")
        with pytest.raises(Unreadable, match="read-only transaction"):
            fetch(changed(table, table=f"{SCHEMA}.acts"), tmp_path / "all")


def test_settings_of_databases() -> None:
    told = {"kind": "database", "host": "db.example.cn", "database": "water", "account": "reader", "table": "public.wells"}
    source = read_source({**told, "port": "5433"})
    assert target_of(source) == "reader@db.example.cn:5433/verified"
    for wrong in ({"host": "a b"}, {"host": "a,b"}, {"port": 0}, {"table": "a.b.c"}, {"table": ""}, {"account": ""}):
        with pytest.raises(InvalidInput):
            read_source({**told, **wrong})
