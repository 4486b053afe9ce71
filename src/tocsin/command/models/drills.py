"""Drills (演练): a wall between what is practised and what is real."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class Drill(models.Model):
    """One drill. Its cases, notices and papers carry its mark; it reaches only the bodies and persons that it names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    script = models.JSONField(default=list)  # `rules.drill_script.Act` by act
    recipients = models.JSONField(default=dict)  # {"organisations": [ids], "people": [ids]}
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    remarks = models.CharField(max_length=4000, blank=True)  # what the evaluation says in words

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(began_at__isnull=False), name="drill_ends_once_begun")
        ]

    def __str__(self) -> str:
        return self.name


class DrillAct(models.Model):
    """One act of a begun drill's script: due at its time by the judging clock, done once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="acts")
    number = models.PositiveSmallIntegerField()  # place in the script
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    case = models.ForeignKey("command.Case", null=True, on_delete=models.PROTECT, related_name="+")  # that it concerned
    refused = models.CharField(max_length=500, blank=True)  # why it could not be done: the players had gone another way

    class Meta:
        ordering = ["drill", "due_at", "number"]
        constraints = [models.UniqueConstraint(fields=["drill", "number"], name="one_row_per_act_of_a_drill")]
        indexes = [models.Index(fields=["due_at"], name="drill_act_waits", condition=Q(done_at__isnull=True))]
