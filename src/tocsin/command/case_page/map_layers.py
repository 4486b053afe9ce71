"""What command shows on the map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.command.casebook.rules import rights

CASES = MapLayer(
    name="cases",
    words=pgettext_lazy("map layer", "Open cases"),
    url="/api/v1/command/cases.geojson",
    permission=rights.SEE,
    shown=True,
    live="case",
)
