"""Editions of figures: what was published of one period, as it was on that day."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class FigureEdition(models.Model):
    """One publication of one period. Once it is published it is never changed: what is corrected is a further edition."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.CharField(max_length=7)  # `rules.periods.Period`, as written
    number = models.PositiveIntegerField()  # 1 for the first edition of its period
    region_code = models.CharField(max_length=6)  # the area that holds all of it
    k = models.PositiveIntegerField()  # of fewer nothing is told
    asked_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # None: asked for, and under way
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the clock
    reason = models.CharField(max_length=500, blank=True)
    tallies = models.JSONField(default=list)  # rows `rules.counting.Tally`, with nothing hidden; never published
    figures = models.JSONField(default=list)  # rows `rules.counting.Figures`, as everybody reads them

    class Meta:
        ordering = ["-published_at", "-period"]
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="one_edition_of_a_number")]

    def __str__(self) -> str:
        return f"{self.period} ({self.number})"
