"""News of changed rows: each commit tells which tables it wrote, to this process at once and to the others over the bus.

Nobody has to remember to tell: every statement that writes is noted on its connection, and told when its transaction has
committed. News may come twice or for nothing, and is lost while the bus is away: whoever listens looks for itself what there
is, and looks now and then without any news too.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|COPY)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Subscription:
    """Who wants to hear of which tables; `owner` does not hear of what it wrote itself."""

    tables: frozenset[str]
    tell: Callable[[], None]
    owner: str


_subscriptions: list[Subscription] = []
_writer = threading.local()
_carrier: Callable[[frozenset[str]], None] | None = None


class _Commit:
    """Tells the tables that were written since it was laid into the transaction's list of what follows its commit."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self) -> None:
        """Called by Django when the transaction has committed, in the thread that wrote."""
        tell(self.tables)


def note_writes(sender: object, connection: BaseDatabaseWrapper, **named: object) -> None:
    """Receiver of `connection_created`: statements of this connection are noted from here on."""
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)


def note_write(table: str) -> None:
    """A table was written past Django's cursor (COPY): its transaction tells of it as of any other."""
    _note_table(table, default_connection)


def _note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    done = execute(sql, params, many, context)
    if not sql.startswith("SELECT") and (found := _WRITES.match(sql)) is not None:
        _note_table(found[1], context["connection"])
    return done


def _note_table(table: str, connection: Any) -> None:
    """An entry whose savepoint was rolled back is gone from the list: so the last entry is ours, or a new one is needed."""
    last = connection.run_on_commit[-1][1] if connection.run_on_commit else None
    if isinstance(last, _Commit):
        last.tables.add(table)
        return
    if not connection.in_atomic_block and not connection.get_autocommit():
        return  # whoever commits by hand is not heard; nobody in Tocsin does
    commit = _Commit()
    commit.tables.add(table)
    transaction.on_commit(commit, using=connection.alias)


def tell(tables: Iterable[str]) -> None:
    """Wakes whoever listens in this process, and hands the news to the others where a messenger runs (`tocsin.bus.messenger`)."""
    told = frozenset(tables)
    wake(told, getattr(_writer, "owner", None))
    if _carrier is not None:
        _carrier(told)


def wake(tables: frozenset[str], owner: str | None = None) -> None:
    """Wakes whoever listens in this process to one of the tables, save the owner who wrote them."""
    for one in tuple(_subscriptions):
        if one.owner != owner and not one.tables.isdisjoint(tables):
            one.tell()


def carry_with(carrier: Callable[[frozenset[str]], None]) -> None:
    """Whatever is written in this process is handed to the carrier too, in the thread that wrote."""
    global _carrier
    _carrier = carrier


@contextlib.contextmanager
def listening(subscription: Subscription) -> Iterator[None]:
    """The subscription holds until the block ends. It is told in the thread that wrote, or in the messenger's."""
    _subscriptions.append(subscription)
    try:
        yield
    finally:
        _subscriptions.remove(subscription)


@contextlib.contextmanager
def writing_as(owner: str) -> Iterator[None]:
    """What this thread writes within the block is no news for the owner's own subscription."""
    before = getattr(_writer, "owner", None)
    _writer.owner = owner
    try:
        yield
    finally:
        _writer.owner = before
