"""What units show on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.command.casebook.rules import rights

CREWS = MapLayer(
    name="crews",
    words=pgettext_lazy("map layer", "Crews under order"),
    url="/api/v1/command/crews.geojson",
    permission=rights.SEE,
    shown=True,
    live="case",
)
