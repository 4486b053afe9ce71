"""A task of a started plan ends, for whoever has asked for the right."""

from collections.abc import Iterable

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import OrderEntry
from tocsin.command.plans.events import PlanTaskEnded
from tocsin.command.plans.models import PlanTask
from tocsin.command.plans.policy import plan_of
from tocsin.command.plans.queries.plans import open_tasks
from tocsin.command.plans.rules import TaskState
from tocsin.notices.face import names_of


def end(
    book: Book,
    task: PlanTask,
    state: TaskState,
    *,
    checked: Iterable[int] = (),
    reason: str = "",
    entry: OrderEntry | None = None,
) -> None:
    """The task is done or not needed; its clock is met, its line written. `entry`: what showed that it is done."""
    plan = {one.code: one for one in plan_of(task.start.plan).tasks}[task.code]
    task.checked = sorted({number for number in checked if 0 <= number < len(plan.check)})
    task.state, task.reason, task.ended_at, task.ended_by = state.value, reason.strip()[:500], book.now, book.actor
    task.save()
    case = task.start.case
    clocks.meet(case, Step.TASK, str(task.pk), now=book.now)
    act = "task_done" if state is TaskState.DONE else "task_not_needed"
    unit = names_of(task.organisation) if task.organisation else None
    figures = {"task": msgspec.to_builtins(plan.words), "body": unit, **({"entry": str(entry.pk)} if entry else {})}
    book.note(case, act, text=task.reason, figures=figures)
    record_event(PlanTaskEnded(case_id=str(case.pk), task_id=str(task.pk), state=state.value), region=case.region_code)


def end_with_case(book: Book, case: Case) -> None:
    """The case has ended: what nobody has done is needed no more."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The case has ended.")
    for task in open_tasks(case):
        end(book, task, TaskState.NOT_NEEDED, reason=reason)
