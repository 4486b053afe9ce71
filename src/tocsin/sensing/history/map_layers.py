"""Sensors with their newest values on the one map; the console draws them by itself."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.sensing.devices.queries.registry import health_names, sensor_features
from tocsin.sensing.history.queries.readings import history

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

LOOKED_BACK = timedelta(hours=2)
"""At a past moment a value older than that counts as none: whoever measures every quarter hour has told by then."""


def _features(user: "Person", at: datetime | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sensor_features(user)
    past = None if at is None else _newest_before([one["properties"]["index"] for one in found], at)
    healths = health_names()
    for one in found:
        told = one["properties"]
        value, ts = (told["value"], told["ts"]) if past is None else past.get(told["index"], (None, None))
        words = [f"{value:.4g} {told['unit']}".strip() if value is not None else "–"]
        if ts is not None:
            moment = timezone.localtime(ts if isinstance(ts, datetime) else datetime_from_ms(ts))
            words.append(date_format(moment, "Y-m-d H:i"))
        if past is None:
            words.append(str(healths[told["health"]]))
        told |= {
            "words": " · ".join(words),
            "url": f"/sensing/sensors/{told['id']}/",
            "shape": _shape(told["health"]) if past is None else "good" if value is not None else "silent",
        }
    return found


def _newest_before(indexes: list[int], at: datetime) -> dict[int, tuple[float, int]]:
    """By sensor its last value before that moment and its time."""
    end = ms_from_datetime(at) + 1
    found = history().newest(indexes, end - round(LOOKED_BACK.total_seconds() * 1000), end)
    return {int(sensor): (float(value), int(ts)) for sensor, ts, value in zip(found.sensor, found.ts, found.value, strict=True)}


def _shape(health: str) -> str:
    return "good" if health in ("good", "unknown") else "silent" if health == "silent" else "fault"


SENSORS = MapLayer(
    name="sensors",
    words=pgettext_lazy("map layer", "Sensors with their newest value"),
    url="/api/v1/sensing/sensors.geojson",
    permission="sensors.see",
    features=_features,
    group="sensing",
    shown=False,
    live="",
    past=True,
    look="sensors",
    on_console=False,
)
