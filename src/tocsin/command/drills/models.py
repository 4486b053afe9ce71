"""What the script of a begun drill has due, and what was done."""

from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Drill


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
