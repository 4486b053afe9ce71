"""Units of plants on the map, in the colour of their grade."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.hazchem.installations.queries.units import placed_units
from tocsin.hazchem.installations.shown.points import unit_features
from tocsin.screens.geojson import Feature
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return unit_features(placed_units(user))


PLANT_UNITS = MapLayer(
    name="plant_units",
    sign="firm",
    words=pgettext_lazy("map layer", "Units of plants"),
    url="/api/v1/hazchem/plant-units.geojson",
    permission=rights.SEE,
    features=_features,
    group="supervision",
)
