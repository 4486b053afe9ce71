"""Alarms on the one map; the console draws them by itself."""

from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.alarms.shown.points import alarm_features

ALARMS = MapLayer(
    name="alarms",
    words=pgettext_lazy("map layer", "Open alarms"),
    url="/api/v1/warning/alarms",
    permission=PERMISSION_SEE,
    features=alarm_features,
    group="events",
    shown=True,
    live="alarm",
    past=True,
    look="alarms",
    on_console=False,
)
