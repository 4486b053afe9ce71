"""Cameras as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.vision.cameras.rules.states import CameraState
from tocsin.vision.cameras.rules.zones import Zone


class Camera(models.Model):
    """A camera whose pictures a recogniser judges. `zones`: as `rules.zones.Zone`, corners as shares of the picture."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)  # GB/T 28181
    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=6)
    object = models.ForeignKey("supervision.SupervisedObject", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    bearing_deg = models.FloatField(null=True)  # clockwise from north, the middle of the picture
    view_deg = models.FloatField(null=True)  # how wide the picture is
    zones = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    state = models.CharField(max_length=10, default=CameraState.UNKNOWN.value)  # written by the subject `health`
    state_since = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "code"]
        indexes = [
            models.Index(fields=["region_code"], name="camera_by_region"),
            models.Index(fields=["state"], name="camera_by_state"),
        ]

    def __str__(self) -> str:
        return self.name

    def own_zones(self) -> tuple[Zone, ...]:
        """The zones as the rules take them."""
        return tuple(Zone(one["name"], tuple((x, y) for x, y in one["corners"]), tuple(one["kinds"])) for one in self.zones)
