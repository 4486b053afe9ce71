"""Turns of those who write into SQLite: however many ask at once, what is urgent waits for one of them, or two."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from tocsin.bus.turns import take_turn, urgently
from tocsin.portal.configuration import database_settings

WRITERS, HOLD_S = 12, 0.02


@contextmanager
def busy_writers(folder: Path) -> Iterator[list[int]]:
    """So many threads, each with a connection of its own, write all the time; gives the list to which each adds its turns."""
    done = threading.Event()
    turns: list[int] = []

    def write() -> None:
        connection = ConnectionHandler({"default": database_settings("", folder)})["default"]
        while not done.is_set():
            connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            time.sleep(HOLD_S)
            connection.commit()
            turns.append(threading.get_ident())
            connection.set_autocommit(True)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        while len(set(turns)) < WRITERS / 2:
            time.sleep(0.01)
        yield turns
    finally:
        done.set()
        for thread in threads:
            thread.join()


def waits(folder: Path, count: int, turns: list[int]) -> list[int]:
    """How many turns of others each of so many writings waited for."""
    connection = ConnectionHandler({"default": database_settings("", folder)})["default"]
    found = []
    for _ in range(count):
        before = len(turns)
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        found.append(len(turns) - before)
        connection.commit()
        connection.set_autocommit(True)
        time.sleep(0.005)
    connection.close()
    return sorted(found)


def test_an_urgent_writer_waits_for_one_or_two_others(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), busy_writers(tmp_path) as turns, urgently():
        found = waits(tmp_path, 20, turns)
    assert found[10] <= 2, f"SQLite's own way to wait: 5 turns and more: {found}"


def test_a_writer_that_waits_too_long_is_refused(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    settings = database_settings("", tmp_path)
    settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 0.1}
    connection = ConnectionHandler({"default": settings})["default"]
    holder = sqlite3.connect(tmp_path / "tocsin.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with django_db_blocker.unblock(), pytest.raises(OperationalError, match="locked"):
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    holder.execute("COMMIT")
    holder.close()
    connection.close()


def test_who_is_first_in_line_keeps_others_of_the_process_behind_it_and_not_the_urgent_one() -> None:
    seen, free = [], threading.Event()

    def begin() -> ValueError | None:
        seen.append(threading.current_thread().name)
        return None if free.is_set() else ValueError("busy")

    def wait(name: str) -> threading.Thread:
        thread = threading.Thread(target=take_turn, args=(begin,), kwargs={"patience_s": 5.0}, name=name)
        thread.start()
        return thread

    first = wait("first")
    while not seen:
        time.sleep(0.001)
    second = wait("second")
    time.sleep(0.03)
    assert set(seen) == {"first"}
    free.set()
    with urgently():
        take_turn(begin, patience_s=1.0)
    first.join()
    second.join()
    assert "second" in seen
