"""Stores of supplies as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.queries.stores import visible_stores

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("name", FieldKind.TEXT, pgettext_lazy("field", "name")),
    Field("level", FieldKind.TEXT, pgettext_lazy("field", "level")),
    Field("body", FieldKind.TEXT, pgettext_lazy("field", "organisation")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("address", FieldKind.TEXT, pgettext_lazy("field", "address")),
    Field("opening", FieldKind.TEXT, pgettext_lazy("field", "opening hours")),
    Field("capacity_m3", FieldKind.NUMBER, pgettext_lazy("field", "capacity"), "m³"),
    Field("written_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "changed at")),
)
_COLUMNS = (
    "id",
    "lon",
    "lat",
    "name",
    "level",
    "body__name_zh",
    "region_code",
    "address",
    "opening",
    "capacity_m3",
    "written_at",
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Open stores of the reader's areas or body."""
    return point_rows(FIELDS, visible_stores(person).order_by().values_list(*_COLUMNS).iterator(5000))


STORES = FeatureCollection(
    name="stores",
    title=pgettext_lazy("map layer", "Stores of supplies"),
    description=_("Where supplies lie, whose they are and when they can be reached."),
    fields=FIELDS,
    rows=_rows,
    permission=rights.SEE,
)
