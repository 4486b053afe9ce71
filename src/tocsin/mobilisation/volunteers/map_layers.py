"""What volunteers are asked for, on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.volunteers.queries.needs import visible_needs
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.shown.points import need_features
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 500


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return need_features(visible_needs(user)[:MOST])


NEEDS = MapLayer(
    name="needs",
    sign="helpers",
    words=pgettext_lazy("map layer", "Volunteers needed"),
    url="/api/v1/mobilisation/needs.geojson",
    permission=rights.SEE,
    features=_features,
    group="mobilisation",
)
