"""Special periods (重点时段), named by an authority."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tocsin.base.ids import new_id


class SpecialPeriod(models.Model):
    """Days for which an authority asks more of firms than on other days. It is never rewritten, only ended earlier."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=6)
    trades = models.JSONField(default=list)  # keys of `trades.toml`; empty: all
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=500)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    told_until = models.UUIDField(null=True)  # firms are told in the order of their ids
    end_told_until = models.UUIDField(null=True)

    class Meta:
        ordering = ["-first", "-named_at"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="special_period_has_days")]

    def __str__(self) -> str:
        return self.name
