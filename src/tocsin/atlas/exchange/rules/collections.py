"""What a collection of features is, and how a subject makes one of its rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import polars as pl
import shapely
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.engine.filters.spatial import BOX
from tocsin.jurisdiction.rights.rules import Permission

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.jurisdiction.face import Person

KEY, GEOMETRY = "_key", "_geometry"
RESERVED: dict[str, pl.DataType] = {KEY: pl.String(), GEOMETRY: pl.Binary(), **{side: pl.Float64() for side in BOX}}


class FieldKind(StrEnum):
    """Kinds of properties."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


TYPES: dict[FieldKind, pl.DataType] = {
    FieldKind.TEXT: pl.String(),
    FieldKind.INTEGER: pl.Int64(),
    FieldKind.NUMBER: pl.Float64(),
    FieldKind.BOOLEAN: pl.Boolean(),
    FieldKind.DATE: pl.Date(),
    FieldKind.TIMESTAMP: pl.Datetime("us", "UTC"),
}


KIND_WORDS = {
    FieldKind.TEXT: pgettext_lazy("kind of values", "text"),
    FieldKind.INTEGER: pgettext_lazy("kind of values", "whole number"),
    FieldKind.NUMBER: pgettext_lazy("kind of values", "number"),
    FieldKind.BOOLEAN: pgettext_lazy("kind of values", "yes or no"),
    FieldKind.DATE: pgettext_lazy("kind of values", "date"),
    FieldKind.TIMESTAMP: pgettext_lazy("kind of values", "time"),
}


@dataclass(frozen=True)
class Field:
    """One property of a collection's features."""

    name: str
    kind: FieldKind
    words: Promise | str
    unit: str = ""

    @property
    def kind_words(self) -> Promise:
        """Its kind for people."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True)
class FeatureCollection:
    """Features below `/ogc/features/collections/<name>`, cut to what the reader may see.

    `rows` answers a frame with the columns of `RESERVED` and of `fields`; a field that is not listed is neither told nor filtered
    by. Fields that are `masked` are not filtered or sorted by, since that would find out what they hide. `moment` names the
    field that the parameter `datetime` is about. A collection of the product itself is read with `permission`; a resource has
    none here and is cut by its own class and its agreements.
    """

    name: str
    title: Promise | str
    description: Promise | str
    fields: tuple[Field, ...]
    rows: "Callable[[Person], pl.LazyFrame]"
    permission: Permission | None = None
    moment: str = ""
    keywords: tuple[str, ...] = ()
    owner: str = ""
    licence: str = ""
    updated_at: datetime | None = None
    resource_id: UUID | None = None
    agreement_id: UUID | None = None
    masked: frozenset[str] = frozenset()

    @property
    def types(self) -> dict[str, pl.DataType]:
        """The columns of the properties."""
        return {one.name: TYPES[one.kind] for one in self.fields}

    @property
    def asked_by(self) -> dict[str, pl.DataType]:
        """The properties that a filter or an order may name."""
        return {name: kind for name, kind in self.types.items() if name not in self.masked}


def narrowed(collection: FeatureCollection, properties: Sequence[str]) -> FeatureCollection:
    """The collection with these of its properties alone, in this order."""
    known = {one.name: one for one in collection.fields}
    return replace(collection, fields=tuple(known[name] for name in properties))


def point_rows(fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> pl.LazyFrame:
    """The frame of features that are points: each row is key, longitude, latitude and then the values of the fields.

    Rows may come in any order. Longitude and latitude are None where a feature has no place.
    """
    taken = list(rows)
    lon, lat = (np.array([one[place] for one in taken], dtype=np.float64) for place in (1, 2))
    points = shapely.points(lon, lat)
    points[np.isnan(lon) | np.isnan(lat)] = None
    return _frame(fields, [one[0] for one in taken], points, (one[3:] for one in taken))


def shape_rows(fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> pl.LazyFrame:
    """The same of features of any shape: each row is key, geometry or None, and then the values of the fields."""
    taken = list(rows)
    shapes: Sequence[BaseGeometry | None] = [one[1] for one in taken]
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return _frame(fields, [one[0] for one in taken], array, (one[2:] for one in taken))


def _frame(fields: Sequence[Field], keys: list[Any], shapes: Any, rows: Iterable[Sequence[Any]]) -> pl.LazyFrame:
    bounds = shapely.bounds(shapes) if len(shapes) else np.empty((0, 4))
    columns: Mapping[str, Any] = {
        KEY: pl.Series([str(key) for key in keys], dtype=pl.String),
        GEOMETRY: pl.Series(list(shapely.to_wkb(shapes)) if len(shapes) else [], dtype=pl.Binary),
        **{side: pl.Series(bounds[:, place], dtype=pl.Float64).fill_nan(None) for place, side in enumerate(BOX)},
    }
    values = list(zip(*rows, strict=True)) or [()] * len(fields)
    told = {
        field.name: pl.Series(list(column), dtype=TYPES[field.kind], strict=False)
        for field, column in zip(fields, values, strict=True)
    }
    return pl.DataFrame({**columns, **told}).sort(KEY).lazy()
