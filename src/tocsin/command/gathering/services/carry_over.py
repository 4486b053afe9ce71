"""What goes from a merged case into the other beside its alarms: nothing that was begun, due or held there is lost.

The line of the merge keeps how it stood, so that taking the merge back restores both cases.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.command.casebook.models import Case, CaseChange, Clock, Declaration
from tocsin.command.casebook.rules import cases as rules
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book, members_of
from tocsin.command.orders.models import Order
from tocsin.command.orders.services.endings import end_order_notices
from tocsin.command.plans.models import PlanStart, PlanTask

if TYPE_CHECKING:
    from django.db.models import QuerySet

_ENDED = [state.value for state in ENDED]


class CarriedOrder(TypedDict):
    """An order as it stood before the merge."""

    id: str
    role: str
    state: str
    version: int


class CarriedClock(TypedDict):
    """A clock as it stood before the merge: one that went over, or the target's own that took over an earlier due."""

    id: str
    moved: bool
    began_at: NotRequired[str]
    due_at: NotRequired[str]
    every_s: NotRequired[float | None]
    stage: NotRequired[int]
    then_due_at: NotRequired[str]


class Carried(TypedDict):
    """What the line of a merge keeps of the target and of what went over."""

    orders: list[CarriedOrder]
    clocks: list[CarriedClock]
    plans: list[str]
    begun_at: str
    set_level: int | None
    then_set_level: int | None


def carry_over(book: Book, source: Case, target: Case) -> Carried:
    """Orders, clocks, plans and levels of `source` go on in `target`; returns how they stood, for `carry_back`.

    Conflict where a warning or an incident stands upon `source`: what a leader signed stays under its number.
    """
    if Declaration.objects.filter(case=source, ended_at__isnull=True).exists():
        raise Conflict(
            _("A warning or an incident stands upon %(number)s: merge the other case into it.") % {"number": source.number}
        )
    carried: Carried = {
        "orders": _orders_follow(book, source, target),
        "clocks": _clocks_follow(source, target),
        "plans": _plans_follow(source, target),
        "begun_at": target.begun_at.isoformat(),
        "set_level": target.set_level,
        "then_set_level": None,
    }
    target.begun_at = min(target.begun_at, source.begun_at)
    target.set_level = _set_level(source, target)
    target.peak_level = max(target.peak_level, source.peak_level)
    carried["then_set_level"] = target.set_level
    return carried


def carry_back(source: Case, target: Case, carried: Carried) -> None:
    """As it was before the merge, but for what went on in the meantime."""
    _orders_return(source, carried["orders"])
    for one in carried["clocks"]:
        _clock_returns(one, source, target)
    for plan in PlanStart.objects.filter(pk__in=carried["plans"]):
        _move_plan(plan, target, source)
    target.begun_at = datetime.fromisoformat(carried["begun_at"])
    if target.set_level == carried["then_set_level"]:
        target.set_level = carried["set_level"]


def highest_set_since(change: CaseChange, case: Case) -> int:
    """The highest level that a person gave the case after that line."""
    lines = CaseChange.objects.filter(case=case, act="level_set", line__gt=change.line).values_list("figures", flat=True)
    return max((int(figures.get("to") or 0) for figures in lines), default=0)


def _set_level(source: Case, target: Case) -> int | None:
    """A level that a person set in either is not lost by the merge, and hides no higher one of the other."""
    if target.set_level is not None:
        return max(target.set_level, source.level)
    rung = rules.level_of([one.member for case in (source, target) for one in members_of(case)])
    return source.set_level if source.set_level is not None and source.set_level > rung else None


