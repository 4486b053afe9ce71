"""Warnings of other services on the desk's map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.incoming_warnings.queries.incoming import search_incoming
from tocsin.mobilisation.incoming_warnings.rules.states import SEE
from tocsin.mobilisation.incoming_warnings.shown.incoming import incoming_features
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST = 500


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    return incoming_features(search_incoming(user, when="now")[:MOST])["features"]


INCOMING = MapLayer(
    name="incoming-warnings",
    words=pgettext_lazy("map layer", "Warnings of other services"),
    url="/api/v1/mobilisation/incoming-warnings.geojson",
    permission=SEE,
    features=_features,
    group="events",
    kept_s=120.0,
    look="areas",
    shown=True,
    kind="areas",
    live="incoming_warning",
)
