"""Special periods as the reader may see them, and as rules of posts ask for them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import reach, region_prefixes
from tocsin.notices.face import Notice
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import own_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.periods.models import SpecialPeriod
from tocsin.supervision.periods.rules import areas_around, concerns, last_day

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_periods(user: "Person") -> QuerySet[SpecialPeriod]:
    """Periods of the user's areas and of the areas around them; of a firm's people, those of the area of their firm."""
    found = SpecialPeriod.objects.select_related("named_by", "body")
    wanted = Q(pk__in=[])
    for permission in (rights.SEE, rights.PRESENCE):
        for prefix in region_prefixes(user, permission):
            wanted |= Q(region_code__startswith=prefix) | Q(region_code__in=areas_around(prefix))
    if reach(user, rights.OWN):
        for region in set(own_objects(user).values_list("region_code", flat=True)):
            wanted |= Q(region_code__in=areas_around(region))
    return found.filter(wanted)


def running_periods(user: "Person", now: datetime) -> QuerySet[SpecialPeriod]:
    """Visible periods that are not over, the next first."""
    today = timezone.localdate(now)
    return visible_periods(user).filter(ended_at__isnull=True, last__gte=today).order_by("first")


def periods_between(first: date, last: date) -> list[SpecialPeriod]:
    """Those of which a day lies between these, both included; ended ones up to their end."""
    return list(SpecialPeriod.objects.filter(first__lte=last, last__gte=first))


def special_days(periods: Iterable[SpecialPeriod], supervised_object: SupervisedObject) -> set[date]:
    """The days of these periods that concern a firm."""
    days: set[date] = set()
    for one in periods:
        if concerns(one.region_code, one.trades, region_code=supervised_object.region_code, trade=supervised_object.trade):
            end = last_day(one.last, timezone.localdate(one.ended_at) if one.ended_at is not None else None)
            days.update(one.first + timedelta(days=step) for step in range((end - one.first).days + 1))
    return days


def periods_of(supervised_object: SupervisedObject, now: datetime) -> list[SpecialPeriod]:
    """Periods that concern a firm and are not over, the next first."""
    today = timezone.localdate(now)
    rows = SpecialPeriod.objects.filter(last__gte=today, ended_at__isnull=True).select_related("body").order_by("first")
    place = {"region_code": supervised_object.region_code, "trade": supervised_object.trade}
    return [one for one in rows if concerns(one.region_code, one.trades, **place)]


def firms_concerned(period: SpecialPeriod) -> QuerySet[SupervisedObject]:
    """The firms that a period concerns, by their ids."""
    prefix = governing_prefix(period.region_code)
    found = SupervisedObject.objects.filter(
        region_code__startswith=prefix, kind__in=("enterprise", "site"), active=True, merged_into__isnull=True
    )
    return (found.filter(trade__in=period.trades) if period.trades else found).order_by("pk")


def notices_of(period: SpecialPeriod) -> QuerySet[Notice]:
    """What firms were told of its beginning."""
    return Notice.objects.filter(key__startswith=f"special-period-{period.pk}-")
