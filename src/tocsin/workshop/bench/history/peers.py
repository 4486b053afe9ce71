"""What practice uses in the history's place, with fewer readings: plain Parquet in order of arrival, and a table of SQLite."""

import sqlite3
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl

from tocsin.workshop.bench.history.city import DAYS, FIRST_DAY, STEPS, City


class Peer(Protocol):
    """`words` say what it is; all three answer how many rows they found."""

    words: str

    def month(self, sensor: int, from_ms: int, to_ms: int) -> int: ...

    def newest(self) -> int: ...

    def count(self) -> int: ...


class PlainParquet:
    """A file a day by Polars, in order of arrival, packed as Polars packs."""

    words = "Parquet in order of arrival, Polars"

    def __init__(self, folder: Path, city: City) -> None:
        self._files = str(folder / "*.parquet")
        folder.mkdir(parents=True)
        for day in range(DAYS):
            steps = [city.step(day, step) for step in range(STEPS)]
            columns = {name: np.concatenate([getattr(one, name) for one in steps]) for name in ("sensor", "ts", "value")}
            pl.DataFrame(columns).write_parquet(folder / f"{FIRST_DAY + day}.parquet")

    def month(self, sensor: int, from_ms: int, to_ms: int) -> int:
        rows = pl.scan_parquet(self._files).filter(pl.col("sensor") == sensor, pl.col("ts").is_between(from_ms, to_ms, "left"))
        return rows.sort("ts").collect().height

    def newest(self) -> int:
        return pl.scan_parquet(self._files).group_by("sensor").agg(pl.col("ts", "value").sort_by("ts").last()).collect().height

    def count(self) -> int:
        return int(pl.scan_parquet(self._files).select(pl.len()).collect().item())


class SqliteTable:
    """One table whose key is sensor and time."""

    words = "SQLite, key (sensor, ts)"

    def __init__(self, folder: Path, city: City) -> None:
        folder.mkdir(parents=True)
        self._path = folder / "readings.sqlite3"
        with sqlite3.connect(self._path) as connection:
            connection.execute(
                "CREATE TABLE reading (sensor INTEGER, ts INTEGER, value REAL, PRIMARY KEY (sensor, ts)) WITHOUT ROWID"
            )
            for day in range(DAYS):
                for sensor in range(city.sensors):
                    told = city.day_of(sensor, day)
                    rows = zip(told.sensor.tolist(), told.ts.tolist(), told.value.tolist(), strict=True)
                    connection.executemany("INSERT INTO reading VALUES (?, ?, ?)", rows)

    def month(self, sensor: int, from_ms: int, to_ms: int) -> int:
        statement = "SELECT ts, value FROM reading WHERE sensor = ? AND ts >= ? AND ts < ? ORDER BY ts"
        return self._rows(statement, (sensor, from_ms, to_ms))

    def newest(self) -> int:
        return self._rows("SELECT sensor, max(ts), value FROM reading GROUP BY sensor", ())

    def count(self) -> int:
        with sqlite3.connect(self._path) as connection:
            return int(connection.execute("SELECT count(*) FROM reading").fetchone()[0])

    def _rows(self, statement: str, given: tuple[int, ...]) -> int:
        with sqlite3.connect(self._path) as connection:
            return len(connection.execute(statement, given).fetchall())
