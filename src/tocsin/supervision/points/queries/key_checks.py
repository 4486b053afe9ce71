"""Who is on the key check list (重点检查单位名单, Shandong Work Safety Regulation, Art. 43)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from tocsin.supervision.inspections.models import Penalty
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.points.policy import KeyChecks, PointsRules
from tocsin.supervision.points.queries.keys import Key, Span

YEAR = timedelta(days=365)
ACCIDENTS = ("accident", "fatal_accident")
REPORTS = ("proved_report",)


def key_units(ids: Sequence[Key], *, day: date, rules: PointsRules) -> set[UUID]:
    """Who of the objects from the first to the last of these ids, rising, is on the list on that day: by trade or a major hazard
    installation, or by what happened in the year before. Nobody where the policy switches the list off.
    """
    figures = rules.key_checks
    if not figures.on or not ids:
        return set()
    span = Span(ids)
    listed = Q(trade__in=key_trades(figures)) | Q(major_hazard=True)
    found = set(span.of(SupervisedObject.objects.order_by(), "pk").filter(listed).values_list("pk", flat=True))
    since = day - YEAR
    penalties = span.of(Penalty.objects.order_by()).filter(decided_on__gt=since, decided_on__lte=day)
    counted = penalties.values("object_id").annotate(number=Count("pk")).filter(number__gte=figures.penalties_in_a_year)
    found |= set(counted.values_list("object_id", flat=True))
    for kinds, least in ((ACCIDENTS, figures.accidents_in_a_year), (REPORTS, figures.proved_reports_in_a_year)):
        events = span.of(PointsEvent.objects.order_by()).filter(kind__in=kinds, began_on__gt=since, began_on__lte=day)
        often = events.values("object_id").annotate(number=Count("pk")).filter(number__gte=least)
        found |= set(often.values_list("object_id", flat=True))
    return found


def key_trades(figures: KeyChecks) -> list[str]:
    """The trades that are on the list whatever happened."""
    risky = [key for key, trade in trades().items() if trade.high_risk] if figures.high_risk_trades else []
    return sorted({*risky, *figures.trades})
