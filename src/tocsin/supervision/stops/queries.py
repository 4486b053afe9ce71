"""Stops as the reader may see them, which holds on a day, and what shows that one may end."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db.models import F, Q, QuerySet

from tocsin.engine.work.firm import OrderKind
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.stops.models import ResumptionCondition, StopOrder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Person


CONDITION: Final = "resumption_condition"  # type of object that files are attached to

Which = Literal["", "unserved", "standing", "asked", "proposed", "resumed"]


def visible_stop_orders(user: "Person") -> QuerySet[StopOrder]:
    """Stops of such firms, newest first."""
    return rows_of_visible(StopOrder.objects.select_related("object"), user)


def search_stops(user: "Person", *, today: date, which: Which = "", q: str = "") -> QuerySet[StopOrder]:
    """Visible stops: orders that are not served yet, those that hold today, resumptions that are asked for or proposed, ended
    ones; by a part of the number or of the firm's name.
    """
    found = visible_stop_orders(user)
    waits = Q(resumed_on__isnull=True)
    chosen = {
        "": Q(),
        "unserved": Q(kind=OrderKind.ORDERED_STOP, served_at__isnull=True) & waits,
        "standing": in_force(today),
        "asked": Q(applied_at__isnull=False, proposed_at__isnull=True) & waits,
        "proposed": Q(proposed_at__isnull=False) & waits,
        "resumed": Q(resumed_on__isnull=False),
    }
    found = found.filter(chosen[which])
    text = q.strip()
    return found.filter(Q(number__icontains=text) | Q(object__name__icontains=text)) if text else found


def stops_of_firm(user: "Person", objects: "Iterable[SupervisedObject]", *, today: date) -> list[StopOrder]:
    """Stops that a firm must know of: to be taken, holding, and those that ended within two weeks; orders not yet taken first."""
    current = Q(resumed_on__isnull=True) & (Q(last__isnull=True) | Q(last__gte=today))
    lately = Q(resumed_on__gte=today - timedelta(days=14))
    found = visible_stop_orders(user).filter(current | lately, object__in=list(objects))
    return list(found.order_by(F("served_at").asc(nulls_first=True), "-first")[:50])


def stop_in_force(supervised_object: SupervisedObject, day: date) -> StopOrder | None:
    """The newest stop that holds on that day."""
    return supervised_object.stop_orders.filter(in_force(day)).order_by("-first").first()


def in_force(day: date) -> Q:
    """A stop holds from its first day, an order from its service, to its last, or until the day before work is allowed again."""
    ends = Q(last__isnull=True) | Q(last__gte=day)
    served = ~Q(kind=OrderKind.ORDERED_STOP) | Q(served_at__lt=moment_of(day + timedelta(days=1), 0))
    return Q(first__lte=day) & ends & served & (Q(resumed_on__isnull=True) | Q(resumed_on__gt=day))


def signed_inspections(order: StopOrder) -> QuerySet[Any]:
    """Inspections of the firm that both inspectors have signed since the order was served, the newest first."""
    since = order.served_at or order.made_at
    return order.object.inspections.filter(confirmed_at__isnull=False, ended_at__gte=since).order_by("-ended_at")


def may_read_condition(user: "Person", condition_id: str) -> bool:
    """Files that show that a condition is met: for its firm, too."""
    return ResumptionCondition.objects.filter(pk=condition_id, order__in=visible_stop_orders(user)).exists()
