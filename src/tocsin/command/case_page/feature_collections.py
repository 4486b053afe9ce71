"""Cases as features for programs."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("number", FieldKind.TEXT, _("number")),
    Field("state", FieldKind.TEXT, _("state")),
    Field("level", FieldKind.INTEGER, _("level")),
    Field("kind", FieldKind.TEXT, _("kind")),
    Field("title", FieldKind.TEXT, _("title")),
    Field("region_code", FieldKind.TEXT, _("region")),
    Field("drill", FieldKind.BOOLEAN, _("drill")),
    Field("begun_at", FieldKind.TIMESTAMP, _("begun at")),
    Field("opened_at", FieldKind.TIMESTAMP, _("opened at")),
    Field("closed_at", FieldKind.TIMESTAMP, _("closed at")),
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
