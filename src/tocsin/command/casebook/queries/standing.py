"""How a case stands: its clocks, its outcome, its declarations, its point on the map."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.command.casebook.models import Case, Clock, Declaration, Outcome
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES, OutcomeKind
from tocsin.jurisdiction.face import scope
from tocsin.warning.face import alarm_points

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def standing_outcomes(kind: OutcomeKind) -> QuerySet[Outcome]:
    """Outcomes of that kind that were confirmed and still hold, whoever may see them: what figures of closed cases count."""
    return Outcome.objects.filter(kind=kind, refused=False, ended_at__isnull=True, confirmed_at__isnull=False)


def standing_outcome(case: Case) -> Outcome | None:
    """How the case ended, or how a person proposes that it should; None where nothing stands."""
    return Outcome.objects.filter(case=case, refused=False, ended_at__isnull=True).select_related("proposed_by").first()


def standing_declarations(case: Case) -> QuerySet[Declaration]:
    """The warning and the incident that stand upon the case."""
    return Declaration.objects.filter(case=case, ended_at__isnull=True).select_related("declared_by")


def clocks_of(case: Case) -> QuerySet[Clock]:
    """All clocks of a case, the earliest due first."""
    return Clock.objects.filter(case=case)


def next_clocks(case_ids: Iterable[UUID]) -> dict[UUID, Clock]:
    """By case the running clock that is due first. One query."""
    running = Clock.objects.filter(case_id__in=list(case_ids), met_at__isnull=True, stopped_at__isnull=True)
    return {clock.case_id: clock for clock in running.order_by("-due_at")}


@dataclass(frozen=True)
class CasePoint:
    """An open case on a map; `quantity`: of its lead alarm. Without a place where nobody knows one."""

    id: UUID
    number: str
    state: str
    level: int
    drill: bool
    title: str
    matter: dict[str, str]
    quantity: str
    lon: float | None
    lat: float | None


def case_points(user: "Person", *, at: datetime | None = None) -> list[CasePoint]:
    """Cases open now or at that moment that the user may see, as points of a map: at their lead alarm where that has a place.

    Two queries. Level and state are today's: what a case was like in between is told by its time line.
    """
    open_then = Q(state__in=OPEN_STATES) if at is None else Q(opened_at__lte=at) & (Q(closed_at=None) | Q(closed_at__gt=at))
    found = scope(Case.objects.filter(open_then), user, rights.SEE)
    leads = alarm_points(found.order_by().values_list("lead_id", flat=True))
    points = []
    names = ("id", "number", "state", "level", "drill_id", "title", "matter", "lon", "lat", "lead_id")
    for pk, number, state, level, drill_id, title, matter, lon, lat, lead_id in found.values_list(*names):
        lead = leads.get(lead_id)
        if lead is not None and lead.lon is not None:
            lon, lat = lead.lon, lead.lat
        quantity = lead.quantity if lead is not None else ""
        points.append(CasePoint(pk, number, state, level, drill_id is not None, title, matter, quantity, lon, lat))
    return points
