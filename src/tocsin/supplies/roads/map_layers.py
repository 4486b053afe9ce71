"""Closed roads on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.queries.closures import visible_closed_roads
from tocsin.supplies.roads.shown.closures import MOST_SHOWN, road_features

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return road_features(visible_closed_roads(user, now=at or current_time())[:MOST_SHOWN])


CLOSED_ROADS = MapLayer(
    name="closed_roads",
    words=pgettext_lazy("map layer", "Closed roads"),
    url="/api/v1/supplies/closed-roads.geojson",
    permission=rights.SEE,
    features=_features,
    group="supplies",
    past=True,
    look="areas",
    kind="areas",
)
