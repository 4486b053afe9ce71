"""Which tests run again on PostgreSQL: those that ask it what no earlier test of their file has asked it.

Each test runs on SQLite. What it asks there, with what was refused, is written down: the statements without the values in them.
Its second run is left out where earlier second runs of the same file asked all of that: PostgreSQL would read no statement and
answer no error with which it has not been tried. What else it may refuse are values, and the tests' files of SQLite refuse the
same ones (`tests/strict_tables.py`).

A test whose transactions are real always runs twice: it is about locks or about what other connections see. So does one that
starts a process, whose statements nobody sees here. Which tests run twice depends on their file alone, never on the workers or
on the order of files. `TOCSIN_TEST_TWICE=1` runs every one of them.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper

TWICE = os.environ.get("TOCSIN_TEST_TWICE") == "1"
NO_QUESTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "PRAGMA")
_ROWS = re.compile(r"\((?:%s|NULL)(?:, ?(?:%s|NULL))*\)(?:, ?\((?:%s|NULL)(?:, ?(?:%s|NULL))*\))*")
_NUMBER = re.compile(r"\b[0-9]+\b|(?<=[A-Z])[0-9]+\b")
_ON_POSTGRESQL = re.compile(r"\[postgresql(-|\])")
COUNT = "second_runs_left_out"


def form_of(statement: str) -> str:
    """A statement without how many values it holds and without the numbers in it.

    >>> form_of('SELECT a FROM b WHERE c IN (%s, %s, %s) LIMIT 21')
    'SELECT a FROM b WHERE c IN (%s) LIMIT 0'
    >>> form_of('INSERT INTO a VALUES (%s, %s), (%s, %s)') == form_of('INSERT INTO a VALUES (%s, %s)')
    True
    """
    return _NUMBER.sub("0", _ROWS.sub("(%s)", statement))


def first_run_of(name: str) -> str | None:
    """The name of the run on SQLite to which a run on PostgreSQL belongs; None where it is none.

    >>> first_run_of("tests/a.py::test_b[postgresql]"), first_run_of("tests/a.py::test_b[postgresql-c]")
    ('tests/a.py::test_b', 'tests/a.py::test_b[c]')
    >>> first_run_of("tests/a.py::test_b[c]")
    """
    found = _ON_POSTGRESQL.search(name)
    if found is None:
        return None
    return name[: found.start()] + ("[" + name[found.end() :] if found[1] == "-" else "")


def commits(item: pytest.Item) -> bool:
    """Whether the test's transactions are real."""
    marker = item.get_closest_marker("django_db")
    return bool((marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(item.fixturenames))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class FirstRun:
    """What a test asked on SQLite. One whose second run may never be left out is `alone`."""

    asked: frozenset[str]
    alone: bool


class SecondRuns:
    """A plugin that writes down what is asked, leaves out what is needless, and tells at the end how many that were."""

    def __init__(self) -> None:
        self._asked: set[str] | None = None
        self._file: Path | None = None
        self._first_runs: dict[str, FirstRun] = {}
        self._tried: set[str] = set()
        self._left_out = 0

    def watch(self) -> None:
        """From here on statements pass by."""
        CursorWrapper._execute = self._passing(CursorWrapper._execute)  # type: ignore[attr-defined]
        CursorWrapper._executemany = self._passing(CursorWrapper._executemany)  # type: ignore[attr-defined]

    def _passing(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        def asked(cursor: CursorWrapper, sql: str, *given: Any) -> Any:
            if self._asked is None:
                return execute(cursor, sql, *given)
            self._asked.add(sql)
            try:
                return execute(cursor, sql, *given)
            except DatabaseError as error:
                self._asked.add(f"{type(error).__name__}: {sql}")
                raise

        return asked

    @contextmanager
    def written_down(self, item: pytest.Item) -> Iterator[None]:
        """What is asked inside is that of this run of a test."""
        self._begin_file(item.path)
        if (first := first_run_of(item.nodeid)) is not None:
            yield
            if first in self._first_runs:
                self._tried |= self._first_runs[first].asked
            return
        self._asked, before_s = set(), _children_s()
        try:
            yield
        finally:
            asked, self._asked = self._asked, None
            forms = frozenset(form_of(one) for one in asked if not one.startswith(NO_QUESTIONS))
            self._first_runs[item.nodeid] = FirstRun(forms, alone=commits(item) or _children_s() != before_s)

    def _begin_file(self, path: Path) -> None:
        if path != self._file:
            self._file, self._first_runs, self._tried = path, {}, set()

    def is_needless(self, item: pytest.Item) -> bool:
        """Whether this is a second run that would ask nothing new."""
        self._begin_file(item.path)
        first = self._first_runs.get(first_run_of(item.nodeid) or "")
        return not TWICE and first is not None and not first.alone and first.asked <= self._tried

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Says that all is done with a run that is left out, and ends the fixtures that the next test does not share."""
        if not self.is_needless(item):
            return None
        self._left_out += 1
        item.session._setupstate.teardown_exact(nextitem)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[COUNT] = self._left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended."""
        self._left_out += getattr(node, "workeroutput", {}).get(COUNT, 0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._left_out:
            told = f"{self._left_out} second runs would have asked PostgreSQL nothing new; TOCSIN_TEST_TWICE=1 runs them, too"
            terminalreporter.line(told)


def _children_s() -> float:
    """What ended processes of the tests have taken."""
    told = os.times()
    return told.children_user + told.children_system
