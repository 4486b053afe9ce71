"""Marks of spans of readings, as rows. What was sent stays in the history as it came."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.sensing.trust.rules import MarkQuality, MarkRule

QUALITY_NAMES = {
    MarkQuality.GOOD: pgettext_lazy("quality of a reading", "good"),
    MarkQuality.SUSPECT: pgettext_lazy("quality of a reading", "suspect"),
    MarkQuality.BAD: pgettext_lazy("quality of a reading", "bad"),
    MarkQuality.REPLACED: pgettext_lazy("quality of a reading", "replaced"),
}
RULE_NAMES = {
    MarkRule.STUCK: pgettext_lazy("rule that marks readings", "value does not move"),
    MarkRule.NOISY: pgettext_lazy("rule that marks readings", "jumps faster than it can"),
    MarkRule.OUT_OF_RANGE: pgettext_lazy("rule that marks readings", "outside what is possible"),
    MarkRule.SATURATED: pgettext_lazy("rule that marks readings", "at the end of its range"),
    MarkRule.CALIBRATION: pgettext_lazy("rule that marks readings", "calibration overdue"),
}


class QualityMark(models.Model):
    """What a rule (`rule`) or a person (`by`) says of a span of one sensor's readings; withdrawn, it says nothing any more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sensor = models.ForeignKey("sensing.Sensor", on_delete=models.PROTECT, related_name="marks")
    region_code = models.CharField(max_length=6, db_index=True)
    from_ms = models.BigIntegerField()  # UTC ms
    to_ms = models.BigIntegerField(null=True)  # none: until it is ended
    quality = models.PositiveSmallIntegerField(choices=[(one.value, name) for one, name in QUALITY_NAMES.items()])
    value = models.FloatField(null=True)  # that stands in the place of what was sent, in the canonical unit
    rule = models.CharField(max_length=20, blank=True, choices=[(one.value, name) for one, name in RULE_NAMES.items()])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-from_ms", "-at")
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "rule"],
                condition=models.Q(to_ms__isnull=True, withdrawn_at__isnull=True) & ~models.Q(rule=""),
                name="one_open_mark_per_sensor_and_rule",
            )
        ]
