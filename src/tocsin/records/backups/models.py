"""The plan of backups, and what became of each."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class BackupPlan(models.Model):
    """When, where to and for whom backups are taken; one row, made when it is first entered."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    is_on = models.BooleanField(default=False)
    at_minute = models.PositiveSmallIntegerField(default=150)  # after local midnight
    folder = models.CharField(max_length=500)  # on this machine, outside the data folder
    keep = models.PositiveSmallIntegerField(default=14)  # so many of those taken by the product
    recipients = models.JSONField(default=list)  # public keys of age
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_plan_of_backups")]


class BackupRun(models.Model):
    """A backup, or a restore that was tried, with its progress and its end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)  # `rules.RunKind`
    state = models.CharField(max_length=10)  # `rules.RunState`
    phase = models.CharField(max_length=10, blank=True)  # `rules.RunPhase`
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # null: the plan
    heard_at = models.DateTimeField(null=True)  # when the run last told of itself
    ended_at = models.DateTimeField(null=True)
    folder = models.CharField(max_length=600, blank=True)  # of the backup, or of the one that was tried
    sealed = models.BooleanField(default=False)
    files = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    gone_at = models.DateTimeField(null=True)  # when its folder was let go
    elsewhere = models.BooleanField(default=False)  # a restore that was tried on another machine, entered by hand
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state__in=("asked", "running")), name="one_run_of_backups_at_a_time"
            )
        ]
