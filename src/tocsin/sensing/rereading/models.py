"""Rereadings, as rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.sensing.rereading.rules import State

STATE_NAMES = {State.OPEN: pgettext_lazy("rereading", "under way"), State.ENDED: pgettext_lazy("rereading", "done")}


class Rereading(models.Model):
    """Somebody has asked that kept messages be read again: which ones, how far it has come, and what came of it.

    Messages are read in the order of their arrival; `read_at` and `read_id` are those of the last one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    region_code = models.CharField(max_length=6, blank=True, db_index=True)  # that holds all of its messages
    device_code = models.CharField(max_length=64, blank=True)  # the choice: empty, or none, for all
    reason = models.CharField(max_length=30, blank=True)
    begins = models.DateTimeField(null=True)
    ends = models.DateTimeField()
    state = models.CharField(max_length=10, default=State.OPEN, choices=list(STATE_NAMES.items()), db_index=True)
    found = models.IntegerField()
    read_at = models.DateTimeField(null=True)
    read_id = models.UUIDField(null=True)
    tried = models.IntegerField(default=0)
    whole = models.IntegerField(default=0)
    partly = models.IntegerField(default=0)
    readings = models.BigIntegerField(default=0)
    imported = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")

    @property
    def unread(self) -> int:
        """Messages of which nothing new could be read."""
        return self.tried - self.whole - self.partly


class RereadingBatch(models.Model):
    """Readings that are on their way into the log and the history: their messages are told as read in the transaction that makes
    this row, and the row goes when the readings are there. At most one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    one = models.SmallIntegerField(default=1, unique=True)
    rereading = models.ForeignKey(Rereading, on_delete=models.CASCADE, related_name="batches")
    logged = models.BinaryField(default=bytes)  # `bus.envelope`
    imported = models.BinaryField(default=bytes)
