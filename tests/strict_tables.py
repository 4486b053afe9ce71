"""Tables of SQLite that refuse the values that PostgreSQL refuses: texts longer than their column, NUL, numbers beyond it.

SQLite keeps anything in any column. With these checks a test fails on it for what it could fail on PostgreSQL, on a machine
without a server, too.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

INTEGERS = {"integer": 2**31, "integer unsigned": 2**31, "smallint": 2**15, "smallint unsigned": 2**15}
"""How far a column of PostgreSQL goes, by the type that Django gives it on SQLite."""

_LENGTH = re.compile(r"(?:var)?char\((\d+)\)")


def tighten(path: Path) -> None:
    """Adds the checks to every table of a file of SQLite."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        database.execute("PRAGMA writable_schema = ON")
        for table, statement in tables:
            columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            checks = [
                f'CONSTRAINT "{name}, {kind}" CHECK ({" AND ".join(demands)})'
                for _number, name, kind, _null, _default, key in columns
                if not (key and kind == "integer")  # numbered by the database
                if (demands := list(demands_of(name, kind, statement)))
            ]
            if checks:
                told = ", ".join([statement.rstrip().removesuffix(")"), *checks]) + ")"
                database.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", [told, table])
        (version,) = database.execute("PRAGMA schema_version").fetchone()
        database.execute(f"PRAGMA schema_version = {version + 1}")
        database.commit()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def demands_of(column: str, kind: str, statement: str = "") -> Iterator[str]:
    """What PostgreSQL would demand of a column; `statement` made its table. NULL passes each of them.

    >>> list(demands_of("name", "varchar(120)"))
    ['length("name") <= 120', 'instr("name", char(0)) = 0']
    >>> list(demands_of("count", "smallint unsigned"))
    ['"count" BETWEEN -32768 AND 32767']
    >>> list(demands_of("at", "datetime"))
    []
    """
    kind = kind.lower()
    if length := _LENGTH.fullmatch(kind):
        yield f'length("{column}") <= {length[1]}'
    if length or kind == "text":
        yield f'instr("{column}", char(0)) = 0'
    if f'JSON_VALID("{column}")' in statement:
        yield f"""instr(replace("{column}", '\\\\', ''), '\\u0000') = 0"""
    if kind in INTEGERS:
        yield f'"{column}" BETWEEN {-INTEGERS[kind]} AND {INTEGERS[kind] - 1}'
