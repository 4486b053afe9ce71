"""The objects of the networks as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from shapely.geometry import shape

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, shape_rows
from tocsin.lifelines.queries.networks import visible_assets

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("code", FieldKind.TEXT, pgettext_lazy("field", "code")),
    Field("kind", FieldKind.TEXT, pgettext_lazy("field", "kind")),
    Field("name", FieldKind.TEXT, pgettext_lazy("field", "name")),
    Field("street", FieldKind.TEXT, pgettext_lazy("field", "street")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("owner_code", FieldKind.TEXT, pgettext_lazy("field", "owner")),
    Field("utility", FieldKind.TEXT, pgettext_lazy("field", "utility")),
    Field("use", FieldKind.TEXT, pgettext_lazy("field", "use")),
    Field("from_code", FieldKind.TEXT, pgettext_lazy("field", "begins at")),
    Field("to_code", FieldKind.TEXT, pgettext_lazy("field", "ends at")),
    Field("depth_m", FieldKind.NUMBER, pgettext_lazy("field", "depth"), "m"),
    Field("diameter_mm", FieldKind.NUMBER, pgettext_lazy("field", "diameter"), "mm"),
    Field("material", FieldKind.TEXT, pgettext_lazy("field", "material")),
    Field("installed", FieldKind.INTEGER, pgettext_lazy("field", "year of installation")),
    Field("nominal_pressure_kpa", FieldKind.NUMBER, pgettext_lazy("field", "nominal pressure"), "kPa"),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Objects of the reader's regions: manholes and stations as points, pipes and cables as lines."""
    columns = ("id", "geometry", *(field.name for field in FIELDS))
    found = visible_assets(person).order_by().values_list(*columns)
    return shape_rows(FIELDS, ((key, shape(geometry), *values) for key, geometry, *values in found.iterator(5000)))


ASSETS = FeatureCollection(
    name="assets",
    title=_("Networks"),
    description=_("Manholes, stations, pipes, cables and ducts of all networks."),
    fields=FIELDS,
    rows=_rows,
    permission="assets.see",
)
