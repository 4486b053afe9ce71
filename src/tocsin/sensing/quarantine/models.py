"""Messages that could not be read, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.base.reasons import told
from tocsin.sensing.quarantine.rules import Reason

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
    Reason.BIRTH_MISSING: _("not announced by a birth"),
    Reason.MESSAGES_LOST: _("messages were lost on the way"),
    Reason.NO_ANSWER: _("a unit that is asked does not answer"),
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
