"""Planned works and silences as rows."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.warning.covers.rules import Hours, Scope, weekdays_of


class Cover(models.Model):
    """A planned work or a silence: who, where, what, from when until when. Ended early, never deleted.

    An alarm that arises under it is explained by it before anybody is called; no reading is ever hidden.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    what = models.CharField(max_length=500)  # what is done, or why it shall be quiet
    who = models.CharField(max_length=120, blank=True)  # the unit or persons on site
    contact = models.CharField(max_length=120, blank=True)  # telephone on site
    organisation = models.ForeignKey(
        "jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the body that works there or has announced it

    region_code = models.CharField(max_length=6)
    asset = models.ForeignKey("lifelines.Asset", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    along_m = models.FloatField(null=True, blank=True)  # so far along the pipe, both ways
    asset_ids = models.JSONField(default=list)  # the object, and what lies along the pipe, as it was when entered
    street = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    device = models.ForeignKey("sensing.Device", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sensor = models.ForeignKey("sensing.Sensor", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40, blank=True)
    quantities = models.JSONField(default=list)

    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    weekdays = models.CharField(max_length=7, blank=True)  # Monday is 1; empty: every day
    from_time = models.TimeField(null=True, blank=True)  # local
    until_time = models.TimeField(null=True, blank=True)

    trusted = models.BooleanField(default=False)  # whoever entered it handles alarms there
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    second = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # before its time
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-begins_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="cover_ends_after_it_begins")]
        indexes = [models.Index(fields=["ends_at", "begins_at"], name="cover_by_time")]

    def __str__(self) -> str:
        return self.what

    @property
    def scope(self) -> Scope:
        """What it covers."""
        circle = None
        if self.lon is not None and self.lat is not None and self.radius_m is not None:
            circle = (self.lon, self.lat, self.radius_m)
        return Scope(
            region_code=self.region_code,
            assets=frozenset(UUID(one) for one in self.asset_ids),
            street=self.street,
            circle=circle,
            device_id=self.device_id,
            sensor_id=self.sensor_id,
            rule=self.rule,
            quantities=frozenset(self.quantities),
        )

    @property
    def hours(self) -> Hours:
        """When it covers, in local time."""
        ends_at = min(self.ends_at, self.ended_at) if self.ended_at else self.ends_at
        return Hours(
            timezone.localtime(self.begins_at),
            timezone.localtime(ends_at),
            weekdays_of(self.weekdays),
            self.from_time,
            self.until_time,
        )
