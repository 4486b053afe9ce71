"""The list of tasks, and one task with what was entered; whoever leads decides here on more time and exemptions."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.columns import headed
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ActField, ListAct, ListActs
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries import tasks as queries
from tocsin.supervision.tasks.services import acts as services
from tocsin.supervision.tasks.shown.groups import GROUPS
from tocsin.supervision.tasks.shown.tasks import STATE_NAMES, describe_task, describe_whole_task

PAGE_SIZE = 50
COLUMNS = (
    *("object_code", "object_name", "region_code", "name", "level_names", "weight", "opens_at", "due_at", "end"),
    *("state_name", "met_by_name", "done_at", "asked_to", "deferred_to"),
)
TABLE = (
    Column("name", gettext_lazy("Task"), fixed=True),
    Column("object", gettext_lazy("Object"), order="object__name"),
    Column("asked_by", pgettext_lazy("task", "Asked by")),
    Column("weight", pgettext_lazy("task", "Weight"), order="weight", falling=True),
    Column("due", pgettext_lazy("task", "Until"), order="due_at"),
    Column("state", gettext_lazy("State")),
    Column("met_by", pgettext_lazy("task", "Shown by")),
)
EMPTY = EmptyState(gettext_lazy("Tasks are made by the rules of each trade, when they fall due."))


@dataclass(frozen=True)
class Filters:
    """Which tasks are listed."""

    state: str = "running"
    trade: str = ""
    search: str = ""


@never_cache
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you tasks."))
    asked = read_filters(Filters, request.GET)
    chosen = Filters(
        asked.state if asked.state in queries.STATES else "running",
        asked.trade if asked.trade in trades() else "",
        asked.search,
    )
    found = ordered(request, queries.search_tasks(request.user, **asdict(chosen)), TABLE)
    counts = queries.counts_of(request.user)
    context = {
        "chosen": chosen,
        "states": _states(),
        "counts": [(str(name), counts.get(code.value, 0), code.value) for code, name in STATE_NAMES.items()],
        "may_see_rules": may_anywhere(request.user, rights.SEE),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
    }
    return list_file(request, found, "tasks", headed(*COLUMNS), describe_task) or list_page(
        request,
        found,
        "supervision/tasks/tasks.html",
        empty=EMPTY,
        describe=describe_task,
        context=context,
        table=TABLE,
        groups=GROUPS,
        acts=_acts_of(request),
    )


def _acts_of(request: HttpRequest) -> ListActs | None:
    """The time that firms asked for is granted or refused for several tasks at once; None for who decides for none."""
    if not may_anywhere(request.user, rights.LEAD):
        return None
    words = ActField("text", gettext_lazy("In words"))
    acts = (
        ListAct("grant", pgettext_lazy("hidden dangers", "Grant more time"), _grant_of_many, "check", (words,)),
        ListAct("refuse", pgettext_lazy("hidden dangers", "Refuse more time"), _refuse_of_many, "x", (words,)),
    )
    return ListActs(acts, queries.visible_tasks, lambda one: f"{describe_task(one).name}, {one.object.name}", "task")


def _grant_of_many(actor: Actor, task_id: UUID, *, text: str = "") -> None:
    _grant(actor, task_id, text=text)


def _refuse_of_many(actor: Actor, task_id: UUID, *, text: str = "") -> None:
    _refuse(actor, task_id, text=text)


@never_cache
@require_GET
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task."""
    found = _visible(request, task_id)
    one = describe_whole_task(found, queries.entries_of(found))
    context = {
        "one": one,
        "entries": one.entries,
        "may_lead": may(request.user, rights.LEAD, found.object.region_code),
        "running": found.state in queries.RUNNING_STATES,
    }
    return render(request, "supervision/tasks/task.html", context)


def _grant(actor: Actor, task_id: UUID, *, text: str) -> None:
    services.decide_deferral(actor=actor, task_id=task_id, granted=True, text=text)


def _refuse(actor: Actor, task_id: UUID, *, text: str) -> None:
    services.decide_deferral(actor=actor, task_id=task_id, granted=False, text=text)


def _exempt(actor: Actor, task_id: UUID, *, text: str) -> None:
    services.exempt_task(actor=actor, task_id=task_id, text=text)


ACTS: dict[str, Act] = {"grant": _grant, "refuse": _refuse, "exempt": _exempt}


@require_POST
def act(request: HttpRequest, task_id: UUID, name: str) -> HttpResponse:
    """Grants or refuses more time, or exempts."""
    _visible(request, task_id)
    perform_and_tell(request, ACTS, name, actor_of(request), task_id)
    return redirect("task", task_id)


def _states() -> list[tuple[str, str]]:
    return [
        ("running", pgettext("tasks", "due and overdue")),
        ("asked", pgettext("tasks", "more time asked for")),
        *((code.value, str(name)) for code, name in STATE_NAMES.items()),
    ]


def _visible(request: HttpRequest, task_id: UUID) -> Task:
    return queries.visible_tasks(request.user).get(pk=task_id)
