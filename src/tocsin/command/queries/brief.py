"""The day of a region in figures, for the daily duty report (值班日报). Drills are not counted."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from django.db.models import F, Q, QuerySet

from tocsin.base.levels import AlarmLevel
from tocsin.command.models import Case, Clock, Declaration, LogEntry, Notice, Order, Report, Shift
from tocsin.command.queries import OPEN, alarms
from tocsin.command.rules.notices import Fate
from tocsin.jurisdiction.rules import governing_prefix


@dataclass(frozen=True)
class Day:
    """From its beginning to the next, or to now where it is not over; aware."""

    begins: datetime
    ends: datetime


def day_of(at: datetime, *, begins: time, zone: tzinfo, now: datetime) -> Day:
    """The duty day in which `at` lies.

    >>> from datetime import UTC
    >>> day = day_of(datetime(2026, 11, 24, 5, tzinfo=UTC), begins=time(8, 30), zone=UTC, now=datetime(2026, 11, 25, tzinfo=UTC))
    >>> day.begins.isoformat(), day.ends.isoformat()
    ('2026-11-23T08:30:00+00:00', '2026-11-24T08:30:00+00:00')
    """
    local = at.astimezone(zone)
    start = local.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
    if start > local:
        start -= timedelta(days=1)
    return Day(start, min(start + timedelta(days=1), max(now.astimezone(zone), start)))


@dataclass(frozen=True)
class Figures:
    """What happened in the day. Levels are counted by the highest that each reached, red first."""

    alarms: dict[AlarmLevel, int]
    opened: dict[AlarmLevel, int]
    closed: dict[str, int]  # by kind of outcome
    open_at_end: int
    orders_sent: int
    orders_signed_late: int
    steps_late: int
    declared: int
    reports_sent: int
    notices_failed: int


def figures_of(region_code: str, day: Day) -> Figures:
    """The figures of a region and all that lies in it; a fixed number of queries."""
    inside = Q(region_code__startswith=governing_prefix(region_code))
    within = (day.begins, day.ends)
    real = Case.objects.filter(inside, drill__isnull=True, merged_into__isnull=True)
    ended = real.filter(closed_at__range=within, outcomes__refused=False, outcomes__ended_at__isnull=True)
    signing = Clock.objects.filter(case__in=real, step="sign", due_at__range=within)
    late = Q(met_at__gt=F("due_at")) | Q(met_at__isnull=True, stopped_at__isnull=True, due_at__lt=day.ends)
    return Figures(
        alarms=_by_level(alarms().filter(inside, raised_at__range=within).values_list("peak_level", flat=True)),
        opened=_by_level(real.filter(opened_at__range=within).values_list("peak_level", flat=True)),
        closed=dict(Counter(ended.values_list("outcomes__kind", flat=True))),
        open_at_end=real.filter(opened_at__lt=day.ends).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=day.ends)).count(),
        orders_sent=Order.objects.filter(case__in=real, sent_at__range=within).count(),
        orders_signed_late=signing.filter(late).count(),
        steps_late=Clock.objects.filter(late, case__in=real, due_at__range=within).count(),
        declared=Declaration.objects.filter(case__in=real, declared_at__range=within).count(),
        reports_sent=Report.objects.filter(case__in=real, sent_at__range=within).count(),
        notices_failed=Notice.objects.filter(inside, drill=False, fate=Fate.FAILED, written_at__range=within).count(),
    )


def cases_of_day(region_code: str, day: Day) -> QuerySet[Case]:
    """Cases that were opened or closed in the day, or open at its end; the highest level first."""
    inside = Q(region_code__startswith=governing_prefix(region_code))
    touched = Q(opened_at__range=(day.begins, day.ends)) | Q(closed_at__range=(day.begins, day.ends))
    still = Q(state__in=OPEN, opened_at__lt=day.ends)
    found = Case.objects.filter(inside, touched | still, drill__isnull=True, merged_into__isnull=True)
    related = ("lead__sensor__asset", "lead__asset", "lead__device", "merged_into", "drill")
    return found.select_related(*related).order_by("-peak_level", "opened_at")


def shifts_of_day(shift: Shift, day: Day) -> QuerySet[Shift]:
    """The shifts of the same desk that kept it in the day, in order."""
    found = Shift.objects.filter(desk_id=shift.desk_id, began_at__lt=day.ends)
    found = found.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=day.begins))
    return found.select_related("leader", "signed_by").prefetch_related("officers").order_by("began_at")


def log_of_day(shift: Shift, day: Day) -> QuerySet[LogEntry]:
    """What the desk wrote down in the day, corrected lines left out."""
    found = LogEntry.objects.filter(shift__desk_id=shift.desk_id, at__range=(day.begins, day.ends), corrected_by__isnull=True)
    return found.select_related("by", "case").order_by("at", "line")


def _by_level(levels: "QuerySet[Case, int]") -> dict[AlarmLevel, int]:
    counted = Counter(levels)
    return {level: counted[level] for level in sorted(AlarmLevel, reverse=True) if level}
