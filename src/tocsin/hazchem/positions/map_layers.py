"""People and vehicles of plants on the map, for command while an incident is open there."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.hazchem.positions.queries.tags import drawn_tags
from tocsin.hazchem.positions.rules.rights import COMMAND
from tocsin.hazchem.positions.shown.tags import position_features
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    now = current_time()
    return position_features(drawn_tags(user, now=now), now)


POSITIONS = MapLayer(
    name="positions",
    sign="helpers",
    words=pgettext_lazy("map layer", "People in plants"),
    url="/api/v1/hazchem/positions.geojson",
    permission=COMMAND[0],
    features=_features,
    group="supervision",
    kept_s=5.0,
)
