"""A hundred connections are all that PostgreSQL has as shipped: the processes share fewer among their threads."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from tests.databases import SERVER
from tocsin.portal import processes
from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.configuration import database_settings

SHIPPED, FOR_THE_ADMINISTRATOR = 100, 3
MOST, THREADS = 3, 12


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[ConnectionHandler]:
    """The server's own database as a process of Tocsin sees it, with MOST connections for all threads."""
    handler = ConnectionHandler({"default": database_settings(SERVER, Path())})
    monkeypatch.setattr("django.db.connections", handler)
    processes.share_connections(MOST)
    with django_db_blocker.unblock():
        yield handler
        handler["default"].close_pool()  # type: ignore[attr-defined]


def test_all_processes_together_leave_some() -> None:
    kept = [processes.MOST_CONNECTIONS.get(name, processes.MOST_OF_OTHERS) for name in PROCESSES]
    assert sum(kept) < SHIPPED - FOR_THE_ADMINISTRATOR


def test_on_sqlite_each_thread_keeps_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    handler = ConnectionHandler({"default": database_settings("", tmp_path)})
    monkeypatch.setattr("django.db.connections", handler)
    before = dict(handler.settings["default"]["OPTIONS"])
    processes.share_connections(MOST)
    assert handler.settings["default"]["CONN_MAX_AGE"] is None
    assert handler.settings["default"]["OPTIONS"] == before


@pytest.mark.postgresql
def test_more_threads_than_connections_are_all_answered(shared: ConnectionHandler) -> None:
    together = threading.Barrier(THREADS)

    def ask(_number: int) -> int:
        together.wait(20)
        with shared["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid() FROM pg_sleep(0.02)")
            (found,) = cursor.fetchone()
        shared["default"].close()
        return int(found)

    with ThreadPoolExecutor(THREADS) as pool:
        served = list(pool.map(ask, range(THREADS)))
    assert len(served) == THREADS
    assert len(set(served)) <= MOST


@pytest.mark.postgresql
def test_a_connection_that_the_server_ended_is_replaced(shared: ConnectionHandler) -> None:
    with shared["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (lost,) = cursor.fetchone()
    shared["default"].close()
    with psycopg.connect(SERVER, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (lost,))
    with shared["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (served,) = cursor.fetchone()
    shared["default"].close()
    assert served != lost
