"""Which second runs are left out, and what the tests' files of SQLite refuse in their place."""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper

from tests.second_runs import SecondRuns, form_of
from tests.strict_tables import tighten

FORMS = {
    "values in a list": ("SELECT a FROM b WHERE c IN (%s, %s, %s)", "SELECT a FROM b WHERE c IN (%s)"),
    "rows at once": ("INSERT INTO b (c, d) VALUES (%s, NULL), (%s, %s)", "INSERT INTO b (c, d) VALUES (%s)"),
    "so many rows": ("SELECT a FROM b LIMIT 21 OFFSET 40", "SELECT a FROM b LIMIT 0 OFFSET 0"),
    "another table by another name": ("SELECT T4.a FROM b T4", "SELECT T0.a FROM b T0"),
    "a number that is part of a name": ("SELECT name_2x FROM b", "SELECT name_2x FROM b"),
}


@pytest.mark.parametrize(("statement", "form"), FORMS.values(), ids=FORMS)
def test_statements_with_other_values_have_one_form(statement: str, form: str) -> None:
    assert form_of(statement) == form


def item(name: str, file: str = "a.py", **marks: Any) -> Any:
    """A test as the plugin sees one."""
    marker = SimpleNamespace(kwargs=marks)
    return SimpleNamespace(
        nodeid=f"{file}::{name}", path=Path(file), fixturenames=["db"], get_closest_marker=lambda _name: marker
    )


class Cursor:
    """Takes every statement but those that begin with REFUSED."""

    def execute(self, sql: str) -> None:
        if sql.startswith("REFUSED"):
            raise DatabaseError


def ran(runs: SecondRuns, test: Any, *statements: str) -> bool:
    """The test runs, or is left out; it asks this on SQLite."""
    if runs.is_needless(test):
        return False
    ask = runs._passing(lambda cursor, sql: cursor.execute(sql))
    with runs.written_down(test):
        for one in statements:
            try:
                ask(Cursor(), one)
            except DatabaseError:
                continue
    return True


def pair(runs: SecondRuns, name: str, *statements: str, file: str = "a.py", **marks: Any) -> bool:
    """A test and its second run, one behind the other; whether there was the second one."""
    assert ran(runs, item(name, file, **marks), *statements)
    return ran(runs, item(f"{name}[postgresql]", file, **marks))


def test_a_second_run_that_asks_nothing_new_is_left_out() -> None:
    runs = SecondRuns()
    assert pair(runs, "test_first", "SELECT a", "SELECT b WHERE c IN (%s, %s)")
    assert not pair(runs, "test_less", "SAVEPOINT s1_x7", "SELECT b WHERE c IN (%s)")
    assert pair(runs, "test_more", "SELECT a", "SELECT d")
    assert pair(runs, "test_refused", "REFUSED a")
    assert pair(runs, "test_taken", "REFUSED a", "SELECT e")
    assert not pair(runs, "test_both", "REFUSED a", "SELECT a", "SELECT d")


def test_every_file_begins_anew() -> None:
    runs = SecondRuns()
    assert pair(runs, "test_first", "SELECT a")
    assert pair(runs, "test_first", "SELECT a", file="b.py")


def test_real_transactions_and_what_was_not_seen_run_twice() -> None:
    runs = SecondRuns()
    assert pair(runs, "test_first", "SELECT a")
    assert pair(runs, "test_locks", "SELECT a", transaction=True)
    assert ran(runs, item("test_alone[postgresql]"))
    assert ran(runs, item("test_on_sqlite_only"), "SELECT a")


def test_statements_pass_by_the_plugin() -> None:
    """What Django calls for each statement is what the plugin has put there."""
    assert CursorWrapper._execute.__qualname__.startswith("SecondRuns.")  # type: ignore[attr-defined]
    assert CursorWrapper._executemany.__qualname__.startswith("SecondRuns.")  # type: ignore[attr-defined]


COLUMNS = (
    "name varchar(3), code char(2), text text, count integer, few smallint unsigned, at bigint, told text CHECK (JSON_VALID({}))"
)
REFUSED = {
    "a text longer than its column": ("name", "abcd"),
    "a code longer than its column": ("code", "370"),
    "NUL in a text": ("text", "a\0b"),
    "NUL in a short text": ("name", "\0"),
    "a number past four bytes": ("count", 2**31),
    "one below them": ("count", -(2**31) - 1),
    "a number past two bytes": ("few", 2**15),
    "NUL in JSON": ("told", '["\\u0000"]'),
}
TAKEN = {
    "characters are counted, not bytes": ("name", "石牛山"),
    "the largest number": ("count", 2**31 - 1),
    "a large number": ("at", 2**62),
    "the six characters": ("told", '["\\\\u0000"]'),
    "nothing": ("name", None),
}


@pytest.fixture
def table(tmp_path: Path) -> Any:
    path = tmp_path / "file.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE TABLE a ({COLUMNS.format(chr(34) + 'told' + chr(34))})")
        made.commit()
    tighten(path)
    with closing(sqlite3.connect(path)) as database:
        yield database


@pytest.mark.parametrize(("column", "value"), REFUSED.values(), ids=REFUSED)
def test_what_postgresql_refuses_is_refused(table: sqlite3.Connection, column: str, value: object) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        table.execute(f"INSERT INTO a ({column}) VALUES (?)", [value])  # noqa: S608 - columns of the table above


@pytest.mark.parametrize(("column", "value"), TAKEN.values(), ids=TAKEN)
def test_everything_else_is_taken(table: sqlite3.Connection, column: str, value: object) -> None:
    table.execute(f"INSERT INTO a ({column}) VALUES (?)", [value])  # noqa: S608 - as above
