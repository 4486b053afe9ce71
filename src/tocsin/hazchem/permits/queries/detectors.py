"""Detectors whose readings may be a permit's gas test: at gas points of the firm's units, and the firm's own devices."""

from typing import TYPE_CHECKING

from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.installations.rules.kinds import QUANTITIES, PointKind
from tocsin.sensing.face import sensors_of_body

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.sensing.face import Sensor


def detectors_for(permit: "WorkPermit") -> "QuerySet[Sensor]":
    """Gas sensors in use that stand at a gas point of the permit's firm, or belong to a device of the firm: a portable detector.

    The permit's firm is loaded.
    """
    points = PlantPoint.objects.filter(equipment__unit__object_id=permit.object_id, kind=PointKind.GAS, sensor__isnull=False)
    found = sensors_of_body(permit.object.organisation_id, points.order_by().values_list("sensor_id", flat=True))
    return found.filter(quantity__in=QUANTITIES[PointKind.GAS]).order_by("device__code", "channel")
