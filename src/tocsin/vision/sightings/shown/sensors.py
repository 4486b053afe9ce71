"""Sensors near the camera of a sighting with their newest values, for its page."""

import math
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.geometry import distance_m
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.face import Person
from tocsin.screens.words import UNIT_NAMES, figure, listed, quantity_name
from tocsin.sensing.face import visible_sensors
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.policy import sighting_policy
from tocsin.vision.sightings.shown.links import SightingLink

if TYPE_CHECKING:
    from tocsin.sensing.face import Sensor

MOST = 4
_METRES_A_DEGREE = 111_000.0  # of latitude


def sensors_at_sighting(user: Person, sighting: Sighting) -> list[SightingLink]:
    """The nearest sensors that the reader sees, up to `near_m` from the camera."""
    camera, near_m = sighting.camera, sighting_policy().deciding.near_m
    if camera.lon is None or camera.lat is None:
        return []
    down = near_m / _METRES_A_DEGREE
    across = down / max(0.01, math.cos(math.radians(camera.lat)))
    rows = visible_sensors(user).filter(
        enabled=True,
        lon__range=(camera.lon - across, camera.lon + across),
        lat__range=(camera.lat - down, camera.lat + down),
    )
    found = [(distance_m(camera.lon, camera.lat, one.lon, one.lat), one) for one in rows[:200]]
    near = sorted((one for one in found if one[0] <= near_m), key=lambda one: (one[0], one[1].index))
    return [_link(sensor, metres) for metres, sensor in near[:MOST]]


def _link(sensor: "Sensor", metres: float) -> SightingLink:
    unit = UNIT_NAMES.get(sensor.canonical_unit, sensor.canonical_unit)
    value = f"{figure(sensor.last_value)} {unit}".strip() if sensor.last_value is not None else "–"
    at = timezone.localtime(datetime_from_ms(sensor.last_ts)).strftime("%m-%d %H:%M") if sensor.last_ts is not None else ""
    away = _("%(metres)s m away") % {"metres": f"{metres:.0f}"}
    note = listed(*filter(None, (value, at, away)))
    return SightingLink(quantity_name(sensor.quantity), str(sensor), reverse("sensor", args=[sensor.pk]), note)
