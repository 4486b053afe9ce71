"""Permits whose work a camera may have seen."""

from typing import TYPE_CHECKING

from django.db.models import Q

from tocsin.base.geometry import distance_m
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import visible_permits
from tocsin.hazchem.permits.rules.kinds import PermitState

if TYPE_CHECKING:
    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.jurisdiction.face import Person
    from tocsin.vision.face import Sighting


def is_shown(sighting: "Sighting", permit: "WorkPermit") -> bool:
    """Whether the camera is near enough to the work; where either has no place, it may be."""
    camera = sighting.camera
    if camera.lon is None or camera.lat is None or permit.lon is None or permit.lat is None:
        return True
    return distance_m(camera.lon, camera.lat, permit.lon, permit.lat) <= permit_policy().distances.camera


def permits_beside(user: "Person", sighting: "Sighting", most: int = 5) -> "list[WorkPermit]":
    """Permits that the user sees whose work went on near the camera at that time, those that began last first."""
    if sighting.camera.object_id is None:
        return []
    going_on = Q(state__in=[PermitState.RUNNING, PermitState.PAUSED]) | Q(state_at__gte=sighting.began_at)
    rows = visible_permits(user).filter(going_on, object_id=sighting.camera.object_id, started_at__lte=sighting.last_at)
    return [one for one in rows.order_by("-started_at")[: 4 * most] if is_shown(sighting, one)][:most]
