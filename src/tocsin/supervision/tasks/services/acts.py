"""What people do with tasks: a firm ticks off, or asks for time; the authority grants it with an end, or exempts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import require
from tocsin.records.face import Prepared, prepare_attachment, record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.objects.queries.days import day_of, moment_of
from tocsin.supervision.objects.queries.register import require_firm
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import keep_print
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.queries.rules import is_one_of_several, policy_of
from tocsin.supervision.tasks.queries.tasks import told_evidence, visible_tasks
from tocsin.supervision.tasks.rules.acts import OF_THE_FIRM, TaskAct, TaskData, TaskVerdict, step
from tocsin.supervision.tasks.rules.planning import BY_HAND, MetBy
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState, TaskTimes, state_of
from tocsin.supervision.tasks.services.telling import tell_asked, tell_decision

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_task(*, actor: "User", act: NewAct[TaskData], picture: bytes = b"", name: str = "") -> TaskEntry:
    """What the firm's own person did. Task.DoesNotExist out of reach; NotAllowed for the authority's acts; InvalidInput where
    something is missing, or for ticking off what a record shows. What can't count any more is kept as a conflict.
    """
    visible = visible_tasks(actor).get(pk=act.subject_id)
    require_firm(actor, visible.object)
    if TaskAct(act.act) not in OF_THE_FIRM:
        raise NotAllowed(_("Only the authority decides on time and exemption."))
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    return _enter(actor, act, prepared)


@transaction.atomic
def _enter(actor: "User", act: NewAct[TaskData], picture: Prepared | None) -> TaskEntry:
    now = current_time()
    visible = visible_tasks(actor).get(pk=act.subject_id)
    require_firm(actor, visible.object)
    task = Task.objects.select_for_update(of=("self",)).select_related("object").get(pk=visible.pk)
    known = known_entry(TaskEntry, "task", act, is_photo=picture is not None)
    if known is not None:
        return known
    if picture is not None:
        act = with_picture(act, picture, actor=actor, object_type="task", region_code=task.object.region_code, now=now)
        keep_print(act.data.attachment, task.object, picture, now)
    require_picture(act)
    verdict = step(TaskState(task.state), TaskAct(act.act))
    _check(task, act, verdict, actor, now)
    entry = _keep(task, act, actor, now, verdict)
    if verdict is TaskVerdict.GOES_ON:
        _follow(task, entry)
        if entry.act == TaskAct.ASK_DEFERRAL:
            tell_asked(task, entry.data.get("text", ""), now=now)
    task.save()
    return entry


def _check(task: Task, act: NewAct[TaskData], verdict: TaskVerdict, actor: "User", now: datetime) -> None:
    match TaskAct(act.act):
        case TaskAct.DONE if MetBy(task.met_by) not in BY_HAND and verdict is TaskVerdict.GOES_ON:
            raise InvalidInput(_("This task is met by a record that exists anyway; nobody ticks it off."))
        case TaskAct.DONE if task.met_by != MetBy.ENTRY.value and not act.data.text.strip():
            raise InvalidInput(_("Say what was promised or permitted: these words stand for the record."))
        case TaskAct.DONE:
            _require_role(task, actor)
        case TaskAct.ASK_DEFERRAL:
            if not act.data.text.strip():
                raise InvalidInput(_("A deferral needs a reason."))
            _end_of_deferral(task, act.data.until, now)
        case TaskAct.NOTE if not act.data.text.strip():
            raise InvalidInput(_("A note needs words."))


def _require_role(task: Task, actor: "User") -> None:
    """A check that is one person's own is ticked off by that person, where the firm has an account for them."""
    rule = policy_of(task.rules_version).rule(task.rule)
    if rule is None or not rule.role:
        return
    holders = KeyPerson.objects.filter(object=task.object, role=rule.role, active=True, user__is_active=True)
    if holders.exists() and not holders.filter(user=actor.pk).exists():
        raise NotAllowed(_("This is done by the %(role)s, from that person's own account.") % {"role": role_name(rule.role)})


def _end_of_deferral(task: Task, until: str, now: datetime) -> datetime:
    end = moment_of(day_of(until), 24 * 60)
    days = policy_of(task.rules_version).clock.deferral_days
    latest = task.due_at + timedelta(days=days)
    if not max(now, task.due_at) < end <= latest + timedelta(days=1):
        raise InvalidInput(_("A deferral ends after the task's own end, and at most %(days)d days later.") % {"days": days})
    return end


