"""The duty desk as its keepers see it: open cases by their next clock, the log, handovers, and what is open."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from tocsin.command.casebook.models import Case, CaseChange, Clock, Declaration, Outcome
from tocsin.command.casebook.queries.cases import OPEN, visible_cases
from tocsin.command.casebook.queries.standing import next_clocks
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.duty.models import Handover
from tocsin.command.duty.rules import Matter, MatterKind, Named, by_urgency
from tocsin.command.orders.models import Order
from tocsin.command.reports.models import Report
from tocsin.command.reports.rules.reports import OPEN_STATES
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.policy import duty_policy
from tocsin.command.shifts.queries import desks
from tocsin.command.shifts.rules import EntryKind
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may_anywhere, scope
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Notice, notices_about, recipient_name
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.warning.face import loaded_alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person

_RUNNING = Q(met_at__isnull=True, stopped_at__isnull=True)


def visible_handovers(user: "Person") -> QuerySet[Handover]:
    """Handovers of those shifts, newest first."""
    found = Handover.objects.select_related("shift__desk", "shift__leader", "given_by", "answered_by", "next_shift")
    return scope(found, user, rights.KEEP)


def open_handover(shift: Shift) -> Handover | None:
    """The handover of that shift that waits for its second signature."""
    return Handover.objects.filter(shift=shift, answered_at__isnull=True).select_related("given_by").first()


def unkept_desk(user: "Person") -> "Organisation | None":
    """The desk of the user's own body while nobody keeps it; None where somebody does, or it is none that the user may keep."""
    own = getattr(user, "organisation_id", None)
    if own is None or not may_anywhere(user, rights.KEEP):
        return None
    kept = Shift.objects.filter(desk=OuterRef("pk"), ended_at__isnull=True)
    return desks(user).filter(Q(pk=own) & ~Exists(kept)).first()


def last_taken(shift: Shift) -> Handover | None:
    """The handover by which this shift took the desk; None for one that began without."""
    return Handover.objects.filter(next_shift=shift).first()


# --- what a day was ---


@dataclass(frozen=True)
class DayFigures:
    """What a duty day brought in a region; drills are left out."""

    opened: int
    closed: int
    false_alarms: int
    open_at_end: int  # of the day, or now where it is not over
    orders_sent: int
    orders_returned: int
    steps_late: int  # clocks that ran out in the day before they were met
    notices_failed: int
    declared: int
    reports_sent: int


def day_figures(region_code: str, begin: datetime, end: datetime) -> DayFigures:
    """Counts from one moment to before another, in a fixed number of queries."""
    inside = Q(region_code__startswith=governing_prefix(region_code))
    cases = Case.objects.filter(inside, drill__isnull=True, merged_into__isnull=True)
    real, within = cases.values("pk"), (begin, end)
    false = Outcome.objects.filter(case__in=real, kind=OutcomeKind.FALSE_ALARM, refused=False, ended_at__isnull=True)
    orders = Order.objects.filter(case__in=real)
    late = Q(met_at__gt=F("due_at")) | Q(_RUNNING, due_at__lt=end)
    return DayFigures(
        opened=cases.filter(opened_at__range=within).count(),
        closed=cases.filter(closed_at__range=within).count(),
        false_alarms=false.filter(confirmed_at__range=within).count(),
        open_at_end=cases.filter(opened_at__lt=end).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=end)).count(),
        orders_sent=orders.filter(sent_at__range=within).count(),
        orders_returned=orders.filter(state=OrderState.RETURNED, ended_at__range=within).count(),
        steps_late=Clock.objects.filter(late, case__in=real, due_at__range=within).count(),
        notices_failed=Notice.objects.filter(inside, drill=False, fate=Fate.FAILED, written_at__range=within).count(),
        declared=Declaration.objects.filter(case__in=real, declared_at__range=within).count(),
        reports_sent=Report.objects.filter(case__in=real, sent_at__range=within).count(),
    )


def instructions_of_day(desk_id: UUID, begin: datetime, end: datetime) -> QuerySet[LogEntry]:
    """Leaders' instructions that the desk wrote down on that day; corrected lines are left out."""
    found = LogEntry.objects.filter(shift__desk_id=desk_id, kind=EntryKind.INSTRUCTION, at__range=(begin, end))
    return found.filter(corrected_by__isnull=True).select_related("by", "case", "corrects").order_by("at", "line")


def cases_of_day(user: "Person", region_code: str, begin: datetime, end: datetime, *, most: int) -> list[Case]:
    """Visible real cases that were opened, closed or open on that day, the gravest first."""
    found = visible_cases(user).filter(
        region_code__startswith=governing_prefix(region_code), drill__isnull=True, opened_at__lt=end, merged_into__isnull=True
    )
    return list(found.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=begin)).order_by("-peak_level", "-opened_at")[:most])


def newest_lines(case_ids: Collection[UUID]) -> dict[UUID, CaseChange]:
    """By case the newest line of its time line that a reader of a brief wants: no machine's reminders."""
    wanted = CaseChange.objects.filter(case=OuterRef("pk")).exclude(act="clock").order_by("-line").values("pk")[:1]
    newest = Case.objects.filter(pk__in=case_ids).annotate(newest=Subquery(wanted)).values_list("newest", flat=True)
    found = CaseChange.objects.filter(pk__in=[one for one in newest if one is not None])
    return {change.case_id: change for change in found.select_related("other", *loaded_alarm("alarm"), "actor", "undone_by")}


