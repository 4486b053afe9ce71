"""The duty wall, a firm's roster with its roll calls, and the page on which people on post answer."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.tables import as_csv
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts import shown as told
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries import posts as queries
from tocsin.supervision.posts.queries.absences import absences_of_a_day
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.services import calls

PAGE = 50
AT_ONCE = 200
COLUMNS = (
    *("code", "firm", "region_code", "trade_name", "role_name", "post", "name", "state_name", "since", "start_at", "end_at"),
    *("p_present", "call_state"),
)
PAST_DAYS = 3


@never_cache
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Firms by who is on post now; the posts that nobody of the county has looked at yet come first."""
    if not any(may_anywhere(request.user, one) for one in (rights.PRESENCE, rights.SEE, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you who is on post."))
    now = _now()
    chosen = {name: request.GET.get(name, "")[:60] for name in ("trade", "q", "state")}
    found = queries.firms_on_wall(request.user, trade=chosen["trade"], q=chosen["q"])
    if chosen["state"]:
        found = queries.with_post_in_state(found, chosen["state"], now)
    if request.GET.get("format") == "csv":
        return as_csv("posts", COLUMNS, _all_posts(request, list(found), now))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "firms": told.describe_wall(request.user, list(page), now),
        "counts": told.describe_counts(queries.state_counts(request.user, now)),
        "tasks": [told.describe_task(row) for row in queries.open_tasks(request.user)[:30]],
        "afterwards": [told.describe_absence(row) for row in absences_of_a_day(request.user, now)[:30]],
        "chosen": chosen,
        "trades": sorted(((key, one.name) for key, one in trades().items()), key=lambda one: one[1]),
        "states": [(state.value, told.STATE_NAMES[state]) for state in told.TELLING],
        "now": now,
    }
    template = "supervision/posts/wall.html"
    return render(request, f"{template}#wall" if getattr(request, "htmx", False) else template, context)


def _all_posts(request: HttpRequest, found: list[SupervisedObject], now: datetime) -> Any:
    for start in range(0, len(found), AT_ONCE):
        yield from told.flat_rows(told.describe_wall(request.user, found[start : start + AT_ONCE], now))


@never_cache
@require_GET
def firm(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: posts now, roster of the days around, holes, certificates, leave and swaps, roll calls."""
    found = visible_firm(request, object_id)
    return render(request, "supervision/posts/firm.html", firm_context(request, found))


def firm_context(request: HttpRequest, found: SupervisedObject) -> dict[str, Any]:
    """What the page of one firm shows; a refused file is shown on the same page."""
    now, user = _now(), request.user
    own = {found.organisation_id} - {None}
    names = queries.knows_names(user, found)
    ahead = timedelta(days=post_policy().ahead.days)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = queries.visible_shifts(user).filter(person__object=found, person__active=True)
    shifts = shifts.filter(end_at__gt=today - timedelta(days=PAST_DAYS), start_at__lt=now + ahead).order_by("start_at", "role")
    papers = queries.visible_certificates(user).filter(person__object=found)
    changes = queries.visible_changes(user).filter(shift__person__object=found)
    is_own, is_lead = may(user, rights.OWN, found.region_code, own), may(user, rights.LEAD, found.region_code)
    return {
        "object": found,
        "firm": told.describe_wall(user, [found], now)[0],
        "names": names,
        "shifts": [told.describe_shift(one, names=names) for one in shifts[:500]],
        "papers": [told.describe_certificate(one, now, names=names) for one in papers],
        "changes": [{**told.describe_change(one), "mine": one.asked_by_id == user.pk} for one in changes[:30]],
        "calls": [told.describe_call(one, names=names) for one in queries.visible_calls(user).filter(object=found)[:20]],
        "people": [told.describe_person(one) for one in found.people.filter(active=True)] if names else [],
        "certificates": told.KNOWN_CERTIFICATES.items(),
        "signs_days": duty_policy().keeping.signs_days,
        "may_keep": is_own or may(user, rights.MANAGE, found.region_code),
        "may_ask": is_own,
        "may_decide": is_own or is_lead,
        "may_inspect": may(user, rights.INSPECT, found.region_code),
        "now": now,
    }


@require_POST
def call(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A roll call to everybody on post in the firm."""
    found = visible_firm(request, object_id)
    try:
        calls.call_on_post(actor=_actor(request), object_id=found.pk, now=_now())
        messages.success(request, _("Called: answers are awaited."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("presence_of_firm", found.pk)


@require_POST
def act_on_answer(request: HttpRequest, roll_call_answer_id: UUID, name: str) -> HttpResponse:
    """An answer by telephone that an inspector notes, or what somebody of the county has seen."""
    row = queries.visible_call_answers(request.user).filter(pk=roll_call_answer_id).first()
    if row is None:
        raise Http404
    try:
        match name:
            case "telephone":
                calls.answer_call(actor=_actor(request), answer_id=row.pk, means=Means.TELEPHONE, now=_now())
            case "seen":
                calls.note_seen(actor=_actor(request), answer_id=row.pk, text=request.POST.get("text", ""), now=_now())
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("presence" if request.POST.get("next") == "wall" else "presence_of_firm", *_args(request, row.call.object_id))


def _args(request: HttpRequest, object_id: UUID) -> list[UUID]:
    return [] if request.POST.get("next") == "wall" else [object_id]


@never_cache
@require_GET
def own_calls(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is asked to answer now, and their own shifts ahead."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles do not open this page."))
    now = _now()
    waiting = [
        {**told.describe_answer(row, names=True), "object": row.call.object.name, "due_at": row.call.due_at}
        for row in queries.calls_of_person(request.user, now)
    ]
    shifts = queries.visible_shifts(request.user).filter(person__user=request.user.pk, person__active=True, end_at__gt=now)
    shifts = shifts.filter(start_at__lt=now + timedelta(days=post_policy().ahead.days)).order_by("start_at")
    context = {"waiting": waiting, "shifts": [told.describe_shift(one, names=True) for one in shifts[:30]], "now": now}
    template = "supervision/posts/call.html"
    return render(request, f"{template}#calls" if getattr(request, "htmx", False) else template, context)


@require_POST
def answer(request: HttpRequest, roll_call_answer_id: UUID) -> HttpResponse:
    """The called person says: here."""
    try:
        calls.answer_call(actor=_actor(request), answer_id=roll_call_answer_id, means=Means.PHONE_PAGE, now=_now())
        messages.success(request, _("Answered. Thank you."))
    except (ObjectDoesNotExist, NotAllowed):
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("own_calls")


def visible_firm(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    """The firm, where the reader sees it on the wall; 404 elsewhere."""
    found = queries.firms_on_wall(request.user).filter(pk=object_id).first()
    if found is None:
        raise Http404
    return found


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
