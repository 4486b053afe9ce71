"""Alarms as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.warning.alarms.queries.alarms import visible_alarms

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("rule", FieldKind.TEXT, pgettext_lazy("field", "rule")),
    Field("quantity", FieldKind.TEXT, pgettext_lazy("field", "quantity")),
    Field("state", FieldKind.TEXT, pgettext_lazy("field", "state")),
    Field("level", FieldKind.INTEGER, pgettext_lazy("field", "level")),
    Field("peak_level", FieldKind.INTEGER, pgettext_lazy("field", "highest level")),
    Field("value", FieldKind.NUMBER, pgettext_lazy("field", "value")),
    Field("limit", FieldKind.NUMBER, pgettext_lazy("field", "limit")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("case_number", FieldKind.TEXT, pgettext_lazy("field", "case")),
    Field("raised_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "raised at")),
    Field("updated_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "changed at")),
    Field("closed_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "closed at")),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Alarms of the reader's regions, open and closed."""
    columns = ("id", "lon", "lat", *(field.name for field in FIELDS))
    return point_rows(FIELDS, visible_alarms(person).order_by().values_list(*columns).iterator(5000))


ALARMS = FeatureCollection(
    name="alarms",
    title=_("Alarms"),
    description=_("Alarms with state and level, open and closed."),
    fields=FIELDS,
    rows=_rows,
    permission="alarms.see",
    moment="raised_at",
)
