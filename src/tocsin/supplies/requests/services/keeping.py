"""Names and telephone numbers of drivers and receivers go when their time is over; what was delivered stays."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.face import held_numbers
from tocsin.records.retention.rules import Kept
from tocsin.supplies.requests.models import Delivery, DeliveryEntry, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.rules.states import ENDED, RequestState

BATCH: Final = 50
_ENDED = [one.value for one in ENDED]
_OF_DRIVERS: Final = ("driver", "telephone", "vehicle")  # of an entry's data


def old_deliveries(before: datetime) -> QuerySet[Delivery]:
    """Ended, with no step since that time and a driver's name, number or vehicle; for no case that is held."""
    named = ~Q(driver="") | ~Q(driver_telephone="") | ~Q(vehicle="")
    rows = Delivery.objects.filter(named, state__in=_ENDED, made_at__lt=before).exclude(entries__at__gte=before)
    return rows.exclude(request__subject_label__in=_held()).order_by("made_at", "number")


def old_requests(before: datetime) -> QuerySet[SupplyRequest]:
    """Closed or refused before that time, with nothing under way and a receiver's name or number; for no case that is held."""
    over = Q(state=RequestState.CLOSED, closed_at__lt=before) | Q(state=RequestState.REFUSED, decided_at__lt=before)
    rows = SupplyRequest.objects.filter(over, ~Q(receiver="") | ~Q(receiver_telephone=""))
    running = Delivery.objects.exclude(state__in=_ENDED).values("request")
    return rows.exclude(pk__in=running).exclude(subject_label__in=_held()).order_by("opened_at", "number")


def _held() -> list[str]:
    return [one for one in held_numbers() if one]


@transaction.atomic
def _forget(before: datetime) -> int:
    gone = list(old_deliveries(before).values_list("pk", flat=True)[:BATCH])
    entries = list(DeliveryEntry.objects.filter(delivery__in=gone))
    for one in entries:
        one.data = {name: value for name, value in one.data.items() if name not in _OF_DRIVERS}
        one.said_by = ""
    DeliveryEntry.objects.bulk_update(entries, ["data", "said_by"])
    Delivery.objects.filter(pk__in=gone).update(driver="", driver_telephone="", vehicle="")
    asked = list(old_requests(before).values_list("pk", flat=True)[: BATCH - len(gone)])
    SupplyRequest.objects.filter(pk__in=asked).update(receiver="", receiver_telephone="")
    return len(gone) + len(asked)


def _numbers(before: datetime) -> Iterable[str]:
    return chain(old_deliveries(before).values_list("number", flat=True), old_requests(before).values_list("number", flat=True))


KEPT = Kept(
    "supply_persons",
    pgettext_lazy("kept", "Drivers and receivers of supplies: names, telephone numbers, vehicles"),
    "supplies.requests",
    lambda: requests_policy().keep.persons_days,
    key="keep.persons_days",
    count=lambda before: old_deliveries(before).count() + old_requests(before).count(),
    numbers=_numbers,
    forget=_forget,
    why=gettext_lazy("What was delivered stays. What is for a case that is held stays whole."),
)
