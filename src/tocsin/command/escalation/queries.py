"""Whom a clock's stage calls, as bodies and persons of this moment; and the dry run: what would be called."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Running, Step, repeat_number
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.rules import Call, Party, Whom, calls_to_come
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct, StepVerdict
from tocsin.command.plans.models import PlanTask
from tocsin.command.shifts.models import Shift
from tocsin.jurisdiction.face import next_desk, next_on_call, on_call, people_who_may
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
        return in_language(self.names)

    @property
    def names(self) -> dict[str, str]:
        """The body with the person, in both languages (`zh`, `en`): what is kept where readers of both read it later."""
        body, person = self.organisation, str(self.person or "")
        if body is None:
            return {"zh": person, "en": person}
        of_body = {"zh": body.name_zh, "en": body.name_en}
        return {language: " · ".join(filter(None, (name, person))) for language, name in of_body.items()}


@dataclass(frozen=True)
class PlannedCall:
    """One line of the dry run."""

    clock: Clock
    call: Call
    called: tuple[Called, ...]


@dataclass
class Parties:
    """Who is waited for by clocks, and who is called for them: each looked up once, however many clocks there are.

    Give `look_up` all clocks first: their tasks, orders and lead units are then read in three queries.
    """

    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _tasks: dict[UUID, "Organisation | None"] = field(default_factory=dict)
    _orders: dict[str, Order] = field(default_factory=dict)
    _leads: dict[UUID, Order] = field(default_factory=dict)

    def look_up(self, clocks: "Sequence[Clock]") -> None:
        """Reads what these clocks are about."""
        tasks = [UUID(one.subject) for one in clocks if one.step == Step.TASK]
        found = PlanTask.objects.filter(pk__in=tasks).select_related("organisation__region") if tasks else ()
        self._tasks = {task.pk: task.organisation for task in found}
        orders = Order.objects.select_related("unit__region")
        numbers = {one.subject for one in clocks if one.subject and one.step != Step.TASK}
        self._orders = {order.number: order for order in orders.filter(number__in=numbers)} if numbers else {}
        leading = orders.filter(case__in={one.case_id for one in clocks}, role=OrderRole.LEAD)
        self._leads = {}
        for order in leading.exclude(state__in=[one.value for one in ENDED]):
            self._leads.setdefault(order.case_id, order)

    def order_of(self, clock: Clock) -> Order | None:
        """The order that the clock belongs to."""
        return self._orders.get(clock.subject)

    def responsible_for(self, clock: Clock, case: Case, at: datetime) -> "Organisation | None":
        """Who is waited for: the body of the task, the unit of the order, the lead unit, else who keeps the case; or the centre.

        None if none is known.
        """
        step = Step(clock.step)
        if step is Step.TASK and (body := self._tasks.get(UUID(clock.subject))) is not None:
            return body
        if escalation(case.region_code, case.opened_at).waits_for[step] is Party.UNIT:
            order = self.order_of(clock) or self._leads.get(case.pk)
            if order is not None:
                return order.unit
            if case.keeper is not None:
                return case.keeper
        return self._centre(case.region_code, at)

    def called_by(
        self, body: "Organisation | None", whom: Whom, *, region_code: str, at: datetime, repeat: int = 0
    ) -> tuple[Called, ...]:
        """Who that is at this moment. Where a rung finds nobody, the next desk upward of the same level is called: never no one.

        `repeat`: how often the clock has been told again; each time it climbs one further.
        """
        key = ("called", body.pk if body else None, whom, region_code, at, repeat)
        return self._once(key, lambda: self._called(body, whom, region_code, at, repeat))

    def _called(self, body: "Organisation | None", whom: Whom, region_code: str, at: datetime, repeat: int) -> tuple[Called, ...]:
        match whom:
            case Whom.LEADER:
                return self._leaders(region_code, at)
            case Whom.ON_CALL if body is not None:
                return _on_call(body, at) or self._called(body, Whom.DESK, region_code, at, repeat)
            case Whom.NEXT_ON_CALL if body is not None:
                following = self._once(("next", body.pk, at), lambda: next_on_call(body, at=at))
                if not following:
                    return self._called(body, Whom.DESK, region_code, at, repeat)
                return (Called(body, following[(max(repeat, 1) - 1) % len(following)]),)
            case Whom.DESK if body is not None and body.has_desk:
                return (Called(body, None),)
            case _:
                above = self._above(body, 1 + repeat) if body is not None else self._centre(region_code, at)
                return (Called(above, None),) if above is not None else ()

    def _above(self, body: "Organisation", steps: int) -> "Organisation | None":
        """So many desks upward of the same level, or as many as there are."""
        found = None
        for _step in range(steps):
            below = found or body
            above: Organisation | None = self._once(("above", below.pk), partial(next_desk, below))
            if above is None:
                break
            found = above
        return found

    def _centre(self, region_code: str, at: datetime) -> "Organisation | None":
        return self._once(("centre", region_code, at), lambda: centre_of(region_code, at))

    def _leaders(self, region_code: str, at: datetime) -> tuple[Called, ...]:
        centre = self._centre(region_code, at)
        shift = Shift.objects.filter(desk=centre, ended_at__isnull=True, leader__isnull=False).first() if centre else None
        if shift is not None and shift.leader is not None:
            return (Called(centre, shift.leader),)
        return _people(None, people_who_may(rights.LEAD, region_code)) or ((Called(centre, None),) if centre else ())

    def _once[T](self, key: tuple[Any, ...], read: "Callable[[], T]") -> T:
        if key not in self._known:
            self._known[key] = read()
        found: T = self._known[key]
        return found


def responsible_for(case: Case, step: Step, subject: str, at: datetime) -> "Organisation | None":
    """Who is waited for by a clock of this step and subject: see `Parties`."""
    clock, parties = Clock(case=case, step=step.value, subject=subject), Parties()
    parties.look_up([clock])
    return parties.responsible_for(clock, case, at)


def called_by(body: "Organisation | None", whom: Whom, *, region_code: str, at: datetime) -> tuple[Called, ...]:
    """Who that is at this moment: see `Parties`."""
    return Parties().called_by(body, whom, region_code=region_code, at=at)


def dry_run(case: Case, *, now: datetime) -> list[PlannedCall]:
    """The calls that running clocks of the case would make if nobody did anything from now on, in time (升级推演)."""
    ladder, again = escalation(case.region_code, case.opened_at).rungs, policy_of(case.policy).again
    found: list[PlannedCall] = []
    clocks = list(Clock.objects.filter(case=case, met_at__isnull=True, stopped_at__isnull=True))
    parties = Parties()
    parties.look_up(clocks)
    for clock in clocks:
        body = parties.responsible_for(clock, case, now)
        for call in calls_to_come(Running(clock.began_at, clock.due_at, clock.stage), ladder, again):
            repeat = repeat_number(call.stage)
            called = parties.called_by(body, call.whom, region_code=case.region_code, at=call.at, repeat=repeat)
            found.append(PlannedCall(clock, call, called))
    return sorted(found, key=lambda one: (one.call.at, one.clock.due_at, one.call.stage))


def _on_call(body: "Organisation", at: datetime) -> tuple[Called, ...]:
    shift = Shift.objects.filter(desk=body, ended_at__isnull=True).first()
    if shift is not None:
        return _people(body, shift.officers.all())
    return tuple(Called(one.organisation, one.user) for one in on_call(body, at=at))


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
