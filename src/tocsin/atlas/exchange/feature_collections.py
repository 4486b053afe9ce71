"""Organisations as features for programs: jurisdiction stands below the map and can't tell of itself there."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.jurisdiction.face import visible_organisations

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("code", FieldKind.TEXT, pgettext_lazy("field", "code")),
    Field("name_zh", FieldKind.TEXT, pgettext_lazy("field", "Chinese name")),
    Field("name_en", FieldKind.TEXT, pgettext_lazy("field", "English name")),
    Field("kind", FieldKind.TEXT, pgettext_lazy("field", "kind")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Organisations of the reader's regions; their telephones stand in the directory alone."""
    found = visible_organisations(person).order_by().values_list("id", "code", "name_zh", "name_en", "kind", "region_id")
    return point_rows(FIELDS, ((key, None, None, *told) for key, *told in found.iterator(5000)))


ORGANISATIONS = FeatureCollection(
    name="organisations",
    title=_("Organisations"),
    description=_("Departments, owners of networks and other bodies; without a place."),
    fields=FIELDS,
    rows=_rows,
    permission="organisations.see",
)
