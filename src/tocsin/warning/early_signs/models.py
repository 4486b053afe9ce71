"""Early signs as rows."""

from django.conf import settings
from django.db import models

from tocsin.warning.alarms.models import Alarm


class EarlySign(models.Model):
    """What the watch holds for likely before a limit is crossed: silent, without a clock, for the analyst. Its id comes from
    region, sensor, cause and time, so that a second telling makes no second row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    sensor = models.ForeignKey("sensing.Sensor", on_delete=models.PROTECT, related_name="early_signs")
    region_code = models.CharField(max_length=6)
    cause = models.CharField(max_length=40)
    probability = models.FloatField()
    asset_code = models.CharField(max_length=64, blank=True)
    owner = models.CharField(max_length=40, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    hypothesis = models.JSONField()  # as in Diagnosis.result, with evidence and way
    limit_at = models.DateTimeField(null=True)  # when the sensor reaches its limit if it goes on so
    raised_at = models.DateTimeField()  # by the readings' time
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=20, blank=True)  # alarm, another_cause, calm
    alarm = models.ForeignKey(Alarm, null=True, on_delete=models.SET_NULL, related_name="early_signs")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judgement = models.CharField(max_length=10, blank=True)  # right, wrong: by a person
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    counted = models.CharField(max_length=10, blank=True)  # as what the budget has it

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [
            models.Index(fields=["ended_at", "-raised_at"], name="early_sign_list"),
            models.Index(fields=["region_code", "-raised_at"], name="early_sign_by_region"),
        ]


class SignBudget(models.Model):
    """What early signs of a region must show beyond what the policy asks: log odds, as of `reckoned_at`."""

    region_code = models.CharField(max_length=6, primary_key=True)
    shift = models.FloatField(default=0.0)
    reckoned_at = models.DateTimeField()
