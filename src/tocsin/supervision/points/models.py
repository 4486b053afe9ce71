"""Nightly runs of points, appeals, and what a colour triggers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class PointsRun(models.Model):
    """How far the nightly points of one day are: a run that died goes on where it stood."""

    day = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cursor = models.CharField(max_length=40, blank=True)
    scored = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(default=list)  # [region, trade, colour, objects] of the newest revisions, once the day is through
    followed = models.CharField(max_length=40, blank=True)  # the last object whose new colour was told and acted upon
    followed_at = models.DateTimeField(null=True)  # all were
    moves = models.JSONField(default=dict)  # region -> "before>after" -> objects

    class Meta:
        ordering = ["-day"]


class Appeal(models.Model):
    """A firm's objection to a line of its ledger, with a clock for the answer (申诉)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="appeals")
    day = models.DateField()
    reason_code = models.CharField(max_length=60)
    line_key = models.CharField(max_length=120, blank=True)  # which of several lines of that reason
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()  # the answer
    won = models.BooleanField(null=True)
    granted = models.IntegerField(default=0)  # hundredths given back a day, where a part of the score was appealed
    until = models.DateField(null=True)  # the last day that a won appeal reaches
    answer = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]


class Consequence(models.Model):
    """What a change of colour triggered, with its time (talk, check, notice)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="consequences")
    day = models.DateField()
    colour = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    inspection = models.ForeignKey("supervision.Inspection", null=True, on_delete=models.SET_NULL, related_name="consequences")

    class Meta:
        ordering = ["-day", "kind"]
        constraints = [models.UniqueConstraint(fields=["day", "object", "kind"], name="one_consequence_per_object_day_kind")]
        # Open ones are found by time, or by a range of objects: without statistics SQLite would take an index that begins with
        # `done_at` for both, and read all open ones for each range.
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="open_consequence_by_due"),
            models.Index(fields=["object", "kind"], condition=Q(done_at=None), name="open_consequence_of_object"),
        ]
