"""A register of many objects with their tasks, made inside the database: rows never pass through Python."""

from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from uuid import UUID

PART = 200_000  # rows of one statement
REGIONS = ("370202", "370203", "370211", "370212", "370213")
TRADES = ("machinery", "chemicals", "textiles", "hotel")
RULES = ("commitment", "self_check_week", "training", "drill", "rectify")
IN_TIME, IN_TIME_OR_LATE = 85, 92  # of a hundred tasks; the others are missed
OBJECT, TASK, PENALTY = 0x019A << 48 | 0x7000, 0x019B << 48, 0x019C << 48  # the upper halves of ids

_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + {step} FROM numbers WHERE n + {step} < {end}) "


def fill(count: int, tasks: int, day: date) -> list[UUID]:
    """Objects, then their tasks day by day as a city's would come, 85 % done in time; penalties of one object in fifty.

    The ids of the objects, rising. Indexes are there from the beginning, so that they have grown as a city's have.
    """
    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.supervision.inspections.models import Penalty
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.tasks.models import Task

    ensure_regions()
    for first in range(0, count, PART):
        numbers = _NUMBERS.format(first=first, step=1, end=min(first + PART, count))
        _insert(SupervisedObject, numbers, _object(day))
    for task in range(tasks):
        for first in range(0, count, PART):
            numbers = _NUMBERS.format(first=first, step=1, end=min(first + PART, count))
            _insert(Task, numbers, _task(task, day - timedelta(days=3 * task)))
    _insert(Penalty, _NUMBERS.format(first=0, step=50, end=count), _penalty(day))
    return [UUID(int=OBJECT << 64 | 0b10 << 62 | number) for number in range(count)]


def _object(day: date) -> dict[str, str]:
    return {
        "id": _id(OBJECT, 0b10 << 62),
        "code": _text("QC-BENCH-", 7),
        "kind": "'enterprise'",
        "name": _text("bench firm ", 7),
        "credit_code": _text("BENCH", 13),
        "site_number": "1",
        "trade": _choice(TRADES),
        "region_code": _choice(REGIONS),
        **dict.fromkeys(("risk_class", "town_code", "address", "shifts"), "''"),
        "solar_kwp": "0.0",
        **dict.fromkeys(("major_hazard", "directly_supervised"), "FALSE"),
        "active": "TRUE",
        "created_at": _moment(day - timedelta(days=400), 0),
    }


def _task(task: int, due: date) -> dict[str, str]:
    rule = RULES[task % len(RULES)]
    fate = f"((n / 7 * 31 + n * 19 + n % {task + 5} * 37 + {task * 29}) % 100)"  # well mixed, and the same in every run
    return {
        "id": _id(TASK | task, 0),
        "object": _id(OBJECT, 0b10 << 62),
        "rule": f"'{rule}'",
        "rules_version": "''",
        "met_by": "'entry'",
        "key": f"'{rule}:{due}'",
        "levels": "'[\"county\"]'",
        "weight": "1 + n % 3",
        "opens_at": _moment(due, 0),
        "due_at": _moment(due, 20),
        "state": f"CASE WHEN {fate} < {IN_TIME} THEN 'done' WHEN {fate} < {IN_TIME_OR_LATE} THEN 'late' ELSE 'missed' END",
        "done_at": f"CASE WHEN {fate} < {IN_TIME} THEN {_moment(due, 17)} "
        f"WHEN {fate} < {IN_TIME_OR_LATE} THEN {_moment(due, 21)} END",
        "source": "''",
        "evidence": "'{}'",
        "version": "0",
    }


def _penalty(day: date) -> dict[str, str]:
    days = [day - timedelta(days=back) for back in range(0, 300, 50)]
    return {
        "id": _id(PENALTY, 0),
        "object": _id(OBJECT, 0b10 << 62),
        "kind": "'fine'",
        "severe": "(n % 500 = 0)",
        "document_number": _text("P", 7),
        "decided_on": "CASE n / 50 % 6 " + " ".join(f"WHEN {place} THEN {_day(one)}" for place, one in enumerate(days)) + " END",
        "entered_at": _moment(day, 0),
    }


def _insert(model: Any, numbers: str, columns: dict[str, str]) -> None:
    from django.db import connection, transaction

    names = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        # SQLite takes WITH behind INSERT as PostgreSQL does.
        cursor.execute(f"INSERT INTO {table} ({names}) {numbers} SELECT {', '.join(columns.values())} FROM numbers")  # noqa: S608 - our own words


def _choice(values: tuple[str, ...]) -> str:
    return f"CASE n % {len(values)} " + " ".join(f"WHEN {place} THEN '{one}'" for place, one in enumerate(values)) + " END"


def _text(before: str, digits: int) -> str:
    return f"'{before}' || printf('%0{digits}d', n)" if _is_sqlite() else f"'{before}' || lpad(n::text, {digits}, '0')"


def _id(upper: int, lower: int) -> str:
    """The id with that upper half, and n added to `lower` as its other."""
    if _is_sqlite():
        return f"'{upper:016x}' || printf('%016x', {lower - (1 << 64) if lower >> 63 else lower} + n)"
    return f"('{upper:016x}{lower >> 32:08x}' || lpad(to_hex(n), 8, '0'))::uuid"


def _moment(day: date, hour: int) -> str:
    from django.db import connection
    from django.utils import timezone

    moment = timezone.make_aware(datetime.combine(day, clock_time(hour)))
    if _is_sqlite():
        return f"'{connection.ops.adapt_datetimefield_value(moment)}'"
    return f"'{moment.isoformat()}'::timestamptz"


def _day(day: date) -> str:
    return f"'{day}'" if _is_sqlite() else f"'{day}'::date"


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"
