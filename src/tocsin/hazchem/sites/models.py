"""Plans of plants: pictures that lie over the map."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class PlantPicture(models.Model):
    """A picture of a firm's plant over the map; its file is attached to it. `corners`: [[lon, lat], …] clockwise from the upper
    left. One of a firm: a new one takes the place of the old.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.OneToOneField("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    corners = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
