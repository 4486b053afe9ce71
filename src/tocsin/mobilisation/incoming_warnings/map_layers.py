"""Warnings of other services on the desk's map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.incoming_warnings.rules.states import SEE

INCOMING = MapLayer(
    name="incoming-warnings",
    words=pgettext_lazy("map layer", "Warnings of other services"),
    url="/api/v1/mobilisation/incoming-warnings.geojson",
    permission=SEE,
    shown=True,
    kind="areas",
    live="incoming_warning",
)
