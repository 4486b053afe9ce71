"""Stores of supplies on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.supplies.catalogue.rules import rights

STORES = MapLayer(
    name="supply_stores",
    words=pgettext_lazy("map layer", "Stores of supplies"),
    url="/api/v1/supplies/stores.geojson",
    permission=rights.SEE,
)
