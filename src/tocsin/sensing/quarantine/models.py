"""Messages that could not be read, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.base.reasons import told
from tocsin.sensing.quarantine.rules import Form, Reason

REASON_NAMES = {
    Reason.UNREADABLE: _("payload can't be read"),
    Reason.UNKNOWN_CHANNEL: _("channel is not registered"),
    Reason.SENSOR_DISABLED: _("sensor is disabled"),
    Reason.VALUE_UNREADABLE: _("value is no number"),
    Reason.TIME_UNREADABLE: _("time can't be read"),
    Reason.TIME_AHEAD: _("time lies ahead"),
    Reason.TIME_TOO_OLD: _("time is too old"),
    Reason.TOO_LARGE: _("message is too large"),
    Reason.FOREIGN_TOPIC: _("topic is not the device's own"),
    Reason.UNSUPPORTED: _("not supported by the door"),
    Reason.TOO_MANY: _("more readings than its quota"),
    Reason.ALREADY_KNOWN: _("another value for a known time"),
    Reason.LOGIN_REFUSED: _("wrong device code or secret"),
    Reason.CERTIFICATE_UNKNOWN: _("certificate is not known"),
    Reason.CERTIFICATE_OF_ANOTHER: _("certificate of another device"),
    Reason.CERTIFICATE_EXPIRED: _("certificate has expired"),
    Reason.CERTIFICATE_NOT_YET_VALID: _("certificate does not hold yet"),
    Reason.CERTIFICATE_REVOKED: _("certificate was revoked"),
    Reason.CERTIFICATE_REPLACED: _("certificate was replaced"),
    Reason.CERTIFICATE_UNFIT: _("certificate is not fit for a device"),
    Reason.BIRTH_MISSING: _("not announced by a birth"),
    Reason.MESSAGES_LOST: _("messages were lost on the way"),
    Reason.NO_ANSWER: _("a unit that is asked does not answer"),
    Reason.ATTRIBUTE_REFUSED: _("an attribute can't be kept"),
    Reason.CONTENT_REFUSED: _("not taken by whom it is for"),
}

FORM_NAMES = {
    Form.READINGS: _("readings"),
    Form.OBSERVATIONS: _("Observations of SensorThings"),
    Form.SPARKPLUG: "Sparkplug B",
    Form.HJ212: "HJ 212",
    Form.GB26875: "GB/T 26875.3",
    Form.FOREIGN: _("publish on a foreign topic"),
    Form.HANDED: _("message for another part of Tocsin"),
}


class QuarantinedMessage(models.Model):
    """What one device sent that could not be read, one row per reason: how often, since when, and the latest as a sample.

    `device` is empty and `device_code` blank for senders that never proved who they are.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey("sensing.Device", null=True, on_delete=models.CASCADE, related_name="quarantined")
    device_code = models.CharField(max_length=64, blank=True)
    region_code = models.CharField(max_length=6, blank=True, db_index=True)
    reason = models.CharField(max_length=30, choices=list(REASON_NAMES.items()))
    door = models.CharField(max_length=10)
    why = models.JSONField(default=dict)  # as `base.reasons` keeps it: where it is wrong and how to mend it
    sample = models.CharField(max_length=500, blank=True)
    count = models.BigIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-last_seen_at",)
        constraints = [models.UniqueConstraint(fields=["device_code", "reason"], name="one_quarantine_row_per_device_and_reason")]

    @property
    def detail(self) -> str:
        """Where it is wrong and how to mend it, in the reader's language."""
        return told(self.why)


class KeptMessage(models.Model):
    """One message of which something could not be read, as it came, so that it can be read again when that is mended.

    `place` is its topic or address; `context` what a reader must know beside the content; `taken` the readings (sensor, time)
    that are in the log already; `arrived_at` the moment from which times are judged.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey("sensing.Device", on_delete=models.CASCADE, related_name="kept_messages")
    device_code = models.CharField(max_length=64)
    region_code = models.CharField(max_length=6, db_index=True)
    reason = models.CharField(max_length=30, choices=list(REASON_NAMES.items()))
    why = models.JSONField(default=dict)
    door = models.CharField(max_length=10)
    form = models.CharField(max_length=20, choices=list(FORM_NAMES.items()))
    place = models.CharField(max_length=300, blank=True)
    content = models.BinaryField()
    context = models.BinaryField(default=bytes)
    taken = models.BinaryField(default=bytes)
    size = models.BigIntegerField()
    arrived_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("arrived_at", "id")
        indexes = [
            models.Index(fields=["device", "reason"], name="kept_messages_by_reason"),
            models.Index(fields=["device", "arrived_at", "id"], name="kept_messages_of_a_device"),
            models.Index(fields=["arrived_at", "id"], name="kept_messages_by_arrival"),
        ]

    @property
    def detail(self) -> str:
        """Where it is wrong and how to mend it, in the reader's language."""
        return told(self.why)


class KeptRoom(models.Model):
    """How much of one device is kept, and how many of its messages found no place or grew too old."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.OneToOneField("sensing.Device", on_delete=models.CASCADE, related_name="kept_room")
    region_code = models.CharField(max_length=6, db_index=True)
    messages = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0, db_index=True)
    dropped = models.BigIntegerField(default=0)
    last_dropped_at = models.DateTimeField(null=True)


class FullRoom(models.Model):
    """There is no more place for kept messages, since when: whoever runs the installation has been told. At most one."""

    one = models.SmallIntegerField(default=1, primary_key=True)
    since = models.DateTimeField()


class StrangersMessage(models.Model):
    """A message of a sender that is not registered, as it came, so that it can be read when it is.

    `claimed` is what it calls itself: MN of HJ 212, source address of GB/T 26875.3; `address` is where it came from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    door = models.CharField(max_length=10)
    claimed = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    region_code = models.CharField(max_length=6, blank=True, default="")  # of nobody: seen by who sees everywhere
    form = models.CharField(max_length=20, choices=list(FORM_NAMES.items()))
    content = models.BinaryField()
    size = models.BigIntegerField()
    arrived_at = models.DateTimeField()

    class Meta:
        ordering = ("arrived_at", "id")
        indexes = [
            models.Index(fields=["door", "claimed"], name="strangers_by_claim"),
            models.Index(fields=["door", "address", "arrived_at"], name="strangers_by_address"),
            models.Index(fields=["arrived_at"], name="strangers_by_arrival"),
        ]
