"""Musters and who has to be found in each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class PlantMuster(models.Model):
    """An evacuation of a plant, or a drill of one, from its beginning to its end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    drill = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_command = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["object"], condition=Q(ended_at__isnull=True), name="one_muster_at_a_time_of_a_firm")
        ]


class MusterPerson(models.Model):
    """Somebody who has to be found. `standing`, `place`, `heard_at`, `lon`, `lat`: as it was when the muster ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    muster = models.ForeignKey(PlantMuster, on_delete=models.CASCADE, related_name="people")
    tag = models.ForeignKey("PositionTag", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)  # `positions.rules.tags.TagKind`
    employer = models.CharField(max_length=120, blank=True)
    by_hand = models.BooleanField(default=False)
    ticked_at = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ticked_where = models.CharField(max_length=120, blank=True)
    standing = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=120, blank=True)
    heard_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["muster", "tag"], condition=Q(tag__isnull=False), name="one_muster_line_per_tag")
        ]
