"""Ids as the driver gives them, and ranges of them, for a night that walks through a million objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

type Key = UUID | str
"""An object's id as the driver gives it: a million of them are never turned into other objects."""


def raw_rows(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """What the driver gives for a `values_list`, without Django's conversion of each value: for ids, numbers and texts."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def key_of(one: UUID) -> Key:
    """The id as `raw_rows` gives it."""
    return one if connection.features.has_native_uuid_field else one.hex


@dataclass(frozen=True)
class Span:
    """Objects as one range of ids, rising, so that every statement is a range of an index."""

    ids: Sequence[Key]

    def of[Row: Model](self, rows: QuerySet[Row], field: str = "object_id") -> QuerySet[Row]:
        """The rows of these objects; some of the range may be of others, which are passed over."""
        return rows.filter(**{f"{field}__gte": self.ids[0], f"{field}__lte": self.ids[-1]})