# --- open cases by their next clock ---


def open_cases_of(user: "Person", region_code: str, *, now: datetime) -> QuerySet[Any]:
    """Open visible cases of the region with `next_due`, the most pressing first; ids and dues alone, one query however many.

    A suspended case waits for its date; a case that waits for nothing comes last.
    """
    next_due = Clock.objects.filter(_RUNNING, case=OuterRef("pk")).order_by("due_at").values("due_at")[:1]
    suspended = When(suspended_until__gt=now, then=F("suspended_until"))
    found = scope(Case.objects.filter(state__in=OPEN), user, rights.SEE).filter(
        region_code__startswith=governing_prefix(region_code)
    )
    annotated = found.annotate(next_due=Choice(suspended, default=Subquery(next_due), output_field=DateTimeField()))
    return annotated.order_by(F("next_due").asc(nulls_last=True), "-level", "number").only("pk")


@dataclass(frozen=True)
class CaseWithClock:
    """An open case with the clock that falls due next; None for one that waits for nothing."""

    case: Case
    clock: Clock | None


def with_next_clocks(user: "Person", case_ids: Collection[UUID]) -> list[CaseWithClock]:
    """These cases in the order given, each with its next clock; two queries."""
    cases = {case.pk: case for case in visible_cases(user).filter(pk__in=case_ids)}
    clocks = next_clocks(case_ids)
    return [CaseWithClock(cases[pk], clocks.get(pk)) for pk in case_ids if pk in cases]


def count_open(user: "Person", region_code: str, *, now: datetime) -> dict[str, int]:
    """How many open cases there are, and of how many the next clock is overdue; drills are not counted. One query."""
    found = open_cases_of(user, region_code, now=now).filter(drill__isnull=True).order_by()
    counted: dict[str, int] = found.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(next_due__lt=now)))
    return counted


# --- open matters, as a handover freezes them ---


def open_matters(region_code: str, *, now: datetime) -> list[Matter]:
    """Every open case of the region with why it is a matter, the most pressing first; a fixed number of queries."""
    inside = Q(region_code__startswith=governing_prefix(region_code))
    first = Clock.objects.filter(_RUNNING, case=OuterRef("pk")).order_by("due_at")
    open_ids = Case.objects.filter(inside, state__in=OPEN).values("pk")
    reporting = Report.objects.filter(inside, state__in=[state.value for state in OPEN_STATES])
    listed = Case.objects.filter(Q(pk__in=open_ids) | Q(pk__in=reporting.values("case_id"))).annotate(
        next_due=Subquery(first.values("due_at")[:1]), next_step=Subquery(first.values("step")[:1])
    )
    overdue = Clock.objects.filter(_RUNNING, due_at__lt=now, case__in=open_ids).order_by("due_at")
    unsigned = Order.objects.filter(case__in=open_ids, state=OrderState.SENT).select_related("unit")
    unreached = notices_about(CASE, open_ids).filter(fate__in=(Fate.FAILED, Fate.UNCERTAIN))
    waiting = Outcome.objects.filter(case__in=open_ids, refused=False, ended_at__isnull=True, confirmed_at__isnull=True)
    told = {
        MatterKind.OVERDUE: _lists((clock.case_id, clock.step) for clock in overdue),
        MatterKind.REPORT: _lists((report.case_id, report.number) for report in reporting),
        MatterKind.UNREACHED: _lists(
            (notice.case_id, names_of(notice.organisation) if notice.organisation else Named(any=recipient_name(notice) or "–"))
            for notice in unreached.select_related("organisation", "person")
        ),
        MatterKind.UNSIGNED: _lists((order.case_id, names_of(order.unit, order.number)) for order in unsigned),
        MatterKind.OUTCOME: _lists((outcome.case_id, outcome.kind) for outcome in waiting),
    }
    return by_urgency(_matter(case, {kind: found.get(case.pk, []) for kind, found in told.items()}, now) for case in listed)


def names_of(organisation: "Organisation", number: str = "") -> Named:
    """Its names as a frozen list keeps them, in both languages."""
    return Named(zh=organisation.name_zh, en=organisation.name_en, number=number)


def _matter(case: Case, told: dict[MatterKind, list[Any]], now: datetime) -> Matter:
    back_at = case.suspended_until
    if back_at is not None and back_at > now:
        told[MatterKind.OVERDUE] = []
    if back_at is not None and back_at <= now + duty_policy().desk.resumes_within:
        told[MatterKind.RESUMES] = [back_at.isoformat()]
    kinds = tuple(kind for kind, found in told.items() if found) or (MatterKind.OPEN,)
    due_at, step = getattr(case, "next_due", None), getattr(case, "next_step", None)
    return Matter(
        id=str(case.pk),
        case=case.number,
        kinds=kinds,
        state=case.state,
        level=case.level,
        drill=case.drill_id is not None,
        next_step=step or "",
        due_at=due_at.isoformat() if due_at else "",
        suspended_until=back_at.isoformat() if back_at else "",
        **{kind.value: tuple(found) for kind, found in told.items()},
    )


def _lists(pairs: Iterable[tuple[UUID | None, Any]]) -> dict[UUID, list[Any]]:
    """By the first of each pair the second ones, each once."""
    found: dict[UUID, list[Any]] = {}
    for key, value in pairs:
        if key is not None and value not in found.setdefault(key, []):
            found[key].append(value)
    return found
