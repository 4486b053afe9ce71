"""Supervision at a glance: what a leader asks first, each figure with its time and where it comes from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.rules.findings import FindingGrade, FindingState
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.points.queries.ledger import Board, board, last_day, moves_of
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.tasks.queries.tasks import visible_tasks
from tocsin.supervision.tasks.rules.states import TaskState
from tocsin.supervision.work.queries.board import (
    decision_counts,
    visible_episodes,
    waiting_episodes,
    working_against_orders,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class Summary:
    """`board` and `moves`: of the last day that was scored, None before the first. `decisions`: firms by the decision of their
    last verdict. Counts of what is open, and of that what is over its time.
    """

    at: datetime
    objects: int
    major_hazards: int
    board: Board | None
    moves: dict[tuple[str, str], int]
    decisions: dict[str, int]
    ordered_stops: int
    working_against_orders: int
    episodes_waiting: int
    episodes_overdue: int
    episodes_confirmed: int
    findings_open: int
    findings_major: int
    findings_overdue: int
    tasks_overdue: int


def summary_of(user: "Person", *, now: datetime) -> Summary:
    """All figures where the user may see the register."""
    today = timezone.localtime(now).date()
    day = last_day()
    objects = visible_objects(user).filter(active=True)
    decisions = decision_counts(user)
    waiting = waiting_episodes(user)
    findings = visible_findings(user).exclude(state=FindingState.CLOSED.value).order_by()
    counted = findings.aggregate(
        open=Count("pk"),
        major=Count("pk", filter=Q(grade=FindingGrade.MAJOR.value)),
        overdue=Count("pk", filter=Q(state=FindingState.OPEN.value, due_on__lt=today, unserved=False, own=False)),
    )
    return Summary(
        at=now,
        objects=objects.count(),
        major_hazards=objects.filter(major_hazard=True).count(),
        board=board(user, day=day) if day is not None else None,
        moves=moves_of(user, day=day) if day is not None else {},
        decisions=decisions,
        ordered_stops=_ordered_stops(user, today),
        working_against_orders=working_against_orders(user),
        episodes_waiting=waiting.count(),
        episodes_overdue=waiting.filter(due_at__lt=now).count(),
        episodes_confirmed=visible_episodes(user).filter(state="confirmed").count(),
        findings_open=counted["open"],
        findings_major=counted["major"],
        findings_overdue=counted["overdue"],
        tasks_overdue=visible_tasks(user).filter(state=TaskState.OVERDUE.value).count(),
    )


def _ordered_stops(user: "Person", today: date) -> int:
    stops = StopOrder.objects.filter(in_force(today), kind="ordered stop", object__in=visible_objects(user).filter(active=True))
    return stops.order_by().values("object").distinct().count()
