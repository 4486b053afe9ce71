"""What the figures of a month count, one by one: alarms, cases, hidden dangers, orders. No drill is in it, and no person.

Every figure of the page of months is the number, or the spread of times, of the rows that are found here; so a reader who opens
a figure sees what it counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Clock, Declaration
from tocsin.command.casebook.queries.standing import standing_outcomes
from tocsin.command.casebook.rules.cases import OPEN_STATES, DeclarationKind, OutcomeKind
from tocsin.command.casebook.rules.clocks import OF_THE_UNIT
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.quality.rules import MonthMeasure
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.supervision.face import findings_closed
from tocsin.warning.face import alarm_answers

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

SEE: Final[Permission] = "overview.see"


@dataclass(frozen=True)
class Span:
    """An area with all below it, and the time from `since` to before `until`."""

    region_code: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Happening:
    """One thing that a figure counts. `ended_at`: when that came which is measured; None where nothing is."""

    id: UUID
    region_code: str
    began_at: datetime
    ended_at: datetime | None = None


def happenings(user: "Person", measure: MonthMeasure, span: Span) -> list[Happening]:
    """What the reader's figure of that area and time counts, the newest first."""
    return _FOUND[measure](user, span)


def _alarms(user: "Person", span: Span) -> list[Happening]:
    rows = alarm_answers(user, SEE, region_code=span.region_code, since=span.since, until=span.until)
    return [Happening(one.alarm_id, one.region_code, one.raised_at, one.confirmed_at) for one in rows]


def _confirmed(user: "Person", span: Span) -> list[Happening]:
    return [one for one in _alarms(user, span) if one.ended_at is not None]


def _cases(user: "Person", span: Span) -> QuerySet[Case]:
    inside = Case.objects.real().filter(going_at=None, region_code__startswith=governing_prefix(span.region_code))
    return scope(inside, user, SEE)


def _opened(user: "Person", span: Span) -> list[Happening]:
    found = _cases(user, span).filter(opened_at__gte=span.since, opened_at__lt=span.until).order_by("-opened_at", "-id")
    return [Happening(*row) for row in found.values_list("pk", "region_code", "begun_at")]


def _arrived(user: "Person", span: Span) -> list[Happening]:
    """Cases whose first crew came in that time, from the first signal on."""
    inside = _cases(user, span).order_by().values("pk")
    first = (
        OrderEntry.objects.filter(act=OrderAct.ARRIVE.value, order__case__in=inside)
        .order_by()
        .values("order__case_id", "order__case__region_code", "order__case__begun_at")
        .annotate(first=Min("at"))
        .filter(first__gte=span.since, first__lt=span.until)
        .order_by("-first")
    )
    columns = ("order__case_id", "order__case__region_code", "order__case__begun_at", "first")
    return [Happening(*row) for row in first.values_list(*columns)]


def _closed_cases(user: "Person", span: Span) -> QuerySet[Case]:
    return _cases(user, span).filter(closed_at__gte=span.since, closed_at__lt=span.until).order_by("-closed_at", "-id")


def _closed(user: "Person", span: Span) -> list[Happening]:
    return [Happening(*row) for row in _closed_cases(user, span).values_list("pk", "region_code", "begun_at", "closed_at")]


def _prevented(user: "Person", span: Span) -> list[Happening]:
    """Of the closed cases the real matters that were found and mended before a leader had to declare an incident."""
    settled = standing_outcomes(OutcomeKind.SETTLED).filter(case=OuterRef("pk"))
    incidents = Declaration.objects.filter(case=OuterRef("pk"), kind=DeclarationKind.INCIDENT)
    found = _closed_cases(user, span).filter(Exists(settled)).exclude(Exists(incidents))
    return [Happening(*row) for row in found.values_list("pk", "region_code", "begun_at", "closed_at")]


def _dangers(user: "Person", span: Span) -> list[Happening]:
    rows = findings_closed(user, SEE, region_code=span.region_code, since=span.since, until=span.until)
    return [Happening(one.id, one.region_code, one.found_at, one.closed_at) for one in rows]


def _red(user: "Person", span: Span) -> list[Happening]:
    """Cases that are open now and stand on red, the longest first."""
    states = [one.value for one in OPEN_STATES]
    found = _cases(user, span).filter(state__in=states, level=AlarmLevel.RED.value).order_by("begun_at", "id")
    return [Happening(*row) for row in found.values_list("pk", "region_code", "begun_at")]


def _overdue(user: "Person", span: Span) -> list[Happening]:
    """Running orders of open cases of which a step of the unit is late at the end of the time, the longest late first."""
    late = Clock.objects.filter(
        Q(subject="") | Q(subject=OuterRef("number")),
        case=OuterRef("case"),
        step__in=[one.value for one in OF_THE_UNIT],
        met_at=None,
        stopped_at=None,
        due_at__lt=span.until,
    )
    ended = [one.value for one in ENDED]
    running = Order.objects.exclude(state__in=ended).filter(
        case__in=_cases(user, span).filter(closed_at=None).order_by().values("pk")
    )
    found = running.annotate(due=late.order_by("due_at").values("due_at")[:1]).filter(due__isnull=False)
    return [Happening(*row) for row in found.order_by("due", "id").values_list("pk", F("case__region_code"), "due")]


_FOUND: Final[dict[MonthMeasure, Callable[["Person", Span], list[Happening]]]] = {
    MonthMeasure.ALARMS: _alarms,
    MonthMeasure.CONFIRMED: _confirmed,
    MonthMeasure.OPENED: _opened,
    MonthMeasure.ARRIVED: _arrived,
    MonthMeasure.CLOSED: _closed,
    MonthMeasure.PREVENTED: _prevented,
    MonthMeasure.DANGERS: _dangers,
    MonthMeasure.RED: _red,
    MonthMeasure.OVERDUE: _overdue,
}
