"""What supervision shows on the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Feature
from tocsin.supervision.work.queries.board import work_rows
from tocsin.supervision.work.shown.firms import feature_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _features(user: "Person", at: datetime | None) -> list[Feature]:
    rows = work_rows(user, today=timezone.localtime(current_time()).date())
    return [feature_of(one) for one in rows if one.lon is not None]


WORK = MapLayer(
    name="firms",
    sign="firm",
    words=pgettext_lazy("map layer", "Firms by work status"),
    url="/api/v1/supervision/work/features.geojson",
    permission="supervision.see",
    features=_features,
    group="supervision",
)
