"""Commitments as they were signed, and who was rung where one was missing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class SafetyCommitment(models.Model):
    """What a firm stated of one local day, with what was seen when it was signed. An amendment is a row of the next revision;
    the row before stays as it was but for `current`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    day = models.DateField()
    revision = models.PositiveSmallIntegerField(default=0)
    current = models.BooleanField(default=True)  # no amendment has followed it
    stated = models.JSONField()  # `rules.Stated`
    seen = models.JSONField()  # `rules.Seen`
    differences = models.JSONField(default=list)  # of `rules.Difference`
    explanation = models.CharField(max_length=1000, blank=True)  # why they stand
    reason = models.CharField(max_length=500, blank=True)  # of an amendment
    principal = models.CharField(max_length=120)  # who commits: the firm's principal
    late = models.BooleanField(default=False)  # of the day's first one
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-day", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["object", "day", "revision"], name="a_revision_once_of_a_commitment"),
            models.UniqueConstraint(fields=["object", "day"], condition=Q(current=True), name="one_commitment_counts_a_day"),
        ]
        indexes = [models.Index(fields=["day", "region_code"], name="commitment_by_day")]


class CommitmentReminder(models.Model):
    """A missing commitment was rung: with the firm, then with whoever supervises it."""

    id = models.BigAutoField(primary_key=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    to = models.CharField(max_length=10)  # who: `supervision.tasks.rules.telling.OWN_FIRM` or `SUPERVISES`
    at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "to", "object_id"]
        constraints = [models.UniqueConstraint(fields=["object", "day", "to"], name="a_missing_commitment_rings_once")]
