"""`catalogue.csv` and `departments.csv`: what departments of a province typically share, as frozen values."""

from csv import DictReader
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tocsin.atlas.resources.rules.levels import SharingLevel

FILE = Path(__file__).with_name("catalogue.csv")
DEPARTMENTS = Path(__file__).with_name("departments.csv")
KINDS: Final = {"s": "string", "i": "integer", "n": "number", "b": "boolean", "d": "date", "t": "timestamp"}
SHAPES: Final = ("point", "line", "polygon", "none")


@dataclass(frozen=True)
class Department:
    """A department as the catalogue knows it."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class ShippedColumn:
    """A column: its name, its kind as ODCS writes it, the unit of its numbers."""

    name: str
    kind: str
    unit: str


@dataclass(frozen=True)
class ShippedResource:
    """A resource as it ships; the first of its columns is its key. All is typical (confidence C) until its owner says so."""

    department: str
    slug: str
    zh: str
    en: str
    shape: str
    cycle_h: float | None
    level: SharingLevel
    columns: tuple[ShippedColumn, ...]


def departments() -> dict[str, Department]:
    """The departments by their key, in the order of the file, read anew."""
    with DEPARTMENTS.open(encoding="utf-8", newline="") as file:
        return {row["key"]: Department(row["key"], row["zh"], row["en"]) for row in DictReader(file)}


def shipped_resources(department: str = "") -> tuple[ShippedResource, ...]:
    """The resources that ship, of one department or of all, read anew; ValueError names the row that can't be read."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_resource(row) for row in DictReader(file) if department in ("", row["department"]))


def _resource(row: dict[str, str]) -> ShippedResource:
    if row["shape"] not in SHAPES:
        raise ValueError(f"{FILE}: {row['slug']}: shape is one of {', '.join(SHAPES)}")
    return ShippedResource(
        department=row["department"],
        slug=row["slug"],
        zh=row["zh"],
        en=row["en"],
        shape=row["shape"],
        cycle_h=float(row["cycle_h"]) if row["cycle_h"] else None,
        level=SharingLevel(row["level"]),
        columns=tuple(_column(one) for one in row["fields"].split()),
    )


def _column(text: str) -> ShippedColumn:
    """
    >>> _column("压力:n[MPa]")
    ShippedColumn(name='压力', kind='number', unit='MPa')
    """
    name, _, told = text.partition(":")
    kind, _, unit = told.partition("[")
    return ShippedColumn(name, KINDS[kind], unit.removesuffix("]"))
