"""What waits for who keeps a store: goods past or near their last day, what is to be counted in, what came back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import amount, listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import Holding, Movement
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.queries.movements import arriving
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _kept(user: "Actor") -> "QuerySet[Holding]":
    rows = Holding.objects.filter(store__active=True).select_related("store", "lot", "item")
    return scope(rows, user, rights.KEEP, organisation_field="store__body")


def _past(user: "Actor", _now: datetime) -> "QuerySet[Holding]":
    return _kept(user).filter(expired__gt=0).order_by("expires_on", "pk")


def _near(user: "Actor", now: datetime) -> "QuerySet[Holding]":
    day = timezone.localdate(now)
    last = day + timedelta(days=stock_policy().expiry.orange_days)
    return _kept(user).filter(free__gt=0, expires_on__gte=day, expires_on__lte=last).order_by("expires_on", "pk")


def _returned(user: "Actor", _now: datetime) -> "QuerySet[Holding]":
    return _kept(user).filter(returned__gt=0).order_by("pk")


def _coming(user: "Actor", _now: datetime) -> "QuerySet[Movement]":
    rows = arriving().filter(store__active=True).select_related("store")
    return scope(rows, user, rights.KEEP, organisation_field="store__body").order_by("at", "pk")


def _about(one: Holding, thousandths: int) -> str:
    unit = f"{amount(to_number(thousandths))} {unit_name(one.item)}"
    return listed(item_name(one.item), one.lot.number, unit, one.store.name)


def _tell(one: Holding, thousandths: int, since: datetime, due: datetime | None = None) -> Waiting:
    return Waiting(_about(one, thousandths), reverse("supply_lot", args=[one.lot_id]), since, due)


def _tell_past(one: Holding) -> Waiting:
    gone = end_of_day(one.expires_on) if one.expires_on else one.lot.created_at
    return _tell(one, one.expired, gone)


def _tell_near(one: Holding) -> Waiting:
    if one.expires_on is None:
        return _tell(one, one.free, one.lot.created_at)
    last = end_of_day(one.expires_on)
    return _tell(one, one.free, last - timedelta(days=stock_policy().expiry.orange_days), last)


def _tell_returned(one: Holding) -> Waiting:
    return _tell(one, one.returned, one.store.written_at or one.lot.created_at)


def _tell_coming(one: Movement) -> Waiting:
    store = one.store
    return Waiting(listed(one.partner, store.name if store else ""), reverse("supply_store", args=[one.store_id]), one.at)


WAITING: Final = (
    WaitingKind(
        "supplies_coming",
        pgettext_lazy("what waits", "Supplies on the way: count them in"),
        (rights.KEEP,),
        found=_coming,
        tell=_tell_coming,
    ),
    WaitingKind(
        "supplies_returned",
        pgettext_lazy("what waits", "Supplies came back: are they fit for use?"),
        (rights.KEEP,),
        found=_returned,
        tell=_tell_returned,
    ),
    WaitingKind(
        "supplies_near_end",
        pgettext_lazy("what waits", "Lot expires very soon: use it first, or exchange it"),
        (rights.KEEP,),
        found=_near,
        tell=_tell_near,
    ),
    WaitingKind(
        "supplies_past_end",
        pgettext_lazy("what waits", "Lot past its last day: scrap it, or have it tested"),
        (rights.KEEP,),
        found=_past,
        tell=_tell_past,
    ),
)
