"""What a bus has told of a resource until now: the newest of each object, and how far the stream was read.

One file of SQLite for each resource. Objects and place change in one transaction, so a process that dies leaves both as they were
before a message or after it. `own_to`: what it was gathered from; where that is another one now, it begins empty.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Self

from tocsin.atlas.connectors.rules.messages import MOST_NAMES, Change
from tocsin.atlas.connectors.services.sources.errands import SetAside
from tocsin.base.documents import read_json
from tocsin.federation.rules.outcomes import Reason

_TABLES: Final = """
CREATE TABLE object (key TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE aside (sequence INTEGER, told TEXT NOT NULL);
CREATE TABLE place (own_to TEXT, stream TEXT, sequence INTEGER, first_waits_at REAL);
"""


class GatheredRows:
    """The objects of one resource. `path` None: in memory, for a trial."""

    def __init__(self, path: Path | None, own_to: str) -> None:
        self._path, self._own_to = path, own_to
        self._file = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    @property
    def stream(self) -> str:
        """Which making of the stream was read."""
        return str(self._place("stream") or "")

    @property
    def sequence(self) -> int:
        """The last message that is in it."""
        return int(self._place("sequence") or 0)

    @property
    def count(self) -> int:
        """How many objects there are."""
        return int(self._file.execute("SELECT count(*) FROM object").fetchone()[0])

    def begin_stream(self, stream: str) -> None:
        """The stream was made anew: it is read from its beginning. What is known stays until a message says otherwise."""
        with self._file:
            self._file.execute("UPDATE place SET stream = ?, sequence = 0", (stream,))

    def waits_s(self, *, now: float | None = None) -> float:
        """Since when the first message has waited, in seconds of this machine; the first question begins to count."""
        now = time.time() if now is None else now
        since = self._place("first_waits_at")
        if since is None or since > now:
            with self._file:
                self._file.execute("UPDATE place SET first_waits_at = ?", (now,))
            return 0.0
        return now - float(since)

    def take(self, changes: Iterable[Change], aside: Iterable[SetAside], sequence: int) -> None:
        """Takes changes in their order and what was set aside beside them, up to that message: all of it, or nothing."""
        with self._file:
            names = {name for (name,) in self._file.execute("SELECT name FROM name")}
            for one in changes:
                if one.properties is None:
                    self._file.execute("DELETE FROM object WHERE key = ?", (one.key,))
                    continue
                new = set(one.properties) - names
                if new:
                    names |= new
                    self._file.executemany("INSERT INTO name VALUES (?)", [(name,) for name in sorted(new)])
                line = json.dumps([one.properties, one.geometry], ensure_ascii=False)
                self._file.execute("INSERT OR REPLACE INTO object VALUES (?, ?)", (one.key, line))
            told = [(one.sequence, _told(one)) for one in aside]
            self._file.executemany("INSERT INTO aside VALUES (?, ?)", told)
            self._file.execute("UPDATE place SET sequence = ?, first_waits_at = NULL", (sequence,))

    def has_room_for(self, change: Change, taken: set[str]) -> bool:
        """Whether the names of the values still fit into one table; `taken`: names of changes that come before it."""
        if change.properties is None:
            return True
        if not taken:
            taken |= {name for (name,) in self._file.execute("SELECT name FROM name")}
        if len(taken | set(change.properties)) > MOST_NAMES:
            return False
        taken |= set(change.properties)
        return True

    def rows(self) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
        """Every object as properties and geometry, in the order of the keys."""
        for (line,) in self._file.execute("SELECT row FROM object ORDER BY key"):
            properties, geometry = read_json(line)
            yield properties, geometry

    def aside(self) -> list[SetAside]:
        """Messages set aside that are not known to be written down elsewhere."""
        return [_read(read_json(told)) for (told,) in self._file.execute("SELECT told FROM aside ORDER BY sequence")]

    def forget_aside(self, until: int) -> None:
        """Those up to that message are written down elsewhere."""
        with self._file:
            self._file.execute("DELETE FROM aside WHERE sequence <= ?", (until,))

    def _place(self, field: str) -> Any:
        return self._file.execute(f"SELECT {field} FROM place").fetchone()[0]  # noqa: S608 - names of our own

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return self._begin(":memory:")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        found = sqlite3.connect(self._path)
        try:
            found.execute("PRAGMA synchronous = FULL")
            if found.execute("SELECT own_to FROM place").fetchone() == (self._own_to,):
                return found
        except sqlite3.DatabaseError as error:
            # None yet, or half of one that a copy has left; a disk that is full or busy is told, and tried again.
            if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
                raise
        found.close()
        for one in (self._path, self._path.with_name(f"{self._path.name}-journal")):
            one.unlink(missing_ok=True)
        return self._begin(str(self._path))

    def _begin(self, path: str) -> sqlite3.Connection:
        found = sqlite3.connect(path)
        found.execute("PRAGMA synchronous = FULL")
        with closing(found.cursor()) as cursor:
            cursor.executescript(_TABLES)
        with found:
            found.execute("INSERT INTO place VALUES (?, '', 0, NULL)", (self._own_to,))
        return found


def _told(one: SetAside) -> str:
    return json.dumps(
        [one.stream_made, one.sequence, one.subject, one.at, one.beginning, one.reason.template, dict(one.reason.figures)]
    )


def _read(told: list[Any]) -> SetAside:
    stream_made, sequence, subject, at, beginning, template, figures = told
    return SetAside(stream_made, sequence, subject, at, beginning, Reason(template, figures))
