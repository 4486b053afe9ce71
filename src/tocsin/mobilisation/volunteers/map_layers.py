"""What volunteers are asked for, on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.volunteers.rules import rights

NEEDS = MapLayer(
    name="needs",
    words=pgettext_lazy("map layer", "Volunteers needed"),
    url="/api/v1/mobilisation/needs.geojson",
    permission=rights.SEE,
)
