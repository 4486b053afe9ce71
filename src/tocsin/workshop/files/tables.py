"""Tables of a case folder: read into columns, refused with the file, the row and the column that can't be read."""

import sys
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

import polars as pl

from tocsin.base.errors import InvalidInput

type Tell = Callable[[str], None]


def tell_on_stderr(message: str) -> None:
    """One line for the person at the screen, apart from the answers."""
    sys.stderr.write(message + "\n")


def read_text_table(file: Path, needed: Collection[str], optional: Collection[str] = ()) -> pl.DataFrame:
    """All columns of a CSV as stripped text, null where a cell is empty; optional columns that are absent are null, others are
    left out. A file without a single line is an empty table. InvalidInput where the file or a needed column is missing.
    """
    _present(file)
    try:
        table = pl.read_csv(file, infer_schema=False)
    except pl.exceptions.NoDataError:
        return pl.DataFrame(schema=dict.fromkeys((*needed, *optional), pl.String))
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise InvalidInput(f"{file}: {str(error).splitlines()[0]}; UTF-8 with commas is expected") from None
    table = table.rename({name: name.strip() for name in table.columns})
    return _columns(file, table, needed, optional, pl.String).with_columns(pl.all().str.strip_chars().replace("", None))


def read_parquet_table(file: Path, needed: Collection[str], optional: Collection[str] = ()) -> pl.DataFrame:
    """The named columns of a Parquet file; an empty file (no byte) is an empty table."""
    _present(file)
    if not file.stat().st_size:
        return pl.DataFrame(schema=dict.fromkeys((*needed, *optional), pl.Null))
    try:
        known = pl.read_parquet_schema(file)
        table = pl.read_parquet(file, columns=[name for name in (*needed, *optional) if name in known])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InvalidInput(f"{file}: {str(error).splitlines()[0]}; a Parquet file is expected") from None
    return _columns(file, table, needed, optional, pl.Null)


def text_of(file: Path, table: pl.DataFrame, column: str, unique: bool = False) -> list[str]:
    """A column in which every row must hold something, and something of its own where `unique`."""
    values = table[column].to_list()
    seen: set[str] = set()
    for row, value in enumerate(values):
        if value is None:
            raise InvalidInput(f"{place(file, row, column)} is empty; every row needs it")
        if unique and value in seen:
            raise InvalidInput(f"{place(file, row, column)}: {value!r} occurs twice; leave one row of it")
        seen.add(value)
    return values


def numbers_of(file: Path, table: pl.DataFrame, column: str) -> list[float | None]:
    """Numbers of a text column, None where nothing stands."""
    return _cast(file, table[column], pl.Float64(), "a number").to_list()


def moments_of(file: Path, table: pl.DataFrame, column: str) -> list[int | None]:
    """Unix milliseconds of a text column, None where nothing stands."""
    return _cast(file, table[column].str.replace(r"\.0*$", ""), pl.Int64(), "a time in Unix milliseconds").to_list()


def dates_of(file: Path, table: pl.DataFrame, column: str) -> list[date | None]:
    """Dates of a text column, None where nothing stands."""
    return _cast(file, table[column], pl.Date(), "a date like 2026-01-31").to_list()


def column_as(file: Path, table: pl.DataFrame, column: str, kind: pl.DataType, what: str) -> pl.Series:
    """A column of a Parquet file in the wanted type, nulls kept; InvalidInput names the first row that isn't `what`."""
    return _cast(file, table[column], kind, what)


def place(file: Path, row: int, column: str) -> str:
    """Where something stands, as an editor counts: the first row below the head is line 2."""
    return f"{file}: line {row + 2}, column {column}"


def _present(file: Path) -> None:
    if not file.is_file():
        raise InvalidInput(f"{file.parent}: {file.name} is missing; put it there")


def _columns(
    file: Path, table: pl.DataFrame, needed: Collection[str], optional: Collection[str], kind: type[pl.DataType]
) -> pl.DataFrame:
    absent = [name for name in needed if name not in table.columns]
    if absent:
        raise InvalidInput(f"{file}: the column {', '.join(absent)} is missing; the columns are {', '.join(table.columns)}")
    added = [pl.lit(None, kind).alias(name) for name in optional if name not in table.columns]
    return table.with_columns(added).select(*needed, *optional)


def _cast(file: Path, column: pl.Series, kind: pl.DataType, what: str) -> pl.Series:
    cast = column.str.to_date("%Y-%m-%d", strict=False) if kind == pl.Date else column.cast(kind, strict=False)
    wrong = (cast.is_null() & column.is_not_null()).arg_true()
    if len(wrong):
        row = int(wrong[0])
        raise InvalidInput(f"{place(file, row, column.name)}: {column[row]!r} is not {what}")
    return cast
