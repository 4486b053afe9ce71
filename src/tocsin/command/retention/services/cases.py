"""A closed case goes as one thing, with the cases that went into it and everything that hangs on them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.command.casebook.models import Case, CaseChange, Clock, Declaration, Membership, Outcome
from tocsin.command.casebook.queries.cases import family_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.services.log import MACHINE, open_book
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.reports.models import Report, Transmission
from tocsin.command.retention.queries import due_cases
from tocsin.command.shifts.models import LogEntry
from tocsin.command.urging.models import SupervisionOrder
from tocsin.jurisdiction.face import system_actor
from tocsin.notices.face import notices_that_go
from tocsin.records.face import attached, kept_whole
from tocsin.records.retention.rules import Named, Part, Whole
from tocsin.screens.clock import current_time
from tocsin.warning.face import alarm_histories, alarms_that_go

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

ALARMS: Final = 500
"""So many of a case's alarms are asked about at a time."""


def take_case(found: Case, before: datetime) -> list[Named]:
    """The case and those that went into it, marked; nothing where somebody has opened it again or needs it meanwhile.

    Whoever opens a case again holds the same book of the county: the one comes after the other.
    """
    now = current_time()
    open_book(found.region_code, actor=system_actor(), channel=MACHINE, now=now)
    case = due_cases(before).select_for_update(of=("self",)).filter(pk=found.pk).first()
    return [] if case is None else mark(case, now)


def mark(case: Case, now: datetime) -> list[Named]:
    """From now on nobody sees the case and those that went into it."""
    rows = list(Case.objects.filter(pk__in=family_of(case)))
    Case.objects.filter(pk__in=[one.pk for one in rows]).update(going_at=now)
    rows.sort(key=lambda one: (one.pk != case.pk, one.number))
    role = _role_of_who_closed(case)
    return [Named(one.pk, one.number, one.region_code, one.begun_at, case.closed_at, role) for one in rows]


def _role_of_who_closed(case: Case) -> str:
    """By role, for a name has no place in what remains."""
    outcome = case.outcomes.filter(refused=False, ended_at=None).select_related("confirmed_by", "proposed_by").first()
    person: User | None = (outcome.confirmed_by or outcome.proposed_by) if outcome else None
    role = person.grants.order_by("role").values_list("role", flat=True).first() if person else None
    return role or ("machine" if person in (None, system_actor()) else "")


def parts_of_cases(ids: Sequence[UUID]) -> Iterator[Part]:
    """Everything of these cases, which are whole families, and they themselves last."""

    def orders() -> list[UUID]:
        return list(Order.objects.filter(case__in=ids).values_list("pk", flat=True))

    def told() -> list[UUID]:
        reports = Report.objects.filter(case__in=ids).values_list("pk", flat=True)
        urgings = SupervisionOrder.objects.filter(order__case__in=ids).values_list("pk", flat=True)
        return [*ids, *orders(), *reports, *urgings]

    yield attached("case", lambda: ids)
    yield attached("order", orders)
    yield notices_that_go(told)
    yield Part(lambda: LogEntry.objects.filter(case__in=ids).select_related("case"), first=_cut_log, stays=True)
    yield Part(lambda: CaseChange.objects.filter(other__in=ids).select_related("other"), first=_cut_lines, stays=True)
    yield Part(lambda: CaseChange.objects.filter(case__in=ids), first=_cut_undone)
    yield Part(lambda: Proposal.objects.filter(case__in=ids))
    yield Part(lambda: Proposal.objects.filter(other__in=ids))
    yield Part(lambda: Apart.objects.filter(one__in=ids))
    yield Part(lambda: Apart.objects.filter(other__in=ids))
    yield Part(lambda: Clock.objects.filter(case__in=ids))
    yield Part(lambda: PlanTask.objects.filter(start__case__in=ids))
    yield Part(lambda: PlanStart.objects.filter(case__in=ids))
    yield Part(lambda: Transmission.objects.filter(report__case__in=ids))
    yield Part(lambda: Report.objects.filter(case__in=ids), kind="report")
    yield Part(lambda: Declaration.objects.filter(case__in=ids))
    yield Part(lambda: Outcome.objects.filter(case__in=ids))
    yield Part(lambda: SupervisionOrder.objects.filter(order__case__in=ids), kind="supervision_order")
    yield Part(lambda: OrderEntry.objects.filter(order__case__in=ids))
    yield Part(lambda: Order.objects.filter(case__in=ids), first=_cut_passed, kind="order")
    yield from _parts_of_alarms(ids)
    yield Part(lambda: Case.objects.filter(pk__in=ids, merged_into__isnull=False, merged=None))
    yield Part(lambda: Case.objects.filter(pk__in=ids))


def _parts_of_alarms(ids: Sequence[UUID]) -> Iterator[Part]:
    """Alarms go with their rows of membership: without one they would be gathered anew."""
    Case.objects.filter(pk__in=ids, lead__isnull=False).update(lead=None)
    found = Membership.objects.filter(case__in=ids).order_by("id")
    while alarms := list(found.values_list("alarm_id", flat=True)[:ALARMS]):
        here = partial(list[UUID], alarms)
        yield from alarm_histories(here)
        yield alarms_that_go(here, first=_cut_alarms)


def _cut_log(rows: Sequence[LogEntry]) -> None:
    for one in rows:
        one.gone_case, one.case = one.case.number if one.case else "", None
    LogEntry.objects.bulk_update(rows, ["gone_case", "case"])


def _cut_lines(rows: Sequence[CaseChange]) -> None:
    """Lines that tell of the case keep its number: those of other cases are read."""
    for one in rows:
        one.figures, one.other = {**one.figures, "gone": one.other.number if one.other else ""}, None
    CaseChange.objects.bulk_update(rows, ["figures", "other"])


def _cut_undone(rows: Sequence[CaseChange]) -> None:
    CaseChange.objects.filter(undone_by__in=rows).update(undone_by=None)


def _cut_passed(rows: Sequence[Order]) -> None:
    Order.objects.filter(passed_to__in=rows).update(passed_to=None)


def _cut_alarms(rows: Sequence[Any]) -> None:
    Membership.objects.filter(alarm__in=rows).delete()
    CaseChange.objects.filter(alarm__in=rows).update(alarm=None)
    Proposal.objects.filter(alarm__in=rows).delete()


CASE = Whole("case", "cases_days", rights.SEE, due_cases, take_case, parts_of_cases)
CASES = kept_whole(
    CASE,
    pgettext_lazy("kept", "Closed cases with their orders, reports, files, notices and alarms"),
    gettext_lazy(
        "A tombstone for each number. Cases that are held, that an open case or alarm points at, or of which an order, report or "
        "episode is not finished."
    ),
)
