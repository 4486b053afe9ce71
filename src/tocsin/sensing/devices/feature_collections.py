"""Sensors as features for programs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind, point_rows
from tocsin.base.quantities import quantity_of
from tocsin.sensing.devices.queries.registry import visible_sensors

if TYPE_CHECKING:
    import polars as pl

    from tocsin.jurisdiction.face import Person

FIELDS = (
    Field("name", FieldKind.TEXT, pgettext_lazy("field", "name")),
    Field("device", FieldKind.TEXT, pgettext_lazy("field", "device")),
    Field("channel", FieldKind.TEXT, pgettext_lazy("field", "channel")),
    Field("quantity", FieldKind.TEXT, pgettext_lazy("field", "quantity")),
    Field("unit", FieldKind.TEXT, pgettext_lazy("field", "unit")),
    Field("asset", FieldKind.TEXT, pgettext_lazy("field", "asset")),
    Field("region_code", FieldKind.TEXT, pgettext_lazy("field", "region")),
    Field("enabled", FieldKind.BOOLEAN, pgettext_lazy("field", "enabled")),
    Field("health", FieldKind.TEXT, pgettext_lazy("field", "health")),
    Field("value", FieldKind.NUMBER, pgettext_lazy("field", "newest value")),
    Field("measured_at", FieldKind.TIMESTAMP, pgettext_lazy("field", "measured at")),
)
_COLUMNS = (
    *("id", "lon", "lat", "name", "device__code", "channel", "quantity", "asset__code", "region_code", "enabled", "health"),
    *("last_value", "last_ts"),
)


def _rows(person: "Person") -> "pl.LazyFrame":
    """Sensors of the reader's regions with their newest values in canonical units."""
    units: dict[str, str] = {}

    def told(quantity: str) -> str:
        if quantity not in units:
            units[quantity] = quantity_of(quantity).unit
        return units[quantity]

    found = visible_sensors(person).order_by().values_list(*_COLUMNS)
    return point_rows(
        FIELDS,
        (
            (key, lon, lat, name, device, channel, quantity, told(quantity), asset, region, on, health, value, _time(ts))
            for key, lon, lat, name, device, channel, quantity, asset, region, on, health, value, ts in found.iterator(5000)
        ),
    )


def _time(ts: int | None) -> datetime | None:
    return None if ts is None else datetime.fromtimestamp(ts / 1000, UTC)


SENSORS = FeatureCollection(
    name="sensors",
    title=_("Sensors"),
    description=_("Every sensor with its newest value, in canonical units."),
    fields=FIELDS,
    rows=_rows,
    permission="sensors.see",
    moment="measured_at",
)
