"""What command shows on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.command.casebook.queries.standing import case_points
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.shown.points import case_features
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return case_features(case_points(user, at=at))


CASES = MapLayer(
    name="cases",
    sign="case",
    words=pgettext_lazy("map layer", "Open cases"),
    url="/api/v1/command/cases.geojson",
    permission=rights.SEE,
    features=_features,
    group="events",
    past=True,
    shown=True,
    live="case",
)
