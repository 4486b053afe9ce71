"""Shifts of a desk and their log. What is written stays: an entry is corrected by another one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class Shift(models.Model):
    """Who keeps a desk (an organisation that answers day and night) from one handover to the next; a desk has one at a time.

    The leader on duty signs its log once it has ended: `digest` is of the lines as they were then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    desk = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)  # the desk's
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=20, blank=True)  # of `rules.duty.ShiftEnd`
    end_reason = models.CharField(max_length=500, blank=True)  # why nobody handed over
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_words = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(fields=["desk"], condition=Q(ended_at__isnull=True), name="one_running_shift_per_desk")
        ]
        indexes = [models.Index(fields=["desk", "-began_at"], name="shifts_of_desk")]


class LogEntry(models.Model):
    """One line of a shift's log (值班日志). Never changed: `corrects` names the line that this one stands for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="entries")
    line = models.PositiveIntegerField()
    at = models.DateTimeField()  # when it happened
    written_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    case = models.ForeignKey("command.Case", null=True, on_delete=models.PROTECT, related_name="+")
    gone_case = models.CharField(max_length=30, blank=True)  # the number of its case, once that was deleted
    text = models.CharField(max_length=2000, blank=True)
    figures = models.JSONField(default=dict)  # of a telephone entry: said_by, telephone; of the desk's own lines: act
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        ordering = ["shift_id", "line"]
        constraints = [models.UniqueConstraint(fields=["shift", "line"], name="log_lines_are_counted")]
