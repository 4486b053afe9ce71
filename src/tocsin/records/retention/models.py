"""Holds as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


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
