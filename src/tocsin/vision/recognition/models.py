"""Sources of frames as rows."""

from django.conf import settings
from django.db import models


class CameraSource(models.Model):
    """Where frames of a camera come from, what is looked for in them, and how it goes. `fault`: of `rules.sources.FetchFault`."""

    camera = models.OneToOneField("vision.Camera", primary_key=True, on_delete=models.CASCADE, related_name="source")
    kind = models.CharField(max_length=10)
    address = models.CharField(max_length=500, blank=True)
    username = models.CharField(max_length=64, blank=True)  # its password: CameraSecret
    period_s = models.FloatField()
    looking = models.JSONField(default=list)  # codes of `engine.frames.watching.Looking`
    most_people = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)  # the newest frame
    fault = models.CharField(max_length=20, blank=True)
    fault_detail = models.CharField(max_length=80, blank=True)
    fault_since = models.DateTimeField(null=True)
    frames = models.PositiveBigIntegerField(default=0)  # that were judged
    dropped = models.PositiveBigIntegerField(default=0)  # a newer one came before they could be judged

    class Meta:
        ordering = ["camera"]


class CameraSecret(models.Model):
    """The password by which frames are fetched, sealed."""

    source = models.OneToOneField(CameraSource, on_delete=models.CASCADE, related_name="secret")
    sealed = models.TextField()
