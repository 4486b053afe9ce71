"""Plans: which holdings give what to the lines of a request, and how good that is, as rows."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.supplies.allocation.rules.plans import PlanState


class Plan(models.Model):
    """One way to serve a request, as it was worked out at a moment. Nothing is reserved by it until a person accepts it.

    `request_id`: what it is for; the subject above knows it. `missing`, `short`, `helpers`, `stages`: see `shown`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request_id = models.UUIDField(db_index=True)
    region_code = models.CharField(max_length=6)
    body = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")  # which asks
    kind = models.CharField(max_length=10)  # `rules.plans.PlanKind`
    state = models.CharField(max_length=10, default=PlanState.ASKED.value)
    wishes = models.JSONField(default=list)  # [need, item, thousandths] of each line
    lon = models.FloatField()
    lat = models.FloatField()
    roads = models.JSONField(default=dict)  # store -> minutes as somebody knows them, null for a closed way
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")  # with whose reach
    worked_at = models.DateTimeField(null=True)
    arrival_min = models.FloatField(default=0)
    cost = models.FloatField(default=0)
    missing = models.JSONField(default=list)
    short = models.JSONField(default=list)
    stages = models.JSONField(default=list)
    helpers = models.JSONField(default=list)
    closed = models.JSONField(default=list)  # names of stores that were left out, with why
    unweighed = models.JSONField(default=list)  # ids of items without weight and room: vehicles were counted by their pieces
    ways = models.JSONField(default=list)  # of stores that give, as `queries.ways` tells them
    by_hand = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["state", "asked_at"], name="supply_plan_to_work_out")]


class PlanLine(models.Model):
    """So much of a holding for one line of the request, there so many minutes after loading may begin."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    need_id = models.UUIDField()
    holding = models.ForeignKey("supplies.Holding", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    minutes = models.FloatField()

    class Meta:
        ordering = ["id"]
