"""Planned works on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature
from tocsin.warning.covers.queries import search_covers
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.shown.covers import feature_of, point_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 1000


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    rows = search_covers(user, when="now", now=at or current_time()).exclude(kind=CoverKind.SILENCE)[:MOST]
    points = [(one, point_of(one)) for one in rows]
    return [feature_of(one, point) for one, point in points if point]


WORKS = MapLayer(
    name="works",
    sign="works",
    words=pgettext_lazy("map layer", "Planned works now"),
    url="/api/v1/warning/covers.geojson",
    permission="assets.see",
    features=_features,
    group="supervision",
    past=True,
)
