"""What devices say of themselves, and their batteries, as rows."""

from django.db import models
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.sensing.attributes.rules.battery import BatteryState

BATTERY_NAMES = {
    BatteryState.GOOD: pgettext_lazy("battery", "good"),
    BatteryState.LOW: pgettext_lazy("battery", "low"),
    BatteryState.CRITICAL: pgettext_lazy("battery", "critical"),
}


class Attribute(models.Model):
    """The newest that a device said of one attribute. `noted_…`: the value of the last change that was kept, and how many are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey("sensing.Device", on_delete=models.CASCADE, related_name="attributes")
    name = models.CharField(max_length=64)
    text = models.CharField(max_length=200)
    number = models.FloatField(null=True)
    stated_at = models.DateTimeField()  # by the device's clock
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # stated time of the last change
    noted_text = models.CharField(max_length=200)
    noted_number = models.FloatField(null=True)
    changes = models.IntegerField(default=0)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["device", "name"], name="one_attribute_per_device_and_name")]
        indexes = [models.Index(fields=["name", "received_at"], name="attributes_by_arrival")]


class AttributeChange(models.Model):
    """A value that an attribute took at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey("sensing.Device", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=64)
    text = models.CharField(max_length=200)
    number = models.FloatField(null=True)
    stated_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-stated_at",)
        constraints = [models.UniqueConstraint(fields=["device", "name", "stated_at"], name="one_attribute_change_per_time")]


class Battery(models.Model):
    """How a device's battery stands by its attribute `battery`, and when it ends. `told`: the worst state that its keeper heard
    of; `matter`: the notice of all that crossed a limit at the same look.
    """

    device = models.OneToOneField("sensing.Device", primary_key=True, on_delete=models.CASCADE, related_name="battery")
    region_code = models.CharField(max_length=6, db_index=True)
    level_pct = models.FloatField()
    stated_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(BATTERY_NAMES.items()), default=BatteryState.GOOD)
    changed_on = models.DateField(null=True)  # as a person entered it
    slope = models.FloatField(null=True)  # percent a day
    trend_days = models.IntegerField(default=0)
    ends_on = models.DateField(null=True, db_index=True)
    earliest_end = models.DateField(null=True)
    latest_end = models.DateField(null=True)
    judged_at = models.DateTimeField()
    told = models.CharField(max_length=10, default=BatteryState.GOOD)
    matter = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        ordering = ("ends_on", "level_pct")
