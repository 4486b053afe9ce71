"""Upkeep as rows: one for each lot of gear in a store, with the day by which it is due."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class Upkeep(models.Model):
    """The upkeep of one lot of gear in one store (维护): run, inspected or calibrated every so many months."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    holding = models.ForeignKey(
        "supplies.Holding", on_delete=models.PROTECT, related_name="upkeep_rows", related_query_name="upkeep", db_index=False
    )
    region_code = models.CharField(max_length=6)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, blank=True)  # `rules.runs.UpkeepAct` of the last
    device = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=300, blank=True)
    conflict = models.BooleanField(default=False)
    told_for = models.DateField(null=True)  # the day of which keepers were told
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["holding", "region_code"], name="one_upkeep_per_holding")]
        indexes = [
            models.Index(fields=["due_on"], name="upkeep_by_day"),
            models.Index(fields=["region_code", "due_on"], name="upkeep_by_region"),
        ]


class UpkeepEntry(Entry):
    """One thing that somebody entered at gear."""

    upkeep = models.ForeignKey(Upkeep, on_delete=models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["upkeep", "version"], name="one_entry_per_version_of_an_upkeep")]
