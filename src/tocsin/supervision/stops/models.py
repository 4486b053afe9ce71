"""Stops with their service and resumption, and the conditions of a resumption."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class StopOrder(models.Model):
    """A stop of a firm or a part of it: ordered, planned, or an overhaul. Whole local days, `last` included.

    An order has its effect from `served_at` on and not before; what was announced by the firm has it from its first day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=60, unique=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="stop_orders")
    region_code = models.CharField(max_length=6)
    kind = models.CharField(max_length=20)  # `engine.work.OrderKind` without the resumption
    scope = models.CharField(max_length=60, default="whole")  # whole, a meter's code, or the name of a line
    first = models.DateField()
    last = models.DateField(null=True)
    resumed_on = models.DateField(null=True)  # first day on which work is allowed again
    resumed_at = models.DateTimeField(null=True)  # the moment from which it is
    basis = models.CharField(max_length=300, blank=True)  # article of law, document
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    served_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=10, blank=True)  # `stops.rules.Receipt`
    receipt_as = models.CharField(max_length=120, blank=True)  # who took it, or would not
    receipt_words = models.CharField(max_length=500, blank=True)
    receipt_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)  # a resumption is asked for and not decided yet
    proposal = models.JSONField(default=dict)  # of the first person: first_day, inspection (its number), words
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-first", "number"]


class ResumptionCondition(models.Model):
    """One condition of a resumption (复产验收): met, or signed for; an unchecked one blocks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(StopOrder, on_delete=models.CASCADE, related_name="conditions")
    code = models.CharField(max_length=60)
    state = models.CharField(max_length=20)  # open, met, waived
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="one_condition_per_order_and_code")]
