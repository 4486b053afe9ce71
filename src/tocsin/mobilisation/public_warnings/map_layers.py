"""Public warnings in force on the desk's map."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.public_warnings.rules.states import SEE

PUBLIC = MapLayer(
    name="public-warnings",
    words=pgettext_lazy("map layer", "Public warnings"),
    url="/api/v1/mobilisation/warnings.geojson",
    permission=SEE,
    shown=True,
    kind="areas",
    live="public_warning",
)
