"""Supervision orders as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class SupervisionOrder(models.Model):
    """A numbered paper that urges the unit of one order: what it is late with is frozen with its issue (督办单)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=60, unique=True)
    order = models.ForeignKey("command.Order", on_delete=models.PROTECT, related_name="urgings")
    region_code = models.CharField(max_length=6)
    unit = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    late = models.JSONField(default=list)  # [{step, due_at}]: what was overdue when it was issued
    text = models.CharField(max_length=2000, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    served_at = models.DateTimeField(null=True)  # the unit has it: its time to answer runs from here
    answer_by = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_as = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_as = models.CharField(max_length=120, blank=True)
    answer = models.JSONField(default=dict)  # reason, measures, person
    late_told_at = models.DateTimeField(null=True)  # no answer in time, and those above were told

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["unit", "answered_at"], name="supervision_order_of_unit")]

    def __str__(self) -> str:
        return self.number
