"""People at risk as they were entered, and items of which a region has less than its minimum."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class PeopleAtRisk(models.Model):
    """How many people of a region one kind of disaster threatens, with where the figure is from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    hazard = models.CharField(max_length=12)  # of `policy.toml`
    people = models.PositiveIntegerField()
    source = models.CharField(max_length=200, blank=True)
    basis = models.JSONField(null=True)  # `rules.people.PeopleBasis`, where the register of exposed bodies was asked
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["region_code", "hazard"]
        constraints = [models.UniqueConstraint(fields=["region_code", "hazard"], name="people_at_risk_once")]


class Shortage(models.Model):
    """An item of which a region has less than its minimum, since when; gone when it has enough again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    item = models.ForeignKey("supplies.Item", on_delete=models.CASCADE, related_name="+")
    minimum = models.BigIntegerField()
    available = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["region_code", "item"], name="one_shortage_per_region_and_item")]
