"""How much devices reported, day by day, as rows."""

from django.db import models


class DeviceDay(models.Model):
    """Periods of one device's sensors on one local day. `channels`: those that missed most, each (channel, expected, reported).

    `door`: the protocol through which the device, or the gateway that carries it, was heard last.
    """

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey("sensing.Device", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    door = models.CharField(max_length=10, blank=True)
    expected = models.BigIntegerField()
    reported = models.BigIntegerField()
    planned = models.BigIntegerField()
    channels = models.JSONField(default=list)

    class Meta:
        ordering = ("-day",)
        constraints = [models.UniqueConstraint(fields=["device", "day"], name="one_device_day")]
        indexes = [models.Index(fields=["day"], name="device_days_by_day")]


class OnlineRate(models.Model):
    """A device's online rate of the last judged day, of seven days and of thirty, in percent; none where nothing was expected."""

    device = models.OneToOneField("sensing.Device", primary_key=True, on_delete=models.CASCADE, related_name="online_rate")
    region_code = models.CharField(max_length=6, db_index=True)
    day = models.DateField()
    door = models.CharField(max_length=10, blank=True)
    day_pct = models.FloatField(null=True, db_index=True)
    week_pct = models.FloatField(null=True)
    month_pct = models.FloatField(null=True, db_index=True)
    is_poor = models.BooleanField(default=False)  # the day was below what the policy tells

    class Meta:
        ordering = ("device",)


class Night(models.Model):
    """How far the devices of a day are judged: up to the device with this id. `told`: their keepers have heard."""

    day = models.DateField(primary_key=True)
    judged_to = models.UUIDField(null=True)
    is_done = models.BooleanField(default=False)
    fallen = models.JSONField(default=dict)  # region -> [how many fell below the policy's rate, the first codes with their rate]
