"""Holds, and what remains of what went, as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class RetentionBook(models.Model):
    """One row, held by whoever places a hold or begins a deletion, so that the one sees the other."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_retention_book")]


class Hold(models.Model):
    """Nothing about the case of this number goes, however old it is, until somebody else lifts the hold (a court, an inquiry)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(lifted_at__isnull=True), name="one_standing_hold_a_case"
            )
        ]


class Tombstone(models.Model):
    """What remains of an object that was deleted at its time: what it was, when, by which policy, and a digest of what went.

    What went with it (a case's orders and reports) has one of its own, which names the `whole`. Until `gone_at` the deletion is
    under way: nobody sees the object any more, and the next round goes on with it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=120, blank=True)
    object_id = models.UUIDField(unique=True)
    whole = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    region_code = models.CharField(max_length=12)
    permission = models.CharField(
        max_length=60
    )  # of `jurisdiction.rights.rules`: whoever holds it there is told that it was deleted
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)  # the role of who ended it, no name
    policy_key = models.CharField(max_length=60)  # of `records.retention`, with its days at that time
    days = models.FloatField()
    rows = models.JSONField(default=dict)  # by model how many went
    digest = models.CharField(max_length=80, blank=True)  # over all rows, slice after slice
    begun_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at", "-id"]
        indexes = [
            models.Index(fields=["number"], name="tombstone_by_number"),
            models.Index(
                fields=["kind"], condition=models.Q(gone_at__isnull=True, whole__isnull=True), name="tombstone_under_way"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.object_id}"
