"""Drills (演练): a wall between what is practised and what is real."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class Drill(models.Model):
    """One drill. Its cases, notices and papers carry its mark; it reaches only the bodies and persons that it names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    script = models.JSONField(default=list)
    recipients = models.JSONField(default=dict)  # {"organisations": [ids], "people": [ids]}
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
