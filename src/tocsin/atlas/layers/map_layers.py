"""What the map itself shows beside the layers of other capabilities."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import visible_bodies
from tocsin.atlas.exposure.shown.points import body_features
from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    dwellings = [one.code for one in exposure_policy().by_code.values() if one.covers]
    return body_features(visible_bodies(user).exclude(kind__in=dwellings))


EXPOSED = MapLayer(
    name="exposed_bodies",
    sign="body",
    words=pgettext_lazy("map layer", "Exposed bodies"),
    url="/api/v1/atlas/bodies.geojson",
    permission="exposure.see",
    features=_features,
    group="mobilisation",
)
