"""What units show on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.command.casebook.rules import rights
from tocsin.command.units.shown.crews import crew_features
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return crew_features(user, now=current_time())


CREWS = MapLayer(
    name="crews",
    sign="crew",
    words=pgettext_lazy("map layer", "Crews under order"),
    url="/api/v1/command/crews.geojson",
    permission=rights.SEE,
    features=_features,
    group="mobilisation",
    shown=True,
    live="case",
)
