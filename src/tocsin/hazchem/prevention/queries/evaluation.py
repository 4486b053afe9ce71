"""What a firm's evaluation is made of, and evaluations as the reader may see them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from tocsin.hazchem.commitments.models import SafetyCommitment
from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.prevention.models import (
    CheckResult,
    CheckTask,
    DynamicRisk,
    PreventionEvaluation,
    PreventionRecord,
    RiskEvent,
    RiskMeasure,
    RiskUnit,
)
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.rules.evaluation import BY_RECORD, Criterion, Evidence
from tocsin.hazchem.prevention.rules.kinds import LONGEST_DAYS, CheckPeriod, RiskColour
from tocsin.supervision.face import danger_standings, rows_of_visible

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def evidence_of(firm: "SupervisedObject", now: datetime) -> dict[Criterion, Evidence]:
    """What the rows of a firm show of this month, by part of the evaluation."""
    today = timezone.localdate(now)
    found = _records(firm, today)
    found |= _ledger(firm, today)
    found |= _dangers(firm, today)
    return found | _system(firm, today)


def _records(firm: "SupervisedObject", today: date) -> dict[Criterion, Evidence]:
    since = today - timedelta(days=prevention().evaluation.record_days)
    rows = PreventionRecord.objects.filter(object=firm, on__gt=since, on__lte=today)
    there = set(rows.order_by().values_list("criterion", flat=True))
    return {one: Evidence(float(one in there), 1) for one in BY_RECORD}


def _ledger(firm: "SupervisedObject", today: date) -> dict[Criterion, Evidence]:
    since = today - timedelta(days=prevention().evaluation.assess_days)
    units = PlantUnit.objects.filter(object=firm, active=True)
    tied = RiskUnit.objects.filter(plant_unit=OuterRef("pk"), active=True)
    whole = units.aggregate(
        all=Count("pk"), tied=Count("pk", filter=Exists(tied)), placed=Count("pk", filter=Q(lon__isnull=False))
    )
    own_units = RiskUnit.objects.filter(object=firm, active=True).count()
    events = RiskEvent.objects.filter(object=firm, active=True)
    standing = RiskMeasure.objects.filter(event=OuterRef("pk"), active=True)
    lately = Q(assessed_at__date__gt=since)
    told = events.aggregate(
        all=Count("pk"),
        assessed=Count("pk", filter=lately),
        measured=Count("pk", filter=Exists(standing)),
        answered=Count("pk", filter=Q(unit__risk_object__person__isnull=False)),
    )
    struck = CheckResult.objects.filter(
        task__measure__event=OuterRef("pk"), normal=False, at__gt=OuterRef("assessed_at"), done_on__gt=since
    )
    after = events.filter(Exists(struck)).count()
    return {
        Criterion.UNITS: Evidence(whole["tied"], whole["all"]) if whole["all"] else Evidence(min(own_units, 1), 1),
        Criterion.ASSESSMENT: Evidence(told["assessed"], told["all"]),
        Criterion.RISK_MAP: Evidence(whole["placed"], whole["all"]),
        Criterion.MEASURES: Evidence(told["measured"], told["all"]),
        Criterion.CONTROL: Evidence(told["answered"], told["all"]),
        Criterion.REASSESSMENT: Evidence(max(told["assessed"] - after, 0), told["all"]),
    }


def _dangers(firm: "SupervisedObject", today: date) -> dict[Criterion, Evidence]:
    begin = month_of(today)
    measures = RiskMeasure.objects.filter(object=firm, active=True).values_list("pk", "event__colour")
    often = {
        (measure, period)
        for measure, period in CheckTask.objects.filter(object=firm, active=True).values_list("measure", "period").distinct()
    }
    colours = dict(measures)
    longest = prevention().longest_days
    enough = {
        measure
        for measure, period in often
        if measure in colours and LONGEST_DAYS[CheckPeriod(period)] <= longest.of(RiskColour(colours[measure]))
    }
    results = CheckResult.objects.filter(object=firm, due_on__gte=begin)
    in_time = results.filter(done_on__lte=F("due_on")).count()
    overdue = CheckTask.objects.filter(object=firm, active=True, due_on__lt=today).count()
    with_danger = CheckResult.objects.filter(object=firm, finding__isnull=False, done_on__gt=today - timedelta(days=_DANGER_DAYS))
    standings = danger_standings(one for one in with_danger.values_list("finding_id", flat=True) if one is not None)
    due = [one for one in standings.values() if one.ended or one.due_on < today]
    good = [one for one in due if one.ended and (one.closed_at is None or timezone.localdate(one.closed_at) <= one.due_on)]
    found = {
        Criterion.CHECK_TASKS: Evidence(len(enough), len(colours)),
        Criterion.CHECKS: Evidence(in_time, results.count() + overdue),
    }
    made = bool(results.exists() or with_danger.exists())
    found[Criterion.ACCEPTANCE] = Evidence(len(good), len(due)) if due else Evidence(float(made), 1)
    return found


def _system(firm: "SupervisedObject", today: date) -> dict[Criterion, Evidence]:
    """Six functions that the system must have, each by rows that show that the firm uses it; two advanced ones."""
    begin = month_of(today)
    used = (
        RiskEvent.objects.filter(object=firm, active=True).exists(),
        CheckTask.objects.filter(object=firm, active=True).exists(),
        CheckResult.objects.filter(object=firm, done_on__gte=begin).exists(),
        PlantPoint.objects.filter(equipment__unit__object=firm, sensor__isnull=False).exists(),
        SafetyCommitment.objects.filter(object=firm, day__gte=begin).exists(),
        DynamicRisk.objects.filter(object=firm, unit=None).exists(),
    )
    local = timezone.get_current_timezone()
    month = datetime(begin.year, begin.month, 1, tzinfo=local)
    advanced = (
        WorkPermit.objects.filter(object=firm, started_at__gte=month).exists(),
        DynamicRisk.objects.filter(object=firm, unit__isnull=False).exists(),
    )
    return {
        Criterion.REQUIREMENTS: Evidence(sum(used), len(used)),
        Criterion.ADVANCED: Evidence(sum(advanced), len(advanced)),
    }


_DANGER_DAYS: Final = 90


def visible_evaluations(user: "Person") -> QuerySet[PreventionEvaluation]:
    """Evaluations of firms that the user sees."""
    return rows_of_visible(PreventionEvaluation.objects.select_related("object"), user)


def search_evaluations(user: "Person", *, month: date, q: str = "", area: str = "") -> QuerySet[PreventionEvaluation]:
    """Of a month, the least points first: by a part of the firm's name, of an area by the beginning of its code."""
    found = visible_evaluations(user).filter(month=month_of(month))
    if q.strip():
        found = found.filter(object__name__icontains=q.strip())
    return found.filter(region_code__startswith=area).order_by("points", "object__name", "pk")


def visible_records(user: "Person") -> QuerySet[PreventionRecord]:
    """Records of firms that the user sees."""
    return rows_of_visible(PreventionRecord.objects.select_related("object", "by"), user)


def months_of(firm_id: "UUID") -> QuerySet[PreventionEvaluation]:
    """A firm's evaluations, newest first."""
    return PreventionEvaluation.objects.filter(object=firm_id).order_by("-month")
