"""Made-up sets of firms as case folders, with the holidays of the shipped calendar."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.engine.work.firm import DayKind, Days
from tocsin.records.calendar.rules import DayKind as CalendarKind
from tocsin.records.calendar.rules import WorkingDays
from tocsin.simulation.firms.sets import FirmSet
from tocsin.workshop.files.work import first_ms_of

PARQUET = ("power", "evidence", "signs")
_KINDS = {
    CalendarKind.WEEKDAY: DayKind.WORKING_DAY,
    CalendarKind.MAKE_UP: DayKind.MAKE_UP,
    CalendarKind.WEEKEND: DayKind.WEEKEND,
    CalendarKind.HOLIDAY: DayKind.HOLIDAY,
}


def days_from(first: date, count: int, calendar: WorkingDays) -> Days:
    """`count` days with their kinds."""
    dates = tuple(first + timedelta(days=k) for k in range(count))
    return Days(first_ms_of(first), dates, np.array([_KINDS[calendar.kind(day)] for day in dates], dtype=np.uint8))


def write_set(folder: Path, firms: FirmSet) -> None:
    """Writes all files of a set, the truth among them; the folder is made, files in it are replaced."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, table in firms.tables.items():
        frame = pl.DataFrame(table, strict=False)
        if name in PARQUET:
            floats = [pl.col(column).fill_nan(None) for column, kind in frame.schema.items() if kind == pl.Float64]
            frame.with_columns(floats).write_parquet(folder / f"{name}.parquet", compression="zstd")
        else:
            frame.write_csv(folder / f"{name}.csv")
