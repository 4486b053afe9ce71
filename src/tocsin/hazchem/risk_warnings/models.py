"""Risk warnings of units, whom they were told to, and what firms answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.hazchem.risk_warnings.rules import RiskState


class RiskWarning(models.Model):
    """Alarms of one unit's points, told together: new ones join the newest that its firm has not answered. `level` is the
    highest that any of them has had (1 blue to 4 red); times run from `pushed_at`, when it got this level.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("hazchem.PlantUnit", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)  # `rules.RiskState`
    opened_at = models.DateTimeField()
    pushed_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # from when on an answer is waited for: pushed, or sent back
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    fired = models.JSONField(default=list)  # triggers of `rules.escalations` that have told somebody at this level
    next_at = models.DateTimeField(null=True)  # when silence next tells somebody

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RiskState.CLOSED.value, closed_at__isnull=False)
                | (~Q(state=RiskState.CLOSED.value) & Q(closed_at__isnull=True)),
                name="risk_warning_is_closed_when_it_says_so",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-level"], name="risk_warning_list"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="risk_warning_due"),
        ]


class RiskAlarm(models.Model):
    """An alarm that a warning tells of."""

    id = models.BigAutoField(primary_key=True)
    warning = models.ForeignKey(RiskWarning, on_delete=models.CASCADE, related_name="alarms")
    alarm_id = models.UUIDField(db_index=True)
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [models.UniqueConstraint(fields=["warning", "alarm_id"], name="an_alarm_once_in_a_risk_warning")]


class RiskTelling(models.Model):
    """A tier was told: once for each level. `trigger`: `at_once`, or the silence that told it (`rules.escalations`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    warning = models.ForeignKey(RiskWarning, on_delete=models.CASCADE, related_name="tellings")
    tier = models.CharField(max_length=10)  # `rules.RiskTier`
    level = models.PositiveSmallIntegerField()
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=20)
    told_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # somebody there took note
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["told_at", "id"]
        constraints = [models.UniqueConstraint(fields=["warning", "tier", "level"], name="a_tier_is_told_once_of_a_level")]


class RiskAnswer(models.Model):
    """What the firm answered, and why it was sent back where it was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    warning = models.ForeignKey(RiskWarning, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=24)  # `rules.RiskReason`
    measure = models.CharField(max_length=24)  # `rules.RiskMeasure`
    text = models.CharField(max_length=1000)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_text = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "id"]
