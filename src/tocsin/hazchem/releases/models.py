"""Estimates of releases, as they were asked for and answered."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class ReleaseEstimate(models.Model):
    """What a release would do (泄漏后果估算): the case with its answer, both as the formats of docs/consequences.md have them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    equipment = models.ForeignKey("hazchem.PlantEquipment", null=True, on_delete=models.SET_NULL, related_name="estimates")
    region_code = models.CharField(max_length=6)
    scenario = models.CharField(max_length=20)  # `rules.scenarios.Scenario`
    title = models.CharField(max_length=200)
    substance = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    wind_from_degrees = models.FloatField()
    case = models.JSONField()
    answer = models.JSONField()
    instead_of = models.CharField(max_length=400, blank=True)  # why the model that comes first for the scenario was refused
    subject_kind = models.CharField(
        max_length=20, blank=True
    )  # what it was made for: a kind of the catalogue's `RELEASE_SUBJECTS`
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=40, blank=True)  # its number
    earlier = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="later"
    )  # the same with the wind before
    wind_by = models.CharField(max_length=120, blank=True)  # which sensors measured the wind; empty: a person told it
    wind_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["region_code", "-made_at"], name="estimate_by_region"),
            models.Index(fields=["subject_kind", "subject_id"], name="estimate_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title
