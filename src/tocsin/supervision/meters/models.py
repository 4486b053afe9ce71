"""Meters of firms, what hung at each of them at which time, and how firms share one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class Meter(models.Model):
    """An electricity meter of a firm as it hangs now: `sensor` and `multiplier` are those of its newest period."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="meters")  # who keeps it
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20)  # `engine.work.Role`
    protects = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="protected_by")
    rated_kw = models.FloatField(null=True)
    multiplier = models.FloatField(null=True)
    sensor = models.OneToOneField("sensing.Sensor", null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class MeterPeriod(models.Model):
    """What hung at a meter from a moment on: its device, whose sensor sends the readings, and the multiplier of its transformers.

    A correction withdraws a row and puts another one in its place, so that the history says what was believed when.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="periods")
    from_at = models.DateTimeField(null=True)  # empty: since its first reading
    sensor = models.ForeignKey("sensing.Sensor", null=True, on_delete=models.PROTECT, related_name="+")  # empty: taken down
    serial = models.CharField(max_length=60, blank=True)
    multiplier = models.FloatField(null=True)
    included = models.FloatField(null=True)  # the multiplier that the readings hold already; empty: the right one
    change = models.CharField(max_length=20)  # `meters.rules.Change`
    note = models.CharField(max_length=300, blank=True)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["from_at", "booked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["meter", "from_at"], condition=Q(withdrawn_at__isnull=True), name="one_meter_period_per_begin"
            )
        ]


class MeterShare(models.Model):
    """The share of a meter that is a firm's from a moment on; all rows of one moment are one agreement."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="shares")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="meter_shares")
    share = models.FloatField()
    from_at = models.DateTimeField()

    class Meta:
        ordering = ["from_at", "-share"]
        constraints = [
            models.UniqueConstraint(fields=["meter", "object", "from_at"], name="one_meter_share_per_firm_and_begin"),
            models.CheckConstraint(condition=Q(share__gte=0.0, share__lte=1.0), name="meter_share_is_a_share"),
        ]
