"""How cameras stand, as their reader may see it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person, may, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import BAD, CameraState
from tocsin.vision.health.models import CameraTrouble, CameraWatch
from tocsin.vision.health.policy import health_policy


def bad_cameras(user: Person) -> QuerySet[Camera]:
    """Cameras that somebody has to look after, for who keeps them; the longest first."""
    rows = scope(visible_cameras(user), user, rights.MANAGE, "region_code", "organisation")
    return rows.filter(active=True, state__in=[one.value for one in BAD]).order_by("state_since", "id")


def troubles_of(camera: Camera) -> QuerySet[CameraTrouble]:
    """What was wrong with a camera, the newest first."""
    return CameraTrouble.objects.filter(camera=camera)


def sees_pictures(user: Person, camera: Camera) -> bool:
    """Whether the user may look at what a camera shows: who keeps the register there, or decides sightings there."""
    allowed = (camera.organisation_id,)
    return any(may(user, right, camera.region_code, allowed) for right in (rights.MANAGE, rights.JUDGE))


def newly_silent(now: datetime) -> QuerySet[CameraWatch]:
    """Cameras in service whose frames came by themselves and don't any more, not yet told as silent."""
    since = now - timedelta(seconds=health_policy().time.silent_s)
    rows = CameraWatch.objects.filter(by_itself=True, received_at__lt=since, camera__active=True)
    return rows.exclude(camera__state=CameraState.SILENT).order_by("received_at")
