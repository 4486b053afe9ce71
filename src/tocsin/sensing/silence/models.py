"""Devices that were told as silent, as rows."""

from django.db import models


class SilentUnit(models.Model):
    """A device that is asked and does not answer. `matter`: the notice of all that fell silent at the same look."""

    device = models.OneToOneField("sensing.Device", primary_key=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    matter = models.CharField(max_length=32, db_index=True)

    class Meta:
        ordering = ("since",)
