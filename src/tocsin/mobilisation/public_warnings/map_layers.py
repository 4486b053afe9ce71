"""Public warnings in force on the desk's map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.public_warnings.queries.warnings import warnings_on_map
from tocsin.mobilisation.public_warnings.rules.states import SEE
from tocsin.mobilisation.public_warnings.shown.warnings import warning_features
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    own, others = warnings_on_map(user, current_time())
    return warning_features(own, "public_warning", warning_features(others, "open_warning"))["features"]


PUBLIC = MapLayer(
    name="public-warnings",
    words=pgettext_lazy("map layer", "Public warnings"),
    url="/api/v1/mobilisation/warnings.geojson",
    permission=SEE,
    features=_features,
    group="events",
    kept_s=120.0,
    look="areas",
    shown=True,
    kind="areas",
    live="public_warning",
)
