"""The columns of every table of acts."""

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One act that was kept. The device makes the id, so that a second delivery changes nothing.

    A subject's table adds the key of what is acted upon, and that each version of it has one entry.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    act = models.CharField(max_length=20)
    at = models.DateTimeField()  # when it was done, by the device's clock
    received_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=60, blank=True)
    sequence = models.PositiveIntegerField(default=0)  # the device's own count
    base_version = models.PositiveIntegerField(default=0)  # the version that the person saw
    version = models.PositiveIntegerField()  # the subject's, with this entry
    data = models.JSONField(default=dict)  # what the subject's class of `fieldwork.rules.ActData` holds
    verdict = models.CharField(max_length=20, blank=True)  # what the act does; conflicts are kept and shown

    class Meta:
        abstract = True
        ordering = ["version"]
