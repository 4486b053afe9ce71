"""Response plans: started by a named leader, their tasks done by bodies; and guidance, edited in the product."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
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
from tocsin.command.events import PlanStarted, PlanTaskEnded
from tocsin.command.models import Case, GuidanceLine, PlanStart, PlanTask
from tocsin.command.policy.plans import plan_of, shipped_guidance
from tocsin.command.queries import plans as queries
from tocsin.command.queries.orders import running_lead, running_order
from tocsin.command.rules import rights
from tocsin.command.rules.cases import OPEN_STATES
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.guidance import ANY, GuidanceKind
from tocsin.command.rules.orders import OrderRole
from tocsin.command.rules.plans import OWNERS, TaskState, Words
from tocsin.command.services import clocks
from tocsin.command.services.acting import open_cases, touch
from tocsin.command.services.book import Book, open_book
from tocsin.command.services.orders import names_of, send_order
from tocsin.jurisdiction.queries import may
from tocsin.jurisdiction.services import require, require_person_at_screen
from tocsin.lifelines.queries import assets_by_code
from tocsin.records.services import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import Organisation, User


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
    book = open_book(region, actor=actor, channel=channel, now=settings.CONFIGURATION.clock.now())
    task = PlanTask.objects.select_for_update(of=("self",)).select_related("start__case", "organisation").get(pk=task_id)
    if task.state != TaskState.OPEN:
        raise Conflict(_("This task has ended already."))
    if state is TaskState.OPEN or (state is TaskState.NOT_NEEDED and not reason.strip()):
        raise InvalidInput(_("Say why it is not needed."))
    asked = {one.code: one for one in plan_of(task.start.plan).tasks}[task.code]
    task.checked = sorted({number for number in checked if 0 <= number < len(asked.check)})
    task.state, task.reason, task.ended_at, task.ended_by = state.value, reason.strip()[:500], book.now, actor
    task.save()
    case = task.start.case
    clocks.meet(case, Step.TASK, str(task.pk), now=book.now)
    act = "task_done" if state is TaskState.DONE else "task_not_needed"
    unit = names_of(task.organisation) if task.organisation else None
    book.note(case, act, text=task.reason, figures={"task": msgspec.to_builtins(asked.words), "body": unit})
    record_event(PlanTaskEnded(case_id=str(case.pk), task_id=str(task.pk), state=state.value), region=region)
    return task


@transaction.atomic
def write_guidance(
    *,
    actor: "User",
    key: str,
    kind: GuidanceKind,
    of_class: str,
    region_code: str,
    asset_code: str = "",
    zh: str,
    en: str,
    source: str,
    confidence: str,
    reason: str,
    withdrawn: bool = False,
    effective_from: datetime | None = None,
    effective_to: datetime | None = None,
) -> GuidanceLine:
    """A line of guidance at class × area × object, from that time on (else from now); with the key of a line above or below it,
    it takes that one's place where it is narrower or newer. `withdrawn`: that line does not hold here.
    """
    require(actor, rights.PLANS, region_code)
    now = settings.CONFIGURATION.clock.now()
    begins = effective_from or now
    if of_class not in {*shipped_guidance().classes, ANY}:
        raise InvalidInput(_("There is no such class."))
    if not all(one.strip() for one in (key, zh, en, source, reason)) or confidence not in ("A", "B", "C"):
        raise InvalidInput(_("A line needs a key, its text in both languages, its source with a mark A, B or C, and a reason."))
    if begins.tzinfo is None or (effective_to is not None and (effective_to.tzinfo is None or effective_to <= begins)):
        raise InvalidInput(_("A line ends after it begins; times need a time zone."))
    asset = assets_by_code(region_code, [asset_code]).get(asset_code) if asset_code else None
    if asset_code and asset is None:
        raise InvalidInput(_("There is no object of that code in this region."))
    line = GuidanceLine.objects.create(
        key=key.strip()[:60],
        kind=kind.value,
        of_class=of_class,
        region_code=region_code,
        asset=asset,
        zh=zh.strip()[:500],
        en=en.strip()[:500],
        withdrawn=withdrawn,
        effective_from=begins,
        effective_to=effective_to,
        source=source.strip()[:200],
        confidence=confidence,
        reason=reason.strip()[:500],
        written_by=actor,
        written_at=now,
    )
    details = {
        "key": line.key,
        "class": of_class,
        "object": asset_code,
        "withdrawn": withdrawn,
        "zh": line.zh,
        "reason": line.reason,
    }
    record_audit(actor, "guidance.written", "guidance", line.pk, region_code, details)
    return line


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
