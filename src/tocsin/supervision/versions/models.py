"""Drafts of policy that are tried by the worker."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class PolicyTrial(models.Model):
    """A draft of the points policy that is tried on history: work for the worker until `done_at`. Whoever works on it holds the
    row until `free_at`, by the machine's time; `cursor` and `found` are what whole stretches have given so far.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey("records.PolicyVersion", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    free_at = models.DateTimeField()
    deadline = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # at the stretch behind the cursor
    days = models.JSONField(default=list)  # that are looked at, oldest first
    objects_in_all = models.PositiveIntegerField(default=0)
    cursor = models.CharField(max_length=40, blank=True)
    found = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(done_at=None), name="one_open_trial_per_version"),
        ]
