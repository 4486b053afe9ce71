"""Tags, what sends their positions, and the positions themselves. Names and tracks are personal data, see docs/positioning.md."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.datums import Datum
from tocsin.base.ids import new_id


class PlantPlan(models.Model):
    """A plan with coordinates of its own, by its reference points: [[x, y, lon, lat], …]."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    points = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["object", "name"], name="one_plan_per_name_of_a_firm")]

    def __str__(self) -> str:
        return self.name


class PositionGateway(models.Model):
    """What sends positions of one plant, under its code. `plan`: of which plan its x and y are; `device`: what publishes them
    over MQTT.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    plan = models.ForeignKey(PlantPlan, null=True, on_delete=models.PROTECT, related_name="gateways")
    device = models.ForeignKey("sensing.Device", null=True, on_delete=models.PROTECT, related_name="+")
    datum = models.CharField(max_length=10, default=Datum.CGCS2000.value)
    active = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True)  # when it last sent

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PositionTag(models.Model):
    """A tag and who carries it. `held_since`: since when this holder has it; what was sent before is another's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)  # `rules.tags.TagKind`
    holder = models.CharField(max_length=120)
    employer = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    valid_until = models.DateTimeField(null=True)
    held_since = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "number"], condition=Q(withdrawn_at__isnull=True), name="one_tag_in_use_per_number_of_a_firm"
            )
        ]
        indexes = [models.Index(fields=["person"], name="position_tag_of_person")]

    def __str__(self) -> str:
        return self.number


class PresentPosition(models.Model):
    """Where a tag was last, and since when it has not moved from where."""

    tag = models.OneToOneField(PositionTag, primary_key=True, on_delete=models.CASCADE, related_name="present")
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField()
    floor = models.CharField(max_length=20, blank=True)
    speed_km_h = models.FloatField(null=True)
    battery_percent = models.FloatField(null=True)
    sos = models.BooleanField(default=False)
    still_since = models.DateTimeField()
    still_lon = models.FloatField()
    still_lat = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="present_position_by_time")]


class TrackPoint(models.Model):
    """One position as it came. `late`: older than the newest of its tag; `judged`: zones have seen it."""

    id = models.BigAutoField(primary_key=True)
    tag = models.ForeignKey(PositionTag, on_delete=models.CASCADE, related_name="track", db_index=False)
    gateway = models.ForeignKey(PositionGateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField()
    floor = models.CharField(max_length=20, blank=True)
    speed_km_h = models.FloatField(null=True)
    battery_percent = models.FloatField(null=True)
    sos = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    judged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "at"], name="one_track_point_per_tag_and_time")]
        indexes = [
            models.Index(fields=["id"], name="track_point_unjudged", condition=Q(judged=False)),
            models.Index(fields=["gateway", "received_at"], name="track_point_by_gateway"),
            models.Index(fields=["at"], name="track_point_by_time"),
        ]


class PositionFault(models.Model):
    """How many positions of a gateway were refused for which reason; the newest as a sample."""

    id = models.BigAutoField(primary_key=True)
    gateway = models.ForeignKey(PositionGateway, on_delete=models.CASCADE, related_name="faults")
    fault = models.CharField(max_length=20)  # `rules.arriving.Fault`
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()
    sample = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "fault"], name="one_row_per_gateway_and_fault")]
