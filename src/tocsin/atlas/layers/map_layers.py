"""What the map itself shows beside the layers of other capabilities."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer

EXPOSED = MapLayer(
    name="exposed_bodies",
    words=pgettext_lazy("map layer", "Exposed bodies"),
    url="/api/v1/atlas/bodies.geojson",
    permission="exposure.see",
)
