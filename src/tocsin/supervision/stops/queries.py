"""Stops as the reader may see them, and which holds on a day."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.stops.models import StopOrder

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_stop_orders(user: "Person") -> QuerySet[StopOrder]:
    """Stops of such firms, newest first."""
    return rows_of_visible(StopOrder.objects.select_related("object"), user)


def stop_in_force(supervised_object: SupervisedObject, day: date) -> StopOrder | None:
    """The newest stop that holds on that day."""
    return supervised_object.stop_orders.filter(in_force(day)).order_by("-first").first()


def in_force(day: date) -> Q:
    """A stop holds from its first day to its last, or until the day before work is allowed again."""
    ends = Q(last__isnull=True) | Q(last__gte=day)
    return Q(first__lte=day) & ends & (Q(resumed_on__isnull=True) | Q(resumed_on__gt=day))