def _clocks_follow(source: Case, target: Case) -> list[CarriedClock]:
    """Each running step keeps the earlier of both dues; a step that only the source waited for is waited for in the target."""
    own = {clock.step: clock for clock in Clock.objects.filter(case=target, subject=_count(target))}
    before: list[CarriedClock] = []
    for clock in _running(source):
        there = own.get(clock.step)
        if there is None:
            before.append({"id": str(clock.pk), "moved": True})
            clock.case, clock.subject = target, _count(target)
            clock.save(update_fields=["case", "subject"])
        elif there.met_at is None and there.stopped_at is None and clock.due_at < there.due_at:
            was: CarriedClock = {
                "id": str(there.pk),
                "moved": False,
                "began_at": there.began_at.isoformat(),
                "due_at": there.due_at.isoformat(),
                "every_s": there.every_s,
                "stage": there.stage,
            }
            there.began_at, there.due_at, there.stage = clock.began_at, clock.due_at, clock.stage
            there.every_s = None if there.every_s is None else min(there.every_s, clock.every_s or there.every_s)
            clocks.wind(there, target)
            there.save()
            was["then_due_at"] = there.due_at.isoformat()
            before.append(was)
    return before


def _running(case: Case) -> "QuerySet[Clock]":
    return Clock.objects.filter(case=case, subject=_count(case), met_at__isnull=True, stopped_at__isnull=True)


def _count(case: Case) -> str:
    """The subject of a case's own clocks: of its newest opening."""
    return str(case.reopenings or "")


def _clock_returns(carried_clock: CarriedClock, source: Case, target: Case) -> None:
    clock = Clock.objects.get(pk=carried_clock["id"])
    if carried_clock["moved"]:
        clock.case, clock.subject = source, _count(source)
    elif clock.met_at is None and clock.due_at == datetime.fromisoformat(carried_clock["then_due_at"]):
        clock.began_at, clock.due_at = (
            datetime.fromisoformat(carried_clock["began_at"]),
            datetime.fromisoformat(carried_clock["due_at"]),
        )
        clock.every_s, clock.stage = carried_clock["every_s"], carried_clock["stage"]
    clocks.wind(clock, source if carried_clock["moved"] else target)
    clock.save()


def _plans_follow(source: Case, target: Case) -> list[str]:
    """Plans that run go on in the target; one that runs there already asks for the same there."""
    known = PlanStart.objects.filter(case=target).values("code")
    moved = list(PlanStart.objects.filter(case=source).exclude(code__in=known))
    for plan in moved:
        _move_plan(plan, source, target)
    return [str(plan.pk) for plan in moved]


def _move_plan(plan: PlanStart, source: Case, target: Case) -> None:
    plan.case = target
    plan.save(update_fields=["case"])
    tasks = [str(pk) for pk in PlanTask.objects.filter(start=plan).values_list("pk", flat=True)]
    Clock.objects.filter(case=source, step=Step.TASK, subject__in=tasks).update(case=target)


def _orders_follow(book: Book, source: Case, target: Case) -> list[CarriedOrder]:
    """Running orders go on in the target: a unit that has one there keeps that, a second lead assists. Returns how they stood."""
    there = Order.objects.filter(case=target).exclude(state__in=_ENDED)
    units, led = set(there.values_list("unit_id", flat=True)), there.filter(role=OrderRole.LEAD).exists()
    before: list[CarriedOrder] = []
    withdrawn = []
    for order in Order.objects.filter(case=source).exclude(state__in=_ENDED):
        before.append({"id": str(order.pk), "role": order.role, "state": order.state, "version": order.version})
        if order.unit_id in units:
            order.state, order.ended_at = OrderState.WITHDRAWN.value, book.now
            clocks.stop(source, Step.SIGN, order.number, now=book.now)
            withdrawn.append(order)
        else:
            order.case = target
            order.role = OrderRole.ASSISTING.value if led and order.role == OrderRole.LEAD else order.role
            Clock.objects.filter(case=source, subject=order.number).update(case=target)
        order.save()
    end_order_notices(withdrawn, now=book.now)
    return before


def _orders_return(source: Case, before: Iterable[CarriedOrder]) -> None:
    """Orders of a merge that is taken back; one that went on in the meantime keeps how far it came."""
    for one in before:
        order = Order.objects.get(pk=one["id"])
        Clock.objects.filter(case=order.case, subject=order.number).update(case=source)
        order.case, order.role = source, one["role"]
        if order.version == one["version"]:
            order.state, order.ended_at = one["state"], None
        order.save()
