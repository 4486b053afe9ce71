"""Keys of frames as rows."""

from django.db import models


class FrameKey(models.Model):
    """The key of one device, sealed; and the one before it, which holds beside it for some days (empty: none)."""

    device = models.OneToOneField("sensing.Device", primary_key=True, on_delete=models.CASCADE, related_name="frame_key")
    sealed = models.CharField(max_length=200)
    earlier = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
