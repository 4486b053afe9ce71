"""What stands in the database, read from outside without Django: as soon as others can see it."""

import sqlite3
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workshop.bench.siege.town import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OVERLAP_MS = 5000
NEW_ALARMS = (
    "SELECT s.index_, a.id FROM (SELECT id, sensor_id FROM warning_alarm WHERE id > {mark}) a"
    ' JOIN (SELECT id, "index" AS index_ FROM sensing_sensor) s ON s.id = a.sensor_id'
)
REFUSED = (
    'SELECT coalesce(sum(q."count"), 0) FROM sensing_quarantinedmessage q JOIN sensing_device d ON d.id = q.device_id'
    " WHERE d.code <> 'gauge'"
)


class Book:
    """Reads alarms that were not there at the last look. Ids rise with time."""

    def __init__(self, place: Place) -> None:
        self._select: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
        if place.database:
            import psycopg

            server = psycopg.connect(place.database, autocommit=True)
            self._select = lambda sql, values: server.execute(sql.format(mark="%s").encode(), values).fetchall()
            self._close = server.close
        else:
            path = Path(place.folder) / "tocsin.sqlite3"
            file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
            self._select = lambda sql, values: file.execute(sql.format(mark="?"), values).fetchall()
            self._close = file.close
        self._is_sqlite = not place.database
        self._seen: set[Any] = set()
        self._since = time.time_ns() // 1_000_000

    def new_alarms(self) -> list[int]:
        """Sensor indexes of alarms that can be seen since the last call."""
        now = time.time_ns() // 1_000_000
        after = uuid.UUID(int=(self._since - OVERLAP_MS << 80) | (0x7 << 76))
        found = [
            (sensor, row)
            for sensor, row in self._select(NEW_ALARMS, [after.hex if self._is_sqlite else after])
            if row not in self._seen
        ]
        self._seen.update(row for _, row in found)
        self._since = now
        return [sensor for sensor, _ in found]

    def diagnosed(self) -> bool:
        """Whether any alarm has been diagnosed."""
        return bool(self._select("SELECT 1 FROM warning_diagnosis LIMIT 1", []))

    def refused(self) -> int:
        """Readings of the peaceful devices that the doors told as refused."""
        return int(self._select(REFUSED, [])[0][0])

    def close(self) -> None:
        """Ends the connection."""
        self._close()
