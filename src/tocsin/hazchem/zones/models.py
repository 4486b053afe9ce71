"""Zones with their rules, who is in them, and what was broken."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.hazchem.zones.rules.zones import ZonePurpose


class PlantZone(models.Model):
    """An area of a plant, of a unit where one is named. `outline`: [[lon, lat], …]; empty: that of its unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, default=ZonePurpose.ZONE.value)
    unit = models.ForeignKey("PlantUnit", null=True, on_delete=models.PROTECT, related_name="+")
    outline = models.JSONField(default=list)
    floor = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["object", "name"], condition=Q(active=True), name="one_zone_per_name_of_a_firm")
        ]

    def __str__(self) -> str:
        return self.name


class ZoneRuleRow(models.Model):
    """One rule of a zone. `limit`: persons, minutes or km/h; `kinds`: of tags that may be there."""

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(PlantZone, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=16)  # `engine.positioning.rules.RuleKind`
    limit = models.FloatField(default=0.0)
    kinds = models.JSONField(default=list)

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["zone", "kind"], name="one_rule_per_kind_of_a_zone")]


class ZonePresence(models.Model):
    """Whether a tag is in a zone, since when, by the newest position that was judged."""

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(PlantZone, on_delete=models.CASCADE, related_name="presences")
    tag = models.ForeignKey("PositionTag", on_delete=models.CASCADE, related_name="presences")
    inside = models.BooleanField()
    since = models.DateTimeField()
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "tag"], name="one_presence_per_zone_and_tag")]


class BreachClock(models.Model):
    """How long something has been broken, or holds again, before a breach begins or ends."""

    key = models.CharField(primary_key=True, max_length=120)
    broken_at = models.DateTimeField(null=True)
    calm_at = models.DateTimeField(null=True)
    raised = models.BooleanField(default=False)


class ZoneBreach(models.Model):
    """A rule that was broken, a button that was pressed, a watcher who was away; until it is over, and who acknowledged it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    zone = models.ForeignKey(PlantZone, null=True, on_delete=models.PROTECT, related_name="breaches")
    permit = models.ForeignKey("WorkPermit", null=True, on_delete=models.SET_NULL, related_name="+")
    tag = models.ForeignKey("PositionTag", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=16)  # `rules.zones.BreachKind`
    value = models.FloatField()
    limit = models.FloatField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(ended_at__isnull=True), name="one_breach_stands_per_key")
        ]
        indexes = [models.Index(fields=["object", "acknowledged_at"], name="zone_breach_of_firm")]
