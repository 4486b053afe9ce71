"""Supervised objects as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("code", FieldKind.TEXT, pgettext_lazy("field", "code")),
    Field("kind", FieldKind.TEXT, pgettext_lazy("field", "kind")),
    Field("name", FieldKind.TEXT, pgettext_lazy("field", "name")),
    Field("credit_code", FieldKind.TEXT, pgettext_lazy("field", "credit code")),
    Field("trade", FieldKind.TEXT, pgettext_lazy("field", "trade")),
    Field("risk_class", FieldKind.TEXT, pgettext_lazy("field", "risk class")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("address", FieldKind.TEXT, pgettext_lazy("field", "address")),
    Field("employees", FieldKind.INTEGER, pgettext_lazy("field", "employees")),
    Field("major_hazard", FieldKind.BOOLEAN, pgettext_lazy("field", "major hazard installation")),
    Field("active", FieldKind.BOOLEAN, pgettext_lazy("field", "in operation")),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Objects of the reader's register, without the people who answer for them."""
    columns = ("id", "lon", "lat", *(field.name for field in FIELDS))
    return point_rows(FIELDS, visible_objects(person).order_by().values_list(*columns).iterator(5000))


OBJECTS = FeatureCollection(
    name="objects",
    title=_("Supervised objects"),
    description=_("Firms, sites, places and equipment under supervision."),
    fields=FIELDS,
    rows=_rows,
    permission=rights.SEE,
)
