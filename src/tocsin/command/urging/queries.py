"""Supervision orders as the reader may see them, and what a unit is late with."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.queries.standing import clocks_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import OF_THE_UNIT
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import visible_orders
from tocsin.command.urging.models import SupervisionOrder
from tocsin.jurisdiction.face import scope

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_urgings(user: "Person") -> QuerySet[SupervisionOrder]:
    """Those of orders that the user may see, the newest first."""
    found = SupervisionOrder.objects.select_related("unit", "issued_by", "order__case", "order__unit")
    return found.filter(order__in=visible_orders(user).order_by().values("pk"))


def urgings_of(order: Order) -> QuerySet[SupervisionOrder]:
    """The supervision orders of one order."""
    return SupervisionOrder.objects.filter(order=order).select_related("unit", "issued_by")


def to_answer(user: "Person") -> QuerySet[SupervisionOrder]:
    """What the user's own unit has not answered, due first."""
    unit = getattr(user, "organisation_id", None)
    waiting = SupervisionOrder.objects.filter(answered_at__isnull=True, unit_id=unit)
    return scope(waiting, user, rights.WORK, organisation_field="unit").order_by("answer_by", "issued_at")


def without_answer(now: datetime) -> QuerySet[SupervisionOrder]:
    """Those whose time to answer is over, of which nobody above was told yet."""
    waiting = SupervisionOrder.objects.filter(answered_at__isnull=True, late_told_at__isnull=True, answer_by__lte=now)
    return waiting.order_by("answer_by")


def steps_of(order: Order) -> list[Clock]:
    """The steps that the unit itself is waited for; those of another order left out."""
    found = clocks_of(order.case).filter(step__in=[step.value for step in OF_THE_UNIT])
    return [one for one in found if one.subject in ("", str(order.pk), order.number)]


def late_steps(order: Order, now: datetime) -> list[dict[str, Any]]:
    """What of them is overdue, as it is frozen with a supervision order."""
    late = [one for one in steps_of(order) if one.met_at is None and one.stopped_at is None and one.due_at < now]
    return [{"step": one.step, "due_at": one.due_at.isoformat()} for one in late]
