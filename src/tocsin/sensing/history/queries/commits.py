"""One winner a version: by the store itself where a check has seen it (`store_check.py`), else by a lock in PostgreSQL.

deltalake writes an entry of the table's log on the condition that there is none of its number. A store that does not hold itself
to it lets two writers win, and what the first one wrote is gone. So a store is not trusted until it has been seen to do it:
until then, and where it was seen not to, who commits holds a lease in the database.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils import timezone

from tocsin.base.errors import Unavailable
from tocsin.base.object_stores import ObjectStore
from tocsin.bus.loops.leases import give_back, is_held, take_lease, worker_name
from tocsin.bus.models import LoopLease
from tocsin.sensing.history.models import HistoryStore, StoreVerdict

log = logging.getLogger(__name__)

LOCK_S = 90.0  # longer than the questions of one commit take with all their tries (`places.REQUEST_S`)
PATIENCE_S = 120.0
SETTLE_S = 2.0  # what somebody who died had on its way to the store arrives meanwhile
PAUSE_S = 0.015

_one_of_this_process = threading.Lock()


@contextmanager
def as_the_store_was_found(store: ObjectStore) -> Iterator[None]:
    """Nothing where the store was seen to let one win, else the lock. Unavailable where the database can't say or lock."""
    try:
        is_trusted = store_found(store) == StoreVerdict.ONE_WINNER
    except DatabaseError as error:
        raise Unavailable(f"the database does not say whether {store.address} may be written: {error}") from error
    if is_trusted:
        yield
        return
    with locked(store):
        yield


def store_found(store: ObjectStore) -> str:
    """The verdict of its newest check; empty where it was never checked."""
    return HistoryStore.objects.filter(pk=store.address).values_list("verdict", flat=True).first() or ""


@contextmanager
def locked(store: ObjectStore) -> Iterator[None]:
    """One who commits at a time, of all processes. Unavailable where the database is not PostgreSQL, or nobody lets go."""
    if connection.vendor != "postgresql":
        raise Unavailable(
            f"{store.address} has not been seen to let exactly one writer win, and SQLite can't lock for several machines: "
            "run `tocsin history check-store`, and use PostgreSQL if the store does not pass"
        )
    name, holder = lock_of(store), worker_name()
    with _one_of_this_process:
        try:
            _take(name, holder, store)
        except DatabaseError as error:
            raise Unavailable(f"the database does not lock {store.address}: {error}") from error
        try:
            yield
        finally:
            _release(name, holder, store)


def lock_of(store: ObjectStore) -> str:
    """The name of the lease: a name has room for 60 characters."""
    return f"commit {hashlib.sha256(store.address.encode()).hexdigest()[:32]}"


def _take(name: str, holder: str, store: ObjectStore) -> None:
    until, row = time.monotonic() + PATIENCE_S, None
    while time.monotonic() < until:
        row = LoopLease.objects.filter(pk=name).first()
        is_left = row is not None and bool(row.holder)
        is_held_now = row is not None and is_held(row, timezone.now())
        if not is_held_now and take_lease(name, holder=holder, lease_s=LOCK_S):
            if is_left:  # it did not let go: it died, or was held up
                time.sleep(SETTLE_S)
            return
        time.sleep(PAUSE_S)
    raise Unavailable(f"{store.address} could not be locked for {PATIENCE_S:.0f} s: {row.holder if row else 'somebody'} holds it")


def _release(name: str, holder: str, store: ObjectStore) -> None:
    """A lease that was lost meanwhile is told: two may have committed at once."""
    try:
        if not give_back(holder, [name]):
            log.error("a commit to %s took so long that its lock was lost: compare the history with the log", store.address)
    except DatabaseError as error:
        log.warning("the lock of %s is let go by time: %s", store.address, error)