def _keep(task: Task, act: NewAct[TaskData], actor: "User", now: datetime, verdict: TaskVerdict) -> TaskEntry:
    task.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=task.opens_at, version=task.version, verdict=verdict.value)
    return TaskEntry.objects.create(task=task, **fields)


def _follow(task: Task, entry: TaskEntry) -> None:
    if entry.act == TaskAct.ASK_DEFERRAL:
        task.asked_to = moment_of(day_of(entry.data["until"]), 24 * 60)
    elif entry.act == TaskAct.DONE:
        _done(task, entry)
        if not is_one_of_several(task):
            return
        subject = task.key.partition(":")[0]
        others = Task.objects.filter(
            object=task.object_id, key__startswith=f"{subject}:", state__in=[one.value for one in RUNNING]
        )
        for other in others.filter(opens_at__lte=entry.at).exclude(pk=task.pk):  # the same work, asked for by another period
            _done(other, entry)
            other.save()


def _done(task: Task, entry: TaskEntry) -> None:
    task.done_at, task.done_by, task.source = entry.at, entry.actor, "phone" if entry.device else "page"
    task.evidence, task.asked_to = {**told_evidence(task.evidence), "entry": str(entry.pk)}, None
    task.state = state_of(TaskTimes(task.due_at, task.deferred_to, task.done_at, task.missed_at), entry.received_at).value


@transaction.atomic
def decide_deferral(*, actor: "User", task_id: UUID, granted: bool, text: str = "") -> Task:
    """Grants the time that the firm asked for, or refuses it with a reason. The task comes back by itself at its new end."""
    now = current_time()
    task = _locked(actor, task_id)
    if task.asked_to is None:
        raise Conflict(_("Nobody waits for more time here."))
    if not granted and not text.strip():
        raise InvalidInput(_("A refusal needs a reason."))
    act = TaskAct.GRANT_DEFERRAL if granted else TaskAct.REFUSE_DEFERRAL
    _keep(task, _by_desk(task, act, text, now), actor, now, TaskVerdict.GOES_ON)
    if granted:
        task.deferred_to = task.asked_to
        task.missed_at = task.asked_to + timedelta(days=policy_of(task.rules_version).clock.late_days)
        task.state = state_of(TaskTimes(task.due_at, task.deferred_to, None, task.missed_at), now).value
    until = task.asked_to.isoformat()
    told = {"rule": task.rule, "until": until, "granted": granted}
    task.asked_to = None
    task.save()
    tell_decision(task, act.value, until, text, now=now)
    record_audit(actor, "task.deferral_decided", "task", task.pk, task.object.region_code, told)
    return task


@transaction.atomic
def exempt_task(*, actor: "User", task_id: UUID, text: str) -> Task:
    """The task does not count: with a reason, such as a firm that stands still."""
    now = current_time()
    task = _locked(actor, task_id)
    if not text.strip():
        raise InvalidInput(_("An exemption needs a reason."))
    if step(TaskState(task.state), TaskAct.EXEMPT) is TaskVerdict.ALREADY:
        raise Conflict(_("This task is done."))
    _keep(task, _by_desk(task, TaskAct.EXEMPT, text, now), actor, now, TaskVerdict.GOES_ON)
    task.state, task.asked_to = TaskState.EXEMPT.value, None
    task.save()
    tell_decision(task, TaskAct.EXEMPT.value, "", text, now=now)
    record_audit(actor, "task.exempted", "task", task.pk, task.object.region_code, {"rule": task.rule, "why": text[:500]})
    return task


def _by_desk(task: Task, act: TaskAct, text: str, now: datetime) -> NewAct[TaskData]:
    return NewAct(new_id(), task.pk, act.value, now, TaskData(text=text.strip()[:2000]))


def _locked(actor: "User", task_id: UUID) -> Task:
    visible = visible_tasks(actor).get(pk=task_id)
    require(actor, rights.LEAD, visible.object.region_code)
    return Task.objects.select_for_update(of=("self",)).select_related("object").get(pk=task_id)


FIELD_ACTS = FieldActs(acts=TaskAct, data=TaskData, enter=enter_task)
