"""A collection of hydrants for tests: twelve features whose key, place and properties follow from their number."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

ROOT = "/ogc/features"
COUNT = 12

type Reader = Callable[..., HttpResponse]
"""`read("/collections", limit=3)`: what a program with the token gets, in English."""

FIELDS = (
    Field("name", FieldKind.TEXT, "name"),
    Field("kind", FieldKind.TEXT, "kind"),
    Field("pressure_kpa", FieldKind.NUMBER, "pressure", "kPa"),
    Field("outlets", FieldKind.INTEGER, "outlets"),
    Field("open", FieldKind.BOOLEAN, "open"),
    Field("built", FieldKind.DATE, "built"),
    Field("seen_at", FieldKind.TIMESTAMP, "seen"),
)


def hydrants(person: "Person") -> "pl.LazyFrame":
    """Every third has no pressure, the last one no place."""
    return point_rows(
        FIELDS,
        [
            (
                f"h{number:02}",
                None if number == COUNT - 1 else 120.0 + number / 100,
                None if number == COUNT - 1 else 36.0 + number / 100,
                f"Hydrant {number} 消防栓",
                "ground" if number % 2 else "wall",
                None if number % 3 == 0 else 100.0 + number,
                number % 4,
                number % 2 == 0,
                date(2020, 1, 1) + timedelta(days=number),
                datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number),
            )
            for number in reversed(range(COUNT))
        ],
    )


HYDRANTS = FeatureCollection(
    name="hydrants",
    title="Hydrants",
    description="Hydrants of the tests.",
    fields=FIELDS,
    rows=hydrants,
    permission="assets.see",
    moment="seen_at",
)
