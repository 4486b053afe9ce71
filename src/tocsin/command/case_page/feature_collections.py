"""Cases as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("number", FieldKind.TEXT, pgettext_lazy("field", "number")),
    Field("state", FieldKind.TEXT, pgettext_lazy("field", "state")),
    Field("level", FieldKind.INTEGER, pgettext_lazy("field", "level")),
    Field("kind", FieldKind.TEXT, pgettext_lazy("field", "kind")),
    Field("title", FieldKind.TEXT, pgettext_lazy("field", "title")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("drill", FieldKind.BOOLEAN, pgettext_lazy("field", "drill")),
    Field("begun_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "begun at")),
    Field("opened_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "opened at")),
    Field("closed_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "closed at")),
)
_COLUMNS = (
    *("id", "lon", "lat", "lead__lon", "lead__lat", "number", "state", "level", "kind", "title", "region_code", "drill_id"),
    *("begun_at", "opened_at", "closed_at"),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Cases of the reader's counties, without who called and from where; one that an alarm opened lies where its lead does."""
    found = visible_cases(person).order_by().values_list(*_COLUMNS)
    return point_rows(
        FIELDS,
        (
            (key, lead_lon if lon is None else lon, lead_lat if lat is None else lat, *told, drill is not None, *times)
            for key, lon, lat, lead_lon, lead_lat, *told, drill, begun, opened, closed in found.iterator(5000)
            for times in ((begun, opened, closed),)
        ),
    )


CASES = FeatureCollection(
    name="cases",
    title=_("Cases"),
    description=_("Cases with state and level, open and closed."),
    fields=FIELDS,
    rows=_rows,
    permission=rights.SEE,
    moment="opened_at",
)
