"""What people do about points: appeals, facts, and what colours triggered."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.tables import as_csv
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points import shown as told
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.services import appeals as appeal_services
from tocsin.supervision.points.services import facts as services
from tocsin.supervision.points.services.consequences import close_consequence

PAGE_SIZE = 50
CONSEQUENCE_COLUMNS = (
    "due_at",
    "kind",
    "kind_name",
    "colour",
    "day",
    "code",
    "object",
    "region_code",
    "done_at",
    "done_by",
    "words",
)
APPEAL_COLUMNS = ("due_on", "object", "region_code", "day", "reason", "text", "made_at", "won", "granted", "answer", "decided_at")


@never_cache
@require_GET
def consequences(request: HttpRequest) -> HttpResponse:
    """What waits to be done, the next due first; `state` overdue or done, `format=csv`."""
    _see(request)
    now = settings.CONFIGURATION.clock.now()
    state = request.GET.get("state", "open")
    rows = queries.visible_consequences(request.user)
    match state:
        case "done":
            rows = rows.filter(done_at__isnull=False).order_by("-done_at")
        case "overdue":
            rows = rows.filter(done_at=None, due_at__lt=now)
        case _:
            state, rows = "open", rows.filter(done_at=None)
    rules = _remembered()
    if request.GET.get("format") == "csv":
        found = (told.describe_consequence(row, rules(row.object.region_code)) for row in rows.iterator(chunk_size=2000))
        return as_csv("consequences", CONSEQUENCE_COLUMNS, found)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = [
        {
            **told.describe_consequence(row, rules(row.object.region_code)),
            "overdue": row.done_at is None and row.due_at is not None and row.due_at < now,
            "may_close": row.done_at is None and may(request.user, rights.INSPECT, row.object.region_code),
        }
        for row in page
    ]
    return render(request, "supervision/points/consequences.html", {"page": page, "rows": shown, "state": state})


@require_POST
def close(request: HttpRequest, consequence_id: UUID) -> HttpResponse:
    """Says what was done."""
    _of(queries.visible_consequences(request.user), consequence_id)
    words = request.POST.get("words", "")
    _try(request, lambda: close_consequence(actor=_actor(request), consequence_id=consequence_id, words=words))
    return _back(request, "points_consequences")


@never_cache
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals, those that wait for an answer first; `format=csv`."""
    _see(request)
    rows = queries.visible_appeals(request.user).order_by("decided_at", "due_on")
    rules = _remembered()
    if request.GET.get("format") == "csv":
        found = (told.describe_appeal(row, rules(row.object.region_code)) for row in rows.iterator(chunk_size=2000))
        return as_csv("appeals", APPEAL_COLUMNS, found)
    waiting, answered = (
        rows.filter(won=None).order_by("due_on"),
        rows.filter(won__isnull=False).order_by("-decided_at")[:PAGE_SIZE],
    )

    def shown(row: Any) -> dict[str, Any]:
        lead = may(request.user, rights.LEAD, row.object.region_code)
        return {
            **told.describe_appeal(row, rules(row.object.region_code)),
            "may_answer": lead and row.made_by_id != request.user.pk,
        }

    context = {"waiting": [shown(row) for row in waiting], "answered": [shown(row) for row in answered]}
    return render(request, "supervision/points/appeals.html", context)


@require_POST
def answer(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Won or not, with reasons."""
    _of(queries.visible_appeals(request.user), appeal_id)
    form = request.POST

    def work() -> object:
        given = form.get("points", "").strip()
        return appeal_services.answer_appeal(
            actor=_actor(request),
            appeal_id=appeal_id,
            won=form.get("won") == "yes",
            answer=form.get("answer", ""),
            points=_number(given) if given else None,
        )

    _try(request, work)
    return _back(request, "points_appeals")


@require_POST
def appeal(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The firm objects to a line."""
    form = request.POST
    _try(
        request,
        lambda: appeal_services.make_appeal(
            actor=_actor(request),
            object_id=object_id,
            day=_day(form.get("day", "")),
            reason_code=form.get("reason_code", ""),
            line_key=form.get("line_key", ""),
            text=form.get("text", ""),
        ),
    )
    return redirect("points_of_object", object_id)


@require_POST
def enter_fact(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A fact that takes points or makes red."""
    form = request.POST
    _try(
        request,
        lambda: services.enter_event(
            actor=_actor(request),
            object_id=object_id,
            kind=form.get("kind", ""),
            began_on=_day(form.get("began_on", "")),
            text=form.get("text", ""),
        ),
    )
    return redirect("points_of_object", object_id)


@require_POST
def end_fact(request: HttpRequest, points_event_id: UUID) -> HttpResponse:
    """The fact has ended."""
    found = _of(queries.visible_events(request.user), points_event_id)
    form = request.POST
    _try(
        request,
        lambda: services.end_event(
            actor=_actor(request), event_id=points_event_id, ended_on=_day(form.get("ended_on", "")), text=form.get("text", "")
        ),
    )
    return redirect("points_of_object", found.object_id)


def _try(request: HttpRequest, work: Callable[[], object]) -> None:
    """Does it; a refusal is told on the next page."""
    try:
        work()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist:
        raise Http404(_("There is no such object, or your rights do not reach it.")) from None


def _see(request: HttpRequest) -> None:
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you colours."))


def _of(rows: Any, pk: UUID) -> Any:
    try:
        return rows.get(pk=pk)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such entry, or your rights do not reach it.")) from None


def _remembered() -> Callable[[str], Any]:
    """The rules of a region, asked once for each."""
    known: dict[str, Any] = {}

    def rules(region_code: str) -> Any:
        if region_code not in known:
            known[region_code] = rules_for_today(region_code)
        return known[region_code]

    return rules


def _back(request: HttpRequest, name: str) -> HttpResponse:
    """Where the form stood, if that is a page of ours."""
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect(name)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("The day can't be read.")) from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(_("The points can't be read.")) from None


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)
