"""The plans that fit a case, and who would be asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.places import asset_of, keeper_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import TRADE, own_limits
from tocsin.command.guidance.queries import classes_of
from tocsin.command.guidance.rules.lines import Situation
from tocsin.command.orders.queries.orders import owners_of, running_lead
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.plans.policy import PLANS, plan_from, shipped_plans
from tocsin.command.plans.rules import OF_THE_CASE, Due, Plan, TaskState, Version, Who, fitting_plans, plans_in_force, tasks_due
from tocsin.command.routing.queries import trade_of
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.face import bodies_with_duty, may, organisation_by_code
from tocsin.records.face import versions_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from tocsin.jurisdiction.face import Organisation, Person
    from tocsin.records.face import PolicyVersion


def plans_of(region_code: str, *, at: datetime) -> tuple[Plan, ...]:
    """The plans of an area as they are in force at that time: shipped ones, with versions edited here in their places."""
    rows = versions_of(PLANS.name).filter(region_code__in=governing_codes(region_code), effective_from__lte=at)
    return plans_in_force(shipped_plans(), map(version_of, rows), region_code=region_code, at=at)


def version_of(row: "PolicyVersion") -> Version:
    """A version that was switched on, as the rules take it."""
    assert row.effective_from is not None  # noqa: S101 - asked for by the caller
    return Version(plan_from(row.content, row.version), row.region_code, row.effective_from, row.withdrawn)


def plans_in(seen: Situation, *, at: datetime) -> tuple[Plan, ...]:
    """The plans that fit a situation, the most specific first."""
    return fitting_plans(plans_of(seen.region_code, at=at), classes_of(seen))


def other_plans(case: Case, fitting: "Collection[Plan]", *, at: datetime) -> tuple[Plan, ...]:
    """Plans that do not fit by themselves but may be started; those of pipes are nothing for a firm."""
    if own_limits(case.kind, case.origin_reference) == TRADE:
        return ()
    return tuple(plan for plan in plans_of(case.region_code, at=at) if plan not in fitting)


def plan_of_code(code: str, region_code: str, *, at: datetime) -> Plan:
    """The plan of that code as it is in force there; KeyError for none."""
    return {plan.code: plan for plan in plans_of(region_code, at=at)}[code]


def starts_of(case: Case) -> QuerySet[PlanStart]:
    """The plans started on a case with their tasks."""
    return (
        PlanStart.objects.filter(case=case)
        .select_related("started_by")
        .prefetch_related("tasks__organisation", "tasks__ended_by")
    )


def tasks_of_unit(case: Case, unit: "Organisation") -> QuerySet[PlanTask]:
    """What started plans ask of that body in this case, soonest first."""
    return PlanTask.objects.filter(start__case=case, organisation=unit).select_related("start", "organisation", "ended_by")


def open_tasks(case: Case) -> QuerySet[PlanTask]:
    """What started plans of the case still wait for, soonest first."""
    return PlanTask.objects.filter(start__case=case, state=TaskState.OPEN.value).select_related("start__case", "organisation")


def visible_task(user: "Person", task_id: UUID) -> PlanTask:
    """A task of a case that the user may see, or of the user's own body; DoesNotExist else."""
    task = PlanTask.objects.select_related("start__case", "organisation").get(pk=task_id)
    region = task.start.case.region_code
    if may(user, rights.SEE, region) or may(user, rights.WORK, region, (task.organisation_id,)):
        return task
    raise PlanTask.DoesNotExist


@dataclass(frozen=True)
class Asked:
    """One task and the body it would be asked of; `instead`: nobody has that duty, the keeper of the case stands in."""

    due: Due
    organisation: "Organisation | None"
    instead: bool


def dry_run(case: Case, plan: Plan, *, level: AlarmLevel, at: datetime) -> tuple[Asked, ...]:
    """Who would be asked for what and by when if the plan were started at that time; nothing is written."""
    bodies = _Bodies(case, at)
    return tuple(bodies.asked(due) for due in tasks_due(plan, level, started_at=at))


class _Bodies:
    """Finds the bodies of a case's tasks; what follows from the case is looked up once."""

    def __init__(self, case: Case, at: datetime) -> None:
        self._case, self._at = case, at
        first = owners_of(case, at=at).lead
        lead, asset = running_lead(case), asset_of(case)
        self._own = {
            Who.LEAD_UNIT: lead.unit if lead is not None else first,
            Who.SYMPTOM_OWNER: (asset.owner if asset is not None else None) or first,
            Who.CAUSE_OWNER: self._owner_of_cause() or first,
        }
        self._keeper = case.keeper or keeper_of(case, at=at)

    def asked(self, due: Due) -> Asked:
        found = self._own[due.task.who] if due.task.who in OF_THE_CASE else self._with_duty(due.task.who.value, due.task.lifeline)
        return Asked(due, found or self._keeper, instead=found is None)

    def _with_duty(self, kind: str, lifeline: str) -> "Organisation | None":
        trade = "" if lifeline else trade_of(self._case)
        bodies = bodies_with_duty(kind=kind, lifeline=lifeline, trade=trade, region_code=self._case.region_code, at=self._at)
        return next(iter(bodies), None)

    def _owner_of_cause(self) -> "Organisation | None":
        lead = self._case.lead
        owner = (lead.cause or {}).get("owner") if lead is not None else None
        return organisation_by_code(owner, self._case.region_code) if owner else None
