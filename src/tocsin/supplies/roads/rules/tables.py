"""How tables of travel times are read: headings in either language, and what is wrong with a row."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "store": ("仓库", "仓库名称", "储备库", "起点"),
    "place": ("地点", "需求地点", "目的地", "终点"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "minutes": ("分钟", "行车时间", "行驶时间", "时间"),
    "km": ("公里", "里程", "距离"),
}
"""Columns and what offices call them. A heading counts without spaces and without what stands in brackets behind it."""
NEEDED: Final = ("store", "place", "lon", "lat", "minutes")
MOST_MINUTES: Final = 10_080.0
MOST_KM: Final = 5_000.0
PLACE_LENGTH: Final = 120


class TableState(StrEnum):
    """WRITING: its rows are being written. HOLDS: plans ask it. BEFORE: it held once. WRONG: nothing of it was taken."""

    WRITING = "writing"
    HOLDS = "holds"
    BEFORE = "before"
    WRONG = "wrong"


class Fault(StrEnum):
    """What is wrong with a cell."""

    EMPTY = "empty"
    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"
    NO_STORE = "no_store"
    TWO_STORES = "two_stores"
    LONG = "long"
    TWICE = "twice"


@dataclass(frozen=True)
class Problem:
    """Line, column, fault, and what stands there (or the line that it repeats)."""

    line: int
    column: str
    fault: Fault
    given: str


@dataclass(frozen=True)
class Time:
    """One row as it is kept."""

    store_id: UUID
    place: str
    lon: float
    lat: float
    minutes: float
    km: float | None


@dataclass
class Judged:
    """The rows of a table, and everything that is wrong with it."""

    times: list[Time] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def column_of(heading: str) -> str:
    """The column that a heading means; '' for one that is not known.

    >>> column_of("行车时间（分钟）"), column_of("Minutes"), column_of("备注")
    ('minutes', 'minutes', '')
    """
    bare = "".join(heading.replace("（", "(").partition("(")[0].replace("*", "").split())
    return next((column for column, names in HEADINGS.items() if bare in names or bare.lower() == column), "")


def judge_rows(rows: Sequence[tuple[int, Mapping[str, str]]], stores: Mapping[str, Collection[UUID]]) -> Judged:
    """Every row against the stores of the area, by name or id; a store and a place stand in one row."""
    judged = Judged()
    seen: dict[tuple[UUID, str], int] = {}
    for line, cells in rows:
        problems: list[Problem] = []
        store_id = _store(line, cells.get("store", ""), stores, problems)
        place = cells.get("place", "").strip()
        if not place or len(place) > PLACE_LENGTH:
            problems.append(Problem(line, "place", Fault.LONG if place else Fault.EMPTY, place[:40]))
        lon = _number(line, "lon", cells, -180.0, 180.0, problems)
        lat = _number(line, "lat", cells, -90.0, 90.0, problems)
        minutes = _number(line, "minutes", cells, 0.1, MOST_MINUTES, problems)
        km = _number(line, "km", cells, 0.0, MOST_KM, problems) if cells.get("km", "").strip() else None
        if store_id is not None and place and (first := seen.setdefault((store_id, place), line)) != line:
            problems.append(Problem(line, "place", Fault.TWICE, str(first)))
        judged.problems += problems
        if not problems and store_id is not None:
            judged.times.append(Time(store_id, place, lon, lat, minutes, km))
    return judged


def _store(line: int, told: str, stores: Mapping[str, Collection[UUID]], problems: list[Problem]) -> UUID | None:
    told = told.strip()
    found = stores.get(told, ())
    if len(found) == 1:
        return next(iter(found))
    fault = Fault.EMPTY if not told else Fault.TWO_STORES if found else Fault.NO_STORE
    problems.append(Problem(line, "store", fault, told[:40]))
    return None


def _number(line: int, column: str, cells: Mapping[str, str], least: float, most: float, problems: list[Problem]) -> float:
    """The number of a cell; 0 beside a problem."""
    told = cells.get(column, "").strip()
    try:
        number = float(told)
    except ValueError:
        problems.append(Problem(line, column, Fault.NO_NUMBER if told else Fault.EMPTY, told[:40]))
        return 0.0
    if not (math.isfinite(number) and least <= number <= most):
        problems.append(Problem(line, column, Fault.OUT_OF_RANGE, told[:40]))
        return 0.0
    return number
