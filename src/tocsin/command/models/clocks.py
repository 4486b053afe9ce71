"""Clocks: rows, so that they survive every restart and fire without a message."""

from django.db import models

from tocsin.base.ids import new_id


class Clock(models.Model):
    """One step that a case waits for. `subject` tells clocks of one step apart: an order, a report, a reopening."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("command.Case", on_delete=models.PROTECT, related_name="clocks")
    step = models.CharField(max_length=30)
    subject = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    every_s = models.FloatField(null=True)  # begins anew each time that it is met
    stage = models.PositiveSmallIntegerField(default=0)  # per cent that have fired: 0, 50, 100, 150
    next_at = models.DateTimeField(null=True)  # when the next stage fires; none for one that is met, stopped or spent
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # the step is no longer waited for

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "step", "subject"], name="one_clock_per_step_and_subject")]
        indexes = [
            models.Index(fields=["next_at"], name="clock_fires", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["case", "due_at"], name="clock_of_case"),
        ]
