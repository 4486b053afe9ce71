"""Alarms as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.warning.alarms.queries import PERMISSION_SEE, visible_alarms

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("rule", FieldKind.TEXT, _("rule")),
    Field("quantity", FieldKind.TEXT, _("quantity")),
    Field("state", FieldKind.TEXT, _("state")),
    Field("level", FieldKind.INTEGER, _("level")),
    Field("peak_level", FieldKind.INTEGER, _("highest level")),
    Field("value", FieldKind.NUMBER, _("value")),
    Field("limit", FieldKind.NUMBER, _("limit")),
    Field("region_code", FieldKind.TEXT, _("region")),
    Field("case_number", FieldKind.TEXT, _("case")),
    Field("raised_at", FieldKind.TIMESTAMP, _("raised at")),
    Field("updated_at", FieldKind.TIMESTAMP, _("changed at")),
    Field("closed_at", FieldKind.TIMESTAMP, _("closed at")),
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
    permission=PERMISSION_SEE,
    moment="raised_at",
)
