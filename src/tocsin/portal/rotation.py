"""A new secret for the installation, in steps of which each may be the last before a kill: the next `rotate` goes on from there.

Nothing is unreadable at any moment: the secret before is kept before the new one counts, and stays.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from tocsin.base.errors import Conflict
from tocsin.base.keys import LEAKED, NAME, Reseal, Resealed, Secret, ring
from tocsin.base.secret_files import kept_secret
from tocsin.portal.catalogue import SEALED

log = logging.getLogger(__name__)

UNFINISHED = "rotation"
"""A file of the data folder: names the secret that a rotation replaces, until that rotation is finished."""
BATCH = 200


@dataclass(frozen=True)
class Rotated:
    """What a rotation did. `sealed`: by name, what was sealed anew. `resumed`: an earlier one was finished."""

    before: str
    after: str
    sealed: dict[str, Resealed]
    sessions: int
    leaked: bool
    resumed: bool


def rotate(data: Path, *, now: datetime, leaked: bool = False, say: Callable[[str], None] = lambda line: None) -> Rotated:
    """Puts a new secret in force, seals anew what is sealed, ends all sessions, and writes it down.

    `leaked`: others may know the present one, so that what need not outlive it (links, codes on screens) ends, too. Conflict
    where another rotation runs. One that was broken off is finished first, and no other begun.
    """
    from tocsin.jurisdiction.face import end_all_sessions

    with _alone(data):
        mark = data / UNFINISHED
        resumed = mark.exists()
        before, _dot, flag = kept_secret(mark, lambda: _named(ring().secrets()[0], leaked=leaked)).decode().partition(".")
        if ring().secrets()[0].id == before:
            ring().replace(at=now, leaked=bool(flag))
        after = ring().secrets()[0].id
        say(f"key {after} is in force; {before} is kept for what was made by it")
        sealed = {name: seal_anew(name) for name in SEALED}
        sessions = end_all_sessions()
        done = Rotated(before, after, sealed, sessions, bool(flag), resumed)
        _write_down(done)
        mark.unlink()
    return done


def seal_anew(name: str) -> Resealed:
    """Everything of this name under the key in force, some rows in each transaction."""
    module, function = SEALED[name].split(":")
    reseal: Reseal = getattr(import_module(module), function)
    total, last = Resealed(0, 0, None), 0
    while True:
        step = reseal(after=last, limit=BATCH)
        total = Resealed(total.done + step.done, total.lost + step.lost, None)
        if step.last is None:
            return total
        last = step.last


def is_unfinished(data: Path) -> bool:
    """Whether a rotation was broken off."""
    return (data / UNFINISHED).exists()


def _named(secret: Secret, *, leaked: bool) -> bytes:
    return f"{secret.id}{LEAKED if leaked else ''}".encode()


def _write_down(done: Rotated) -> None:
    from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
    from tocsin.jurisdiction.face import system_actor
    from tocsin.records.face import record_audit

    sealed = {name: one.done for name, one in done.sealed.items()}
    details = {"before": done.before, "leaked": done.leaked, "sealed_anew": sealed, "sessions_ended": done.sessions}
    record_audit(system_actor(), "keys.rotated", "key", done.after, EVERYWHERE, details)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    with (data / f"{NAME}-lock").open("a") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"another `tocsin keys rotate` runs on {data}") from None
        yield
