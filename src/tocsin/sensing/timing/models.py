"""Clocks of devices, and what their sensors said again, as rows."""

from django.db import models


class DeviceClock(models.Model):
    """How far a device's clock is off. `least_ms`: the least delays of the last windows, the newest last. `matter`: the notice of
    all that were found off at the same look.
    """

    device = models.OneToOneField("sensing.Device", primary_key=True, on_delete=models.CASCADE, related_name="clock")
    region_code = models.CharField(max_length=6, db_index=True)
    skew_ms = models.FloatField(db_index=True)  # ahead; behind: negative
    least_ms = models.JSONField(default=list)
    measured_at = models.DateTimeField()
    is_off = models.BooleanField(default=False)
    matter = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        ordering = ("device",)


class SensorRepeats(models.Model):
    """How many readings of a sensor said a moment again that it had said shortly before: with the same value, or another."""

    sensor = models.OneToOneField("sensing.Sensor", primary_key=True, on_delete=models.CASCADE, related_name="repeats")
    same = models.BigIntegerField(default=0)
    other = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ("sensor",)
