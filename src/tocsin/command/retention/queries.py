"""Which closed cases may go, and which are needed yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tocsin.command.casebook.models import Case, CaseChange, Clock
from tocsin.command.casebook.queries.cases import OPEN
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.orders.models import Order
from tocsin.command.reports.models import Report, Transmission
from tocsin.command.reports.rules.reports import ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY
from tocsin.command.shifts.models import LogEntry
from tocsin.records.face import held_numbers, needed_numbers
from tocsin.warning.face import cases_of_open_alarms

OVER: Final = (CaseState.CLOSED.value, CaseState.MERGED.value)


def due_cases(before: datetime) -> QuerySet[Case]:
    """Cases that closed before that time and that nothing needs, oldest first; those of a drill go with it."""
    found = Case.objects.filter(state=CaseState.CLOSED.value, closed_at__lt=before, drill=None, going_at=None)
    return found.exclude(pk__in=needed_cases()).order_by("closed_at", "id")


def needed_cases() -> set[UUID]:
    """Closed cases that somebody holds, or with which something is not done: an order, a report, a question, an alarm, an open
    case that was split from them. A case stands for those that went into it.
    """
    return roots_of({*_unfinished(), *_named(held_numbers()), *_named(cases_of_open_alarms()), *_named(needed_numbers("case"))})


def roots_of(ids: Iterable[UUID]) -> set[UUID]:
    """The cases into which these went in the end."""
    found, left = set(ids), set(ids)
    while left:
        into = Case.objects.filter(pk__in=left, merged_into__isnull=False).values_list("merged_into_id", flat=True)
        left = {one for one in into if one is not None} - found
        found |= left
    return found


def _unfinished() -> set[UUID]:
    orders = Order.objects.filter(case__state__in=OVER).exclude(state__in=[one.value for one in ENDED])
    reports = Report.objects.filter(case__state__in=OVER, state__in=(ReportState.DRAFT.value, ReportState.SIGNED.value))
    sendings = Transmission.objects.filter(report__case__state__in=OVER, state__in=[one.value for one in ON_ITS_WAY])
    clocks = Clock.objects.filter(case__state__in=OVER, next_at__isnull=False)
    asked = Proposal.objects.filter(answered_at=None)
    lines = CaseChange.objects.filter(case__state__in=OPEN, other__state__in=OVER)
    logged = LogEntry.objects.filter(shift__ended_at=None, case__state__in=OVER)
    found: set[UUID] = set()
    for rows, field in (
        (orders, "case_id"),
        (reports, "case_id"),
        (sendings, "report__case_id"),
        (clocks, "case_id"),
        (asked, "case_id"),
        (asked, "other_id"),
        (lines, "other_id"),
        (logged, "case_id"),
        (Apart.objects.filter(one__state__in=OPEN), "other_id"),
        (Apart.objects.filter(other__state__in=OPEN), "one_id"),
    ):
        found |= set(rows.order_by().values_list(field, flat=True).distinct())
    return found


def _named(numbers: Iterable[str]) -> set[UUID]:
    return set(Case.objects.filter(number__in=list(numbers)).values_list("pk", flat=True))
