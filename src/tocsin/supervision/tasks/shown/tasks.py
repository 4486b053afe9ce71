"""Tasks as people and programs read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import ActEntryOut
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.queries import tasks as queries
from tocsin.supervision.tasks.queries.rules import policy_of, task_name
from tocsin.supervision.tasks.rules.acts import TaskAct, TaskVerdict
from tocsin.supervision.tasks.rules.planning import BY_HAND, MetBy
from tocsin.supervision.tasks.rules.states import TaskState

STATE_NAMES = {
    TaskState.OPEN: pgettext_lazy("state of a task", "due"),
    TaskState.OVERDUE: pgettext_lazy("state of a task", "overdue"),
    TaskState.DONE: pgettext_lazy("state of a task", "done"),
    TaskState.LATE: pgettext_lazy("state of a task", "done late"),
    TaskState.MISSED: pgettext_lazy("state of a task", "missed"),
    TaskState.EXEMPT: pgettext_lazy("state of a task", "exempt"),
}
STATE_CLASSES = {TaskState.OVERDUE: "bad", TaskState.MISSED: "bad", TaskState.DONE: "good", TaskState.LATE: "warn"}
LEVEL_NAMES = {
    "firm": pgettext_lazy("who asks for a task", "the firm itself"),
    "town": pgettext_lazy("who asks for a task", "town or street"),
    "department": pgettext_lazy("who asks for a task", "industry department"),
    "county": pgettext_lazy("who asks for a task", "county"),
    "city": pgettext_lazy("who asks for a task", "city"),
    "province": pgettext_lazy("who asks for a task", "province"),
}
WEIGHT_NAMES = {
    0: pgettext_lazy("weight of a task", "the authority's own: no points"),
    1: pgettext_lazy("weight of a task", "normal"),
    2: pgettext_lazy("weight of a task", "important"),
    3: pgettext_lazy("weight of a task", "key"),
}
MET_BY_NAMES = {
    MetBy.INSPECTION: pgettext_lazy("what shows a task done", "an inspection"),
    MetBy.CERTIFICATES: pgettext_lazy("what shows a task done", "valid certificates of key people"),
    MetBy.MONITORING: pgettext_lazy("what shows a task done", "a record of monitoring"),
    MetBy.COMMITMENT: pgettext_lazy("what shows a task done", "the daily safety commitment"),
    MetBy.PERMITS: pgettext_lazy("what shows a task done", "special operation permits"),
    MetBy.FINDING: pgettext_lazy("what shows a task done", "the hidden danger is rectified"),
    MetBy.ENTRY: pgettext_lazy("what shows a task done", "the firm's own entry"),
}
ACT_NAMES = {
    TaskAct.DONE: pgettext_lazy("act on a task", "done"),
    TaskAct.NOTE: pgettext_lazy("act on a task", "note"),
    TaskAct.PHOTO: pgettext_lazy("act on a task", "photo"),
    TaskAct.ASK_DEFERRAL: pgettext_lazy("act on a task", "asks for more time"),
    TaskAct.GRANT_DEFERRAL: pgettext_lazy("act on a task", "more time granted"),
    TaskAct.REFUSE_DEFERRAL: pgettext_lazy("act on a task", "more time refused"),
    TaskAct.EXEMPT: pgettext_lazy("act on a task", "exempted"),
}
CONFLICTS = {
    TaskVerdict.ALREADY: pgettext_lazy("conflict", "was done before: this entry is kept and changes nothing"),
    TaskVerdict.ENDED: pgettext_lazy("conflict", "can no longer be done: this entry is kept and changes nothing"),
}


class SupervisionTaskOut(Schema):
    """One thing due of one object in one period."""

    id: UUID
    object_id: UUID
    object_name: str
    object_code: str
    region_code: str
    rule: str
    name: str
    role_name: str = Field(description="whose own it is; empty: anybody of the firm does it")
    key: str = Field(description="subject and period: one and the same for all levels that ask")
    levels: list[str] = Field(description="who asks for it: firm, town, department, county, city, province")
    level_names: list[str]
    weight: int = Field(description="1 normal, 2 important, 3 key; 0: the authority owes it")
    weight_name: str
    opens_at: datetime
    due_at: datetime
    end: datetime = Field(description="until when it is in time: the end of a granted deferral, where there is one")
    state: str = Field(description=f"one of {', '.join(queries.STATES[2:])}")
    state_name: str
    met_by: str = Field(description="the record that shows it done; `entry`: the firm's own word")
    met_by_name: str
    by_hand: bool = Field(description="whether the firm may enter that it is done")
    done_at: datetime | None
    done_by: str
    source: str
    evidence: dict[str, object]
    asked_to: datetime | None = Field(description="the end that the firm asks for")
    deferred_to: datetime | None
    version: int

    @property
    def state_class(self) -> str:
        """How a page marks the state."""
        return STATE_CLASSES.get(TaskState(self.state), "")

    @property
    def due_told(self) -> str:
        """Its own end in words."""
        return told_end(self.due_at)

    @property
    def end_told(self) -> str:
        """Until when it is in time, in words."""
        return told_end(self.end)

    @property
    def asked_told(self) -> str:
        """The end that the firm asks for, in words."""
        return told_end(self.asked_to) if self.asked_to else ""

    @property
    def deferred_told(self) -> str:
        """The end of a granted deferral, in words."""
        return told_end(self.deferred_to) if self.deferred_to else ""


class SupervisionTaskDetailOut(SupervisionTaskOut):
    record_page: str = Field(description="where the firm makes the record, while the task runs; empty: it comes from elsewhere")
    entries: list[ActEntryOut]


def describe_task(task: Task) -> SupervisionTaskOut:
    """One task without another query: its object is loaded."""
    state = TaskState(task.state)
    return SupervisionTaskOut(
        id=task.pk,
        object_id=task.object_id,
        object_name=task.object.name,
        object_code=task.object.code,
        region_code=task.object.region_code,
        rule=task.rule,
        name=" · ".join(filter(None, [task_name(task.rule, task.rules_version), evidence_words(task.evidence)])),
        role_name=_role_of(task),
        key=task.key,
        levels=list(task.levels),
        level_names=[str(LEVEL_NAMES.get(one, one)) for one in task.levels],
        weight=task.weight,
        weight_name=str(WEIGHT_NAMES.get(task.weight, task.weight)),
        opens_at=task.opens_at,
        due_at=task.due_at,
        end=end_of(task),
        state=task.state,
        state_name=str(STATE_NAMES[state]),
        met_by=task.met_by,
        met_by_name=str(MET_BY_NAMES[MetBy(task.met_by)]) if task.met_by else "",
        by_hand=bool(task.met_by) and MetBy(task.met_by) in BY_HAND,
        done_at=task.done_at,
        done_by=str(task.done_by or "") if task.done_by_id else "",
        source=task.source,
        evidence=task.evidence,
        asked_to=task.asked_to,
        deferred_to=task.deferred_to,
        version=task.version,
    )


def _role_of(task: Task) -> str:
    rule = policy_of(task.rules_version).rule(task.rule)
    return role_name(rule.role) if rule is not None and rule.role else ""


def describe_whole_task(task: Task, entries: Iterable[TaskEntry]) -> SupervisionTaskDetailOut:
    """One task with what was entered."""
    told = [describe_task_entry(one) for one in entries]
    return SupervisionTaskDetailOut(**dict(describe_task(task)), record_page=_record_page(task), entries=told)


def _record_page(task: Task) -> str:
    name = settings.TASK_PAGES.get(task.met_by)
    if name is None or task.state not in queries.RUNNING_STATES:
        return ""
    page: str = import_string(name.replace(":", "."))(task.object_id)
    return page


def describe_task_entry(entry: TaskEntry) -> ActEntryOut:
    """One entry, with its conflict in words; its actor is loaded."""
    conflict = CONFLICTS.get(TaskVerdict(entry.verdict), "") if entry.verdict else ""
    return ActEntryOut.of(entry, name=ACT_NAMES[TaskAct(entry.act)], conflict=conflict)


def evidence_words(evidence: Mapping[str, Any]) -> str:
    """What a task is about besides its rule, as the subject tells it whose evidence began it; empty for most tasks."""
    told = (import_string(name.replace(":", ".")) for key, name in settings.TASK_WORDS.items() if key in evidence)
    return " · ".join(words(evidence) for words in told)


def told_end(at: datetime) -> str:
    """An end in words: the last day that counts where it is a midnight, else the minute."""
    local = timezone.localtime(at)
    if (local.hour, local.minute) == (0, 0):
        return (local - timedelta(seconds=1)).date().isoformat()
    return local.strftime("%Y-%m-%d %H:%M")


def end_of(task: Task) -> datetime:
    """Until when it is in time: the end of a granted deferral, where there is one."""
    return max(task.due_at, task.deferred_to) if task.deferred_to else task.due_at
