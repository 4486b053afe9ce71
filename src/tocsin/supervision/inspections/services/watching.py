"""Limits of hidden dangers and planned visits are watched: reminders before, news after, and what comes back by itself."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingGrade, FindingState
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.services.serving import note_step
from tocsin.supervision.inspections.services.tasks import follow_finding
from tocsin.supervision.inspections.services.telling import tell_colleagues, tell_firm, tell_inspectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

_RELATED = ("object__organisation", "object__competent", "inspection__first_inspector", "inspection__second_inspector")
_AT_ONCE = 200
_LATE_IS_NEWS = timedelta(days=2)


def watch_dangers(*, now: datetime) -> None:
    """Everything that time alone brings: accepted risks that come back, reminders, limits that ended, orders not served."""
    bring_back(now=now)
    today, figures = timezone.localdate(now), inspection_policy().findings
    waiting = Finding.objects.select_related(*_RELATED).filter(state=FindingState.OPEN.value, own=False)
    served = waiting.filter(unserved=False)
    for days in figures.remind_days:
        for finding in _some(served.filter(due_on=today + timedelta(days=days))):
            with transaction.atomic():
                tell_firm(finding, Matter.REMINDED, now=now, stamp=f"{finding.due_on:%Y%m%d}-{days}")
    for finding in _some(served.filter(due_on__lt=today, due_on__gte=today - _LATE_IS_NEWS)):
        stamp = f"{finding.due_on:%Y%m%d}"
        with transaction.atomic():
            tell_firm(finding, Matter.LATE, now=now, urgent=True, stamp=stamp)
            tell_inspectors(finding, Matter.FIRM_LATE, now=now, stamp=stamp)
    unserved = waiting.filter(unserved=True, found_at__lt=now - timedelta(hours=figures.unserved_hours))
    for finding in _some(unserved.exclude(inspection__confirmed_at=None, inspection__isnull=False)):
        with transaction.atomic():
            tell_inspectors(finding, Matter.UNSERVED, now=now, stamp=f"{finding.days}-{finding.due_on:%Y%m%d}")
    remind_of_visits(today + timedelta(days=min(figures.remind_days, default=1)), now=now)


def bring_back(*, now: datetime) -> int:
    """Hidden dangers whose risk was accepted until before today are open again, with the usual limit; the firm is told."""
    today = timezone.localdate(now)
    over = Finding.objects.filter(state=FindingState.ACCEPTED.value, accepted_until__lt=today)
    ids = list(over.values_list("pk", flat=True)[:_AT_ONCE])
    for pk in ids:
        with transaction.atomic():
            finding = Finding.objects.select_for_update(of=("self",)).select_related(*_RELATED).get(pk=pk)
            if finding.state != FindingState.ACCEPTED:
                continue
            finding.state, finding.accepted_until = FindingState.OPEN.value, None
            finding.due_on = today + timedelta(days=inspection_policy().findings.offered(FindingGrade(finding.grade)))
            note_step(finding, FindingAct.COME_BACK, system_actor(), now)
            finding.save()
            follow_finding(finding, now=now)
            tell_firm(finding, Matter.CAME_BACK, now=now)
    return len(ids)


def remind_of_visits(day: date, *, now: datetime) -> None:
    """Inspectors of visits that are planned for that day, once."""
    visits = Inspection.objects.filter(state=InspectionState.PLANNED.value, planned_for=day)
    for visit in visits.select_related("object", "first_inspector", "second_inspector").order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            tell_colleagues(visit, (visit.first_inspector, visit.second_inspector), Matter.PLANNED_SOON, now=now)


def _some(findings: "QuerySet[Finding]") -> "list[Finding]":
    """The first of them; what was told already is known by its key and told no more."""
    return list(findings.order_by("due_on", "pk")[:_AT_ONCE])
