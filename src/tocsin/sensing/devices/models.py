"""Devices and their sensors as rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.base.quantities import quantity_of
from tocsin.sensing.devices.rules import Health, PowerSource, SpokenProtocol

HEALTH_NAMES = {
    Health.UNKNOWN: _("not yet known"),
    Health.GOOD: _("good"),
    Health.SILENT: _("silent"),
    Health.STUCK: _("stuck"),
    Health.NOISY: _("noisy"),
    Health.OUT_OF_RANGE: _("out of range"),
    Health.SATURATED: _("saturated"),
}

PROTOCOL_NAMES = {
    SpokenProtocol.MQTT: "MQTT",
    SpokenProtocol.HTTP: "HTTP",
    SpokenProtocol.SPARKPLUG: "Sparkplug B",
    SpokenProtocol.HJ212: "HJ 212",
    SpokenProtocol.GB26875: "GB/T 26875.3",
    SpokenProtocol.MODBUS: "Modbus TCP",
    SpokenProtocol.OPCUA: "OPC UA",
    SpokenProtocol.GATEWAY: pgettext_lazy("protocol", "through a gateway"),
    SpokenProtocol.OTHER: pgettext_lazy("protocol", "another one"),
}
POWER_NAMES = {
    PowerSource.MAINS: pgettext_lazy("power source", "mains"),
    PowerSource.BATTERY: pgettext_lazy("power source", "battery"),
    PowerSource.SOLAR: pgettext_lazy("power source", "solar panel and battery"),
    PowerSource.LINE: pgettext_lazy("power source", "the line on which it speaks"),
}


class Counter(models.Model):
    """A number that only grows, drawn under the row's lock: indexes of sensors, the version of the registry."""

    name = models.CharField(max_length=30, primary_key=True)
    value = models.BigIntegerField(default=0)


class RegistryChange(models.Model):
    """A device that, by itself or by a sensor, became another with that version of the registry; none: read all anew.

    Its id is a value: a foreign key would wait for whoever holds the device's row and waits for the version's.
    """

    version = models.BigIntegerField(db_index=True)
    device_id = models.UUIDField(null=True)


class DeviceModel(models.Model):
    """A maker's model of devices: what each device of it sends, and how. Known in its region and everywhere below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6, db_index=True)  # whose keepers of sensors keep it
    maker = models.CharField(max_length=80)
    model = models.CharField(max_length=80)
    protocol = models.CharField(max_length=20, choices=list(PROTOCOL_NAMES.items()))
    power = models.CharField(max_length=20, choices=list(POWER_NAMES.items()))
    battery_low_pct = models.FloatField(null=True)  # below it the battery is to be replaced
    channels = models.JSONField(default=list)  # as `rules.ModelChannel`
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("maker", "model", "region_code")
        constraints = [models.UniqueConstraint(fields=["region_code", "maker", "model"], name="one_device_model_per_region")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Maker and model."""
        return f"{self.maker} {self.model}"


class Device(models.Model):
    """Something with one secret that sends readings of one or many channels. Never deleted: its readings stay in history."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=64, unique=True, verbose_name=_("code"))
    name = models.CharField(max_length=120, blank=True, verbose_name=_("name"))
    secret_sha256 = models.CharField(max_length=64)
    access_fingerprint = models.CharField(max_length=64, blank=True, default="")  # of its password of HJ 212; empty: it has none
    region_code = models.CharField(max_length=6, db_index=True, verbose_name=_("region"))
    organisation = models.ForeignKey(
        "jurisdiction.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    gateway = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried", verbose_name=_("gateway")
    )  # the device that carries what this one sends
    model = models.ForeignKey(
        DeviceModel, null=True, blank=True, on_delete=models.PROTECT, related_name="devices", verbose_name=_("model")
    )
    enabled = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    heard_through = models.CharField(max_length=10, blank=True, default="")  # the door of its last message
    messages = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def speaks_hj212(self) -> bool:
        """Whether it has a password for the door of HJ 212."""
        return bool(self.access_fingerprint)


class Sensor(models.Model):
    """One channel of a device: one quantity at one place. `index` is its number in log and history, never given twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    index = models.IntegerField(unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="sensors")
    channel = models.CharField(max_length=64, verbose_name=_("channel"))
    quantity = models.CharField(max_length=40, verbose_name=_("quantity"))
    unit = models.CharField(max_length=20, blank=True, verbose_name=_("unit as sent"))
    asset = models.ForeignKey(
        "lifelines.Asset", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("asset")
    )
    name = models.CharField(max_length=120, blank=True, verbose_name=_("name"))
    lon = models.FloatField(verbose_name=_("longitude"))
    lat = models.FloatField(verbose_name=_("latitude"))
    region_code = models.CharField(max_length=6, db_index=True, verbose_name=_("region"))
    interval_s = models.FloatField(default=60.0, verbose_name=_("interval in seconds"))
    silence_s = models.FloatField(null=True, blank=True)  # silent after so long; empty: by its intervals, as the profile says
    resolution = models.FloatField(verbose_name=_("resolution"))
    accuracy = models.FloatField(null=True, blank=True, verbose_name=_("accuracy"))
    profile = models.CharField(max_length=60, blank=True, verbose_name=_("profile"))
    alarm_low = models.FloatField(null=True, blank=True, verbose_name=_("lower alarm limit"))
    alarm_high = models.FloatField(null=True, blank=True, verbose_name=_("upper alarm limit"))
    calibrated_on = models.DateField(null=True, blank=True, verbose_name=_("calibrated on"))
    calibration_due = models.DateField(null=True, blank=True, verbose_name=_("calibration holds until"))  # its last day
    enabled = models.BooleanField(default=True)
    health = models.CharField(max_length=20, choices=list(HEALTH_NAMES.items()), default=Health.UNKNOWN)
    health_since = models.DateTimeField(null=True, blank=True)
    unknown_because = models.CharField(max_length=64, blank=True)  # code of the lost gateway or station that explains it
    last_ts = models.BigIntegerField(null=True, blank=True)  # UTC ms
    last_value = models.FloatField(null=True, blank=True)  # canonical unit

    class Meta:
        ordering = ("index",)
        constraints = [models.UniqueConstraint(fields=["device", "channel"], name="one_sensor_per_device_and_channel")]

    def __str__(self) -> str:
        """Its name, in the reader's language where it is that of its asset, else device and channel."""
        if self.asset is not None and self.name == self.asset.name:
            return str(self.asset)
        return self.name or f"{self.device} {self.channel}"

    @property
    def canonical_unit(self) -> str:
        """Unit of its values, limits and accuracy."""
        return quantity_of(self.quantity).unit
