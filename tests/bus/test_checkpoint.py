"""What was committed comes into SQLite's database file beside the writers: copied by the worker, and nobody waits."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tocsin.bus.sqlite import loops
from tocsin.portal.configuration import database_settings

AT_ONCE_S = 5.0  # a writer is waited for 20 s


@pytest.fixture
def database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """A file of its own with one committed row in its write-ahead log."""
    with django_db_blocker.unblock():
        connection = ConnectionHandler({"default": database_settings("", tmp_path)})["default"]
        monkeypatch.setattr(loops, "connection", connection)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (number INTEGER)")
            cursor.execute("INSERT INTO kept VALUES (7)")
        yield connection
        connection.close()


def _alone(database: BaseDatabaseWrapper, folder: Path) -> list[tuple[int]]:
    """What stands in the file without its log."""
    copy = folder / "alone.sqlite3"
    shutil.copyfile(str(database.settings_dict["NAME"]), copy)
    with sqlite3.connect(copy) as alone:
        is_there = alone.execute("SELECT count(*) FROM sqlite_master WHERE name = 'kept'").fetchone() == (1,)
        return alone.execute("SELECT number FROM kept").fetchall() if is_there else []


def test_a_commit_comes_into_the_file(database: BaseDatabaseWrapper, tmp_path: Path) -> None:
    assert _alone(database, tmp_path) == []
    loops.checkpoint(now=timezone.now())
    assert _alone(database, tmp_path) == [(7,)]


def test_it_waits_for_no_writer(database: BaseDatabaseWrapper, tmp_path: Path) -> None:
    with sqlite3.connect(str(database.settings_dict["NAME"]), isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO kept VALUES (8)")
        began = time.monotonic()
        loops.checkpoint(now=timezone.now())
        assert time.monotonic() - began < AT_ONCE_S
        writer.execute("ROLLBACK")
    assert _alone(database, tmp_path) == [(7,)]
