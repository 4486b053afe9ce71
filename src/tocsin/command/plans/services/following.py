"""Tasks of started plans follow the orders: ticked by what they ask for, and given on when their unit leaves or another leads."""

from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.queries.orders import running_lead
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.followers import OrderFollower
from tocsin.command.plans.models import PlanTask
from tocsin.command.plans.policy import plan_of
from tocsin.command.plans.rules import OWNERS, Task, TaskState, Who, meets
from tocsin.command.plans.services.ends import end
from tocsin.fieldwork.rules import read_data
from tocsin.notices.face import names_of
from tocsin.warning.face import CHECKS

if TYPE_CHECKING:
    from datetime import timedelta

    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Organisation


def tick(book: Book, order: Order, entry: OrderEntry) -> None:
    """A task that the entry names, or that asks for just what was entered, is done. InvalidInput for another body's task."""
    data = read_data(EntryData, entry.data)
    if entry.act == OrderAct.TASK and data.task is not None:
        task = _open(order.case).filter(pk=data.task).first()
        if task is not None and task.organisation_id == order.unit_id:
            end(book, task, TaskState.DONE, checked=data.checked, reason=data.text, entry=entry)
        elif not PlanTask.objects.filter(pk=data.task, organisation=order.unit_id).exists():
            raise InvalidInput(_("This task is another body's."))
        return
    card = CHECKS.current().cards.get(data.check)
    measured = card.quantity.name if card is not None and card.quantity is not None else data.quantity
    for task in _open(order.case).filter(organisation=order.unit_id):
        if meets(asked(task), act=entry.act, measured=measured, check=data.check):
            end(book, task, TaskState.DONE, entry=entry)


def follow_lead(book: Book, order: Order) -> None:
    """What is asked of the lead unit, or of somebody in the place of an owner, is asked of the one that leads now."""
    for task in _open(order.case).exclude(organisation=order.unit_id):
        who = asked(task).who
        if who is Who.LEAD_UNIT or (task.instead and who in OWNERS):
            _give(book, task, order.unit, instead=False)


def follow_end(book: Book, order: Order) -> None:
    """The unit is out of the matter: nobody presses it any more for what it has not done. Who took its order over does it, else
    who leads, else who keeps the case.
    """
    lead = running_lead(order.case)
    to = order.passed_to.unit if order.passed_to is not None else lead.unit if lead is not None else order.case.keeper
    for task in _open(order.case).filter(organisation=order.unit_id):
        _give(book, task, to, instead=order.passed_to is None)


def asked(task: PlanTask) -> Task:
    """The task as its plan has it."""
    return next(one for one in plan_of(task.start.plan).tasks if one.code == task.code)


def _open(case: Case) -> "QuerySet[PlanTask]":
    found = PlanTask.objects.filter(start__case=case, state=TaskState.OPEN.value)
    return found.select_for_update(of=("self",)).select_related("start__case", "organisation")


def _give(book: Book, task: PlanTask, to: "Organisation | None", *, instead: bool) -> None:
    """The whole time of the task begins anew for the body that has it from now on, its due is never earlier than before."""
    before = task.organisation
    limit: timedelta = task.due_at - task.start.started_at
    task.organisation, task.instead = to, instead
    task.due_at = max(task.due_at, book.now + limit)
    task.save()
    case = task.start.case
    clocks.begin_for_another(case, Step.TASK, str(task.pk), now=book.now, due=task.due_at)
    figures = {
        "task": msgspec.to_builtins(asked(task).words),
        "body": names_of(to) if to is not None else None,
        "before": names_of(before) if before is not None else None,
    }
    book.note(case, "task_moved", figures=figures)


FOLLOWER = OrderFollower(entered=tick, led=follow_lead, ended=follow_end)
