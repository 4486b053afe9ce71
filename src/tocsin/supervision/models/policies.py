"""Policies that are edited in the product: versions that are drafted, tried, and switched on by a second person."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class PolicyVersion(models.Model):
    """One version of a policy for a region and all below it. What names it keeps it: its content never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.CharField(max_length=20)  # points, tasks
    version = models.CharField(max_length=40)
    region_code = models.CharField(max_length=6)
    content = models.JSONField()
    effective_from = models.DateField(null=True)  # empty: a draft
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    switched_on_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    simulated = models.JSONField(default=dict)  # what it would have changed

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="one_version_of_a_policy_by_name")]
