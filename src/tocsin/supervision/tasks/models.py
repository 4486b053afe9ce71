"""Tasks that are due of an object, and what was done for them."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class Task(models.Model):
    """One thing due of one object in one period. `key` makes it the same task whichever level asks for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="tasks")
    rule = models.CharField(max_length=60)  # code of the task rules
    rules_version = models.CharField(max_length=40, blank=True)  # of which rules; empty: as shipped (`tasks/policy.toml`)
    met_by = models.CharField(
        max_length=20
    )  # `tasks.rules.planning.MetBy`: what shows that it is done, as it was when it was made
    key = models.CharField(max_length=120)  # rule's subject and period: what is one and the same for several levels
    levels = models.JSONField(default=list)  # who asks for it: firm, town, department, county, city, province
    weight = models.PositiveSmallIntegerField(default=1)  # 1 normal, 2 important, 3 key; 0 the authority's
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True)  # after this it can no longer be done; empty: always
    state = models.CharField(max_length=20)  # `tasks.rules.states.TaskState`
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(
        max_length=40, blank=True
    )  # what showed that it was done: an existing record, a phone, an inspector
    evidence = models.JSONField(default=dict)
    asked_to = models.DateTimeField(null=True)  # the end that a deferral asks for, until somebody decides
    deferred_to = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # how many entries it has

    class Meta:
        ordering = ["due_at", "rule"]
        constraints = [models.UniqueConstraint(fields=["object", "key"], name="one_task_per_object_and_key")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="task_by_state_and_due"),
            # All that the nightly points ask of a task, so that they read it from the index alone.
            models.Index(
                fields=["object", "due_at", "state", "weight", "done_at", "deferred_to", "rule"], name="task_for_points"
            ),
        ]


class TaskEntry(Entry):
    """One thing a firm's person entered for a task, also offline. The device makes the id: a second delivery changes nothing."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["task", "version"], name="one_entry_per_version_of_a_task")]


class TaskRun(models.Model):
    """How far the making of the tasks of one local day is: a run that died goes on where it stood."""

    day = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cursor = models.CharField(max_length=40, blank=True)  # the last object that has its tasks
    made = models.PositiveIntegerField(default=0)
    told = models.CharField(max_length=40, blank=True)  # the last firm that heard of its tasks of the day
    told_at = models.DateTimeField(null=True)  # all have

    class Meta:
        ordering = ["-day"]
