"""Handovers of a desk. What was signed stays."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.command.shifts.models import Shift


class Handover(models.Model):
    """What one shift hands to the next (交接班), with two signatures: the giver's makes it, the taker's answers it.

    `matters` are frozen at the first signature, `since` is what came between the two.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers")
    region_code = models.CharField(max_length=6)
    words = models.CharField(max_length=4000, blank=True)
    matters = models.JSONField(default=list)
    since = models.JSONField(default=list)
    digest = models.CharField(max_length=80)  # of what the giver signed
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a refusal
    next_shift = models.OneToOneField(Shift, null=True, on_delete=models.PROTECT, related_name="taken_from")

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(answered_at__isnull=True), name="one_open_handover_per_shift"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, accepted__isnull=True)
                | Q(answered_at__isnull=False, accepted__isnull=False, answered_by__isnull=False),
                name="handover_is_answered_whole",
            ),
        ]
