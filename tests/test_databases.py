"""The tests' own databases, made as the product makes them; where there is a server, tests run on PostgreSQL, too."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from tests.databases import connection_to, copy_into, fill, on_server
from tocsin.jurisdiction.areas.models import Region, Town
from tocsin.jurisdiction.areas.services import ensure_regions


@pytest.mark.django_db
def test_rows_lie_where_the_name_of_the_test_says(database: str) -> None:
    assert connection.vendor == database
    Town.objects.all().delete()
    Region.objects.all().delete()
    assert ensure_regions() == 169


@pytest.mark.postgresql
def test_there_is_a_second_database(request: pytest.FixtureRequest) -> None:
    """Skipped by name on a bare machine, which says that nothing ran on PostgreSQL."""
    here = {item.name for item in request.session.items if item.path == request.path}
    assert "test_rows_lie_where_the_name_of_the_test_says[postgresql]" in here


SHAPE = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable, column_default,
                                     is_identity, collation_name)
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT 'sequences', concat_ws(' ', sequencename, data_type, increment_by) FROM pg_sequences
        """,
}
GROUPS = "auth_group_permissions"
"""Django's own, unused here: its migrations number it in bigint, its models in integer."""


def clauses(statement: str) -> list[str]:
    """A statement; of one that makes a table what stands between its commas by the alphabet: columns come in any order.

    >>> clauses("CREATE TABLE a (id int, kind text CHECK (kind IN ('b', 'c')), at int)")
    ['', 'CREATE TABLE a', 'at int', 'id int', "kind text CHECK (kind IN ('b', 'c'))"]
    """
    if not statement.startswith("CREATE TABLE"):
        return [statement]
    head, _, rest = statement.partition("(")
    parts, depth = [head, ""], 0
    for letter in rest:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "," and not depth) or depth < 0:
            parts.append("")
        else:
            parts[-1] += letter
    return sorted(part.strip() for part in parts)


def shape_of(database: BaseDatabaseWrapper) -> tuple[list[tuple[str, list[str]]], dict[str, int]]:
    """Tables with columns, constraints and indexes; rows of each table."""
    with database.cursor() as cursor:
        cursor.execute(SHAPE[database.vendor])
        shape = sorted((table, clauses(told)) for table, told in cursor.fetchall() if GROUPS not in table + told)
        rows = {}
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of our own tables
            rows[table] = cursor.fetchone()[0]
    database.close()
    return shape, rows


@pytest.mark.one_database
def test_every_migration_leads_to_the_tables_of_the_models_on_sqlite(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    fill(tmp_path / "migrated", "", migrate=True)
    with django_db_blocker.unblock():
        made = shape_of(connection_to("", copy_into(tmp_path / "made", strict=False)))
        assert len(made[1]) > 140
        assert shape_of(connection_to("", tmp_path / "migrated")) == made


@pytest.mark.one_database
@pytest.mark.postgresql
def test_every_migration_leads_to_the_tables_of_the_models_on_postgresql(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with on_server("tocsin_migrated", empty=True) as migrated, on_server("tocsin_made") as made, django_db_blocker.unblock():
        fill(tmp_path, migrated, migrate=True)
        assert shape_of(connection_to(migrated, tmp_path)) == shape_of(connection_to(made, tmp_path))
