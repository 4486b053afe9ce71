"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")
Rows = Annotated[int, msgspec.Meta(ge=10_000, le=10**12)]


MOST_IN_SHAPEFILE: Final = 500_000
"""Rows: a table of dBASE holds two gigabytes, a row of ten texts two and a half kilobytes."""


class RowsADay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that one person at a screen, one token, or all strangers together read in a day."""

    person: Rows
    token: Rows
    stranger: Rows


class ReadingLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long it is kept who has read what."""

    keep_days: Annotated[int, msgspec.Meta(ge=30, le=36_500)]


class SelectionFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of selections: how many rows are written while the reader waits, and what the worker makes of larger ones."""

    at_once_rows: Annotated[int, msgspec.Meta(ge=1, le=200_000)]
    csv_rows: Annotated[int, msgspec.Meta(ge=1_000, le=100_000_000)]
    gpkg_rows: Annotated[int, msgspec.Meta(ge=1_000, le=100_000_000)]
    xlsx_rows: Annotated[int, msgspec.Meta(ge=1_000, le=1_048_000)]
    of_one: Annotated[int, msgspec.Meta(ge=1, le=100)]
    keep_h: Annotated[float, msgspec.Meta(ge=1, le=720)]
    most_file_megabytes: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    most_megabytes: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    spare_megabytes: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    share: Annotated[float, msgspec.Meta(gt=0.05, le=1)]

    def most_rows(self, form: str) -> int:
        """Rows that a file of this form holds: GeoJSON as many as CSV, a Shapefile no more than its two gigabytes do."""
        held = {"csv": self.csv_rows, "geojson": self.csv_rows, "gpkg": self.gpkg_rows, "xlsx": self.xlsx_rows}
        return held[form] if form in held else min(self.gpkg_rows, MOST_IN_SHAPEFILE)


class ExchangePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    rows_a_day: RowsADay
    log: ReadingLog
    files: SelectionFiles


EXCHANGE = PolicyFile("atlas.exchange", FILE, reader(ExchangePolicy), "数据共享", "Data for programs")


def exchange_policy() -> ExchangePolicy:
    """The policy in force."""
    return EXCHANGE.current()
