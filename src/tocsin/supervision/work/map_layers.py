"""What supervision shows on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer

WORK = MapLayer(
    name="firms",
    words=pgettext_lazy("map layer", "Firms by work status"),
    url="/api/v1/supervision/work/features.geojson",
    permission="supervision.see",
)
