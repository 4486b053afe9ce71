"""Versions of response plans, plans started on cases, and their tasks."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.command.plans.rules import TaskState


class PlanStart(models.Model):
    """A plan that a named leader has started on a case. `plan` is the copy it began with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("command.Case", on_delete=models.PROTECT, related_name="plans")
    code = models.CharField(max_length=60)
    plan = models.JSONField()
    level = models.PositiveSmallIntegerField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="one_start_of_a_plan_per_case")]


class PlanTask(models.Model):
    """What one body was asked to do. Its clock is one of the case with the task's id as its subject."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    start = models.ForeignKey(PlanStart, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=60)
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: nobody is named for it, the duty officer sees to it
    instead = models.BooleanField(default=False)  # the body that keeps the case stands in for one that nobody has named
    due_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=TaskState.OPEN.value)
    checked = models.JSONField(default=list)  # which lines of its check list are ticked, by number
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["start", "code"], name="one_task_of_a_code_per_start"),
            models.CheckConstraint(
                condition=~Q(state=TaskState.NOT_NEEDED.value) | ~Q(reason=""), name="task_not_needed_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="task_of_body")]
