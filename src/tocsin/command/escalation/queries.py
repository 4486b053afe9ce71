"""Whom a clock's stage calls, as bodies and persons of this moment; and the dry run: what would be called."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Running, Step
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.rules import Call, Party, Whom, calls_to_come
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct, StepVerdict
from tocsin.command.plans.models import PlanTask
from tocsin.command.shifts.models import Shift
from tocsin.jurisdiction.face import next_desk, on_call, people_who_may

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Organisation, User


@dataclass(frozen=True)
class Called:
    """A body's desk, or a person of it."""

    organisation: "Organisation | None"
    person: "User | None"

    @property
    def key(self) -> str:
        """An identity: nobody is called twice for one stage."""
        return f"p{self.person.pk}" if self.person else f"o{self.organisation.pk}" if self.organisation else ""

    @property
    def name(self) -> str:
        """The body with the person, as the reader reads it."""
        names = [str(one) for one in (self.organisation, self.person) if one is not None]
        return " · ".join(names)


@dataclass(frozen=True)
class PlannedCall:
    """One line of the dry run."""

    clock: Clock
    call: Call
    called: tuple[Called, ...]


def responsible_for(case: Case, step: Step, subject: str, at: datetime) -> "Organisation | None":
    """Who is waited for: the body of the task, the unit of the order, the lead unit, else who keeps the case; or the centre.

    None if none is known.
    """
    if step is Step.TASK:
        task = PlanTask.objects.filter(pk=subject).select_related("organisation__region").first()
        if task is not None and task.organisation is not None:
            return task.organisation
    if escalation(case.region_code, case.opened_at).waits_for[step] is Party.UNIT:
        orders = Order.objects.filter(case=case).select_related("unit__region")
        order = orders.filter(number=subject).first() if subject else None
        order = order or orders.filter(role=OrderRole.LEAD).exclude(state__in=[one.value for one in ENDED]).first()
        if order is not None:
            return order.unit
        if case.keeper is not None:
            return case.keeper
    return centre_of(case.region_code, at)


def called_by(body: "Organisation | None", whom: Whom, *, region_code: str, at: datetime) -> tuple[Called, ...]:
    """Who that is at this moment. Where a rung finds nobody, the next desk upward of the same level is called: never no one."""
    match whom:
        case Whom.LEADER:
            return _leaders(region_code, at)
        case Whom.ON_CALL if body is not None:
            return _on_call(body, at) or called_by(body, Whom.DESK, region_code=region_code, at=at)
        case Whom.DESK if body is not None and body.has_desk:
            return (Called(body, None),)
        case _:
            above = next_desk(body) if body is not None else centre_of(region_code, at)
            return (Called(above, None),) if above is not None else ()


def dry_run(case: Case, *, now: datetime) -> list[PlannedCall]:
    """Every call that running clocks of the case would make if nobody did anything from now on, in time (升级推演)."""
    ladder = escalation(case.region_code, case.opened_at).rungs
    found: list[PlannedCall] = []
    for clock in Clock.objects.filter(case=case, met_at__isnull=True, stopped_at__isnull=True):
        body = responsible_for(case, Step(clock.step), clock.subject, now)
        found += [
            PlannedCall(clock, call, called_by(body, call.whom, region_code=case.region_code, at=call.at))
            for call in calls_to_come(Running(clock.began_at, clock.due_at, clock.stage), ladder)
        ]
    return sorted(found, key=lambda one: (one.call.at, one.clock.due_at, one.call.stage))


def _on_call(body: "Organisation", at: datetime) -> tuple[Called, ...]:
    shift = Shift.objects.filter(desk=body, ended_at__isnull=True).first()
    if shift is not None:
        return _people(body, shift.officers.all())
    return tuple(Called(one.organisation, one.user) for one in on_call(body, at=at))


def _leaders(region_code: str, at: datetime) -> tuple[Called, ...]:
    centre = centre_of(region_code, at)
    shift = Shift.objects.filter(desk=centre, ended_at__isnull=True, leader__isnull=False).first() if centre else None
    if shift is not None and shift.leader is not None:
        return (Called(centre, shift.leader),)
    return _people(None, people_who_may(rights.LEAD, region_code)) or ((Called(centre, None),) if centre else ())


def _people(body: "Organisation | None", people: "Iterable[User]") -> tuple[Called, ...]:
    return tuple(Called(body, one) for one in people)


def is_verified(case: Case) -> bool:
    """Whether somebody has seen it for what it is: it is declared, or a crew has measured, controlled or found the cause."""
    seen = (OrderAct.READING, OrderAct.CONTROL, OrderAct.FIND_CAUSE)
    if case.declarations.filter(ended_at__isnull=True).exists():
        return True
    return OrderEntry.objects.filter(
        order__case=case, act__in=seen, verdict__in=[StepVerdict.GOES_ON, StepVerdict.STAYS]
    ).exists()


def next_clock_at() -> datetime | None:
    """When the next clock of any case fires, by the judging clock; None where none runs. One indexed look."""
    return Clock.objects.filter(next_at__isnull=False).order_by("next_at").values_list("next_at", flat=True).first()
