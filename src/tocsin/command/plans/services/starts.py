"""Response plans are started by a named leader, and their tasks done by bodies."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.guidance.rules.words import Words
from tocsin.command.orders.queries.orders import running_lead, running_order
from tocsin.command.orders.services.sending import send_order
from tocsin.command.plans.events import PlanStarted
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.plans.queries import plans as queries
from tocsin.command.plans.rules import OWNERS, TaskState
from tocsin.command.plans.services.ends import end
from tocsin.jurisdiction.face import may, require_person_at_screen
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


@transaction.atomic
def start_plan(*, actor: "User", case_id: UUID, code: str, version: int | None = None, channel: str = "console") -> PlanStart:
    """The leader starts a plan on a case: every task has its body, its due and its clock, and a body without an order gets one.
    The case keeps the plan as it began with it; `version` is the one that the leader read.

    Only a person with `cases.lead`, at a screen. Conflict for a plan that runs already or has another version by now, and for a
    case that is over; InvalidInput for an unknown plan and for one that asks for nothing at the level of the case.
    """
    require_person_at_screen(actor)
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.LEAD)
    if case.state not in OPEN_STATES:
        raise Conflict(_("This case is over: no plan can be started."))
    if PlanStart.objects.filter(case=case, code=code).exists():
        raise Conflict(_("This plan has been started already."))
    try:
        plan = queries.plan_of_code(code, case.region_code, at=book.now)
    except KeyError:
        raise InvalidInput(_("There is no such plan.")) from None
    if version not in (None, plan.version):
        raise Conflict(_("This plan has another version by now: look at it first."))
    touch(book, case)
    asked = queries.dry_run(case, plan, level=AlarmLevel(case.level), at=book.now)
    if not asked:
        raise InvalidInput(_("This plan asks for nothing at the level of the case."))
    start = PlanStart.objects.create(
        case=case, code=code, plan=msgspec.to_builtins(plan), level=case.level, started_by=actor, started_at=book.now
    )
    for one in asked:
        task = PlanTask.objects.create(
            start=start, code=one.due.task.code, organisation=one.organisation, instead=one.instead, due_at=one.due.due_at
        )
        clocks.begin(case, Step.TASK, str(task.pk), now=book.now, limit=one.due.due_at - book.now)
    book.note(
        case, "plan_started", figures={"plan": msgspec.to_builtins(plan.words), "tasks": len(asked), "version": plan.version}
    )
    with translation.override(settings.LANGUAGE_CODE):
        _send_orders(book, case, plan.words, asked)
    record_event(PlanStarted(case_id=str(case.pk), plan=code, start_id=str(start.pk), level=case.level), region=case.region_code)
    return start


@transaction.atomic
def end_task(
    *,
    actor: "User",
    task_id: UUID,
    state: TaskState,
    reason: str = "",
    checked: Iterable[int] = (),
    channel: str = "console",
) -> PlanTask:
    """A task is done, or not needed with a reason; its clock is met. By the duty officer, or by the body itself for its own."""
    seen = queries.visible_task(actor, task_id)
    region = seen.start.case.region_code
    if not may(actor, rights.HANDLE, region) and not may(actor, rights.WORK, region, (seen.organisation_id,)):
        raise NotAllowed(_("This task is another body's."))
    book = open_book(region, actor=actor, channel=channel, now=current_time())
    task = PlanTask.objects.select_for_update(of=("self",)).select_related("start__case", "organisation").get(pk=task_id)
    if task.state != TaskState.OPEN:
        raise Conflict(_("This task has ended already."))
    if state is TaskState.OPEN or (state is TaskState.NOT_NEEDED and not reason.strip()):
        raise InvalidInput(_("Say why it is not needed."))
    end(book, task, state, checked=checked, reason=reason)
    return task


def _send_orders(book: Book, case: Case, words: Words, asked: "Iterable[queries.Asked]") -> None:
    """Each body without an order of this case gets one, with its tasks as text; where nobody leads the first owner does."""
    bodies: dict[UUID, Organisation] = {}
    texts: dict[UUID, list[str]] = defaultdict(list)
    owners = set()
    for one in asked:
        if one.organisation is not None:
            bodies[one.organisation.pk] = one.organisation
            texts[one.organisation.pk].append(one.due.task.words.told(settings.LANGUAGE_CODE))
            if one.due.task.who in OWNERS and not one.instead:
                owners.add(one.organisation.pk)
    for pk, unit in bodies.items():
        if running_order(case, unit) is None:
            leads = pk in owners and running_lead(case) is None
            text = _("%(plan)s: %(tasks)s") % {
                "plan": words.told(settings.LANGUAGE_CODE),
                "tasks": " / ".join(texts[pk]),
            }
            send_order(book, case, unit=unit, role=OrderRole.LEAD if leads else OrderRole.ASSISTING, text=text)
