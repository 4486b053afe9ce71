"""Stores of supplies on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.shown.points import store_features

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 5000


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    placed = visible_stores(user).filter(lon__isnull=False, lat__isnull=False)[:MOST]
    return store_features(placed, current_time())


STORES = MapLayer(
    name="supply_stores",
    sign="store",
    words=pgettext_lazy("map layer", "Stores of supplies"),
    url="/api/v1/supplies/stores.geojson",
    permission=rights.SEE,
    features=_features,
    group="supplies",
)
