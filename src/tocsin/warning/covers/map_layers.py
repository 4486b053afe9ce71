"""Planned works on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer

WORKS = MapLayer(
    name="works",
    words=pgettext_lazy("map layer", "Planned works now"),
    url="/api/v1/warning/covers.geojson",
    permission="assets.see",
)
