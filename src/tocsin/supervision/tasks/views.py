"""The list of tasks, and one task with what was entered; whoever leads decides here on more time and exemptions."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.tables import as_csv
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries import tasks as queries
from tocsin.supervision.tasks.services import acts as services
from tocsin.supervision.tasks.shown.tasks import STATE_NAMES, describe_task, describe_task_entry

PAGE_SIZE = 50
COLUMNS = (
    *("object_code", "object_name", "region_code", "rule", "name", "key", "level_names", "weight", "opens_at", "due_at", "end"),
    *("state", "state_name", "met_by", "done_at", "source", "asked_to", "deferred_to"),
)


@never_cache
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you tasks."))
    given = request.GET
    state = given.get("state", "running")
    chosen = {
        "state": state if state in queries.STATES else "running",
        "trade": given.get("trade", "") if given.get("trade", "") in trades() else "",
        "search": given.get("search", "")[:100],
    }
    found = queries.search_tasks(request.user, **chosen)
    if given.get("format") == "csv":
        return as_csv("tasks", COLUMNS, map(describe_task, found.iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(given.get("page"))
    counts = queries.counts_of(request.user)
    context = {
        "page": page,
        "rows": [describe_task(one) for one in page],
        "chosen": chosen,
        "states": _states(),
        "counts": [(str(name), counts.get(code.value, 0), code.value) for code, name in STATE_NAMES.items()],
        "may_see_rules": may_anywhere(request.user, rights.SEE),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
    }
    template = "supervision/tasks/tasks.html"
    return render(request, f"{template}#rows" if getattr(request, "htmx", False) else template, context)


@never_cache
@require_GET
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task."""
    found = _visible(request, task_id)
    one = describe_task(found)
    context = {
        "one": one,
        "entries": [describe_task_entry(each) for each in queries.entries_of(found)],
        "may_lead": may(request.user, rights.LEAD, found.object.region_code),
        "running": found.state in queries.RUNNING_STATES,
    }
    return render(request, "supervision/tasks/task.html", context)


@require_POST
def act(request: HttpRequest, task_id: UUID, name: str) -> HttpResponse:
    """Grants or refuses more time, or exempts."""
    _visible(request, task_id)
    actor: Any = cast("Any", request.user)
    words = request.POST.get("text", "")
    try:
        match name:
            case "grant" | "refuse":
                services.decide_deferral(actor=actor, task_id=task_id, granted=name == "grant", text=words)
            case "exempt":
                services.exempt_task(actor=actor, task_id=task_id, text=words)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("task", task_id)


def _states() -> list[tuple[str, str]]:
    return [
        ("running", pgettext("tasks", "due and overdue")),
        ("asked", pgettext("tasks", "more time asked for")),
        *((code.value, str(name)) for code, name in STATE_NAMES.items()),
    ]


def _visible(request: HttpRequest, task_id: UUID) -> Task:
    try:
        return queries.visible_tasks(request.user).get(pk=task_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such task, or your rights do not reach it.")) from None
