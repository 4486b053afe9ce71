"""Orders to units, and what units did with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.command.casebook.rules.order_states import ENDED, OrderState
from tocsin.fieldwork.models import Entry

_ENDED = sorted(state.value for state in ENDED)  # in one order in every process: it stands in the migration


class Order(models.Model):
    """What one unit is asked to do in a case (处置单). A unit has at most one running order of a case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)  # the case's number and a count: 370213-20261124-0007-01
    case = models.ForeignKey("command.Case", on_delete=models.PROTECT, related_name="orders")
    region_code = models.CharField(max_length=6)
    unit = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=OrderState.SENT.value)
    version = models.PositiveIntegerField(default=0)  # how many entries it has
    text = models.CharField(max_length=2000, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.CharField(max_length=120, blank=True)  # who signed: the person's name, also from a one-time link
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # of a return (its code, then words), a passing on, a withdrawal
    passed_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="passed_from")

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"], condition=~Q(state__in=_ENDED), name="one_running_order_per_case_and_unit"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(role="lead") & ~Q(state__in=_ENDED), name="one_running_lead_order_per_case"
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="order_of_unit")]

    def __str__(self) -> str:
        return self.number


class OrderEntry(Entry):
    """One thing that a unit or its crew did or said."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="entries")
    said_by = models.CharField(
        max_length=120, blank=True
    )  # a name typed behind a one-time link, or whom the desk had on the telephone
    channel = models.CharField(max_length=20)  # console, phone, link, telephone, api, machine

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["order", "version"], name="one_entry_per_version_of_an_order")]
