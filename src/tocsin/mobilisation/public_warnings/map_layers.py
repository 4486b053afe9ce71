"""Public warnings in force on the desk's map."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.mobilisation.public_warnings.queries.warnings import warnings_on_map
from tocsin.mobilisation.public_warnings.rules.states import SEE
from tocsin.mobilisation.public_warnings.shown.warnings import features
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[dict[str, Any]]:
    own, others = warnings_on_map(user, current_time())
    found: Any = features(own, "public_warning", features(others, "open_warning"))
    return list(found["features"])


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
