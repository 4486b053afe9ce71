"""Overdue checks ring whoever answers for them, then the principal; a danger that is closed mends its measure."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskMeasure
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.checks import principals_of, who_checks
from tocsin.hazchem.prevention.queries.ledger import WITH_CHECK
from tocsin.hazchem.prevention.rules.notices import MENDED, OVERDUE
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import danger_standings

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 100


def ring_overdue_checks(*, now: datetime) -> bool:
    """Tells the next checks whose day is over, each once to whoever answers for it, and later once to the principal; True where
    more may wait. A loop.
    """
    today = timezone.localdate(now)
    later = today - timedelta(days=prevention().checks.principal_after_days)
    return any([_ring(today, "told_for", now), _ring(later, "principal_told_for", now)])


def _ring(before: date, field: str, now: datetime) -> bool:
    with transaction.atomic():
        waiting = CheckTask.objects.filter(active=True, due_on__lt=before).select_related(*WITH_CHECK, "object__organisation")
        waiting = waiting.exclude(**{f"{field}__isnull": False, field: F("due_on")})
        rows = list(waiting.order_by("due_on", "pk")[:AT_ONCE])
        drafts = [draft for one in rows for draft in _drafts(one, field)]
        for one in rows:
            setattr(one, field, one.due_on)
        CheckTask.objects.bulk_update(rows, [field])
        if drafts:
            write_all(drafts, Directory(now))
    return len(rows) == AT_ONCE


def _drafts(task: CheckTask, field: str) -> list[Draft]:
    """To persons by name; to the firm's desk where nobody of them has an account."""
    principal = field == "principal_told_for"
    people = principals_of(task) if principal else who_checks(task)
    figures = {
        "check": str(task.pk),
        "text": task.text,
        "measure": task.measure.text,
        "unit": task.measure.event.unit.name,
        "firm": task.object.name,
        "due": task.due_on.isoformat(),
        "principal": principal,
    }
    key = f"risk-check-{task.pk}-{task.due_on}-{'principal' if principal else 'own'}"
    if people:
        return [Draft(OVERDUE, OVERDUE, principal, f"{key}-{one.pk}", person=one, figures=figures) for one in people]
    body = task.object.organisation
    return [] if body is None else [Draft(OVERDUE, OVERDUE, principal, key, organisation=body, figures=figures)]


def mend_measures(*, now: datetime) -> bool:
    """Measures whose hidden dangers are all closed or withdrawn stand again, and whoever checks them hears of it. A loop."""
    with transaction.atomic():
        rows = list(CheckResult.objects.filter(open_danger=True).select_related("task").order_by("pk")[:5000])
        standings = danger_standings(one.finding_id for one in rows if one.finding_id is not None)
        ended = [one for one in rows if one.finding_id not in standings or standings[one.finding_id].ended]
        if not ended:
            return False
        CheckResult.objects.filter(pk__in=[one.pk for one in ended]).update(open_danger=False)
        touched = {one.task.measure_id for one in ended}
        still = set(
            CheckResult.objects.filter(open_danger=True, task__measure__in=touched).values_list("task__measure_id", flat=True)
        )
        RiskMeasure.objects.filter(pk__in=touched - still).update(failed_at=None)
        drafts = [draft for one in ended if one.task.measure_id not in still for draft in _mended(one)]
        if drafts:
            write_all(drafts, Directory(now))
    return False


def _mended(result: CheckResult) -> list[Draft]:
    task = CheckTask.objects.select_related(*WITH_CHECK).get(pk=result.task_id)
    figures = {
        "check": str(task.pk),
        "measure": task.measure.text,
        "unit": task.measure.event.unit.name,
        "firm": task.object.name,
        "danger": result.finding_number,
    }
    people: list[User] = who_checks(task)
    key = f"risk-measure-{result.pk}-mended"
    return [Draft(MENDED, MENDED, False, f"{key}-{one.pk}", person=one, figures=figures) for one in people]
