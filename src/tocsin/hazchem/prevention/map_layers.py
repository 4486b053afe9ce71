"""Units of plants on the map, in the colour of their dynamic risk."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.hazchem.prevention.queries.dynamic import placed_risks
from tocsin.hazchem.prevention.shown.dynamic import risk_features
from tocsin.screens.geojson import Feature
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return risk_features(placed_risks(user))


DYNAMIC_RISKS = MapLayer(
    name="dynamic_risks",
    sign="firm",
    words=pgettext_lazy("map layer", "Dynamic risk of plants"),
    url="/api/v1/hazchem/dynamic-risks.geojson",
    permission=rights.SEE,
    features=_features,
    group="supervision",
)
