"""The duty wall, a firm's roster with its roll calls, and the page on which people on post answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import act, next_of, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page, page_or_part
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.periods.queries import periods_of, running_periods
from tocsin.supervision.periods.shown import describe_period
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries import posts as queries
from tocsin.supervision.posts.queries.absences import absences_of_a_day
from tocsin.supervision.posts.queries.calls import calls_by_machine
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.services import calls
from tocsin.supervision.posts.shown.calls import by_firm, describe_calls, describe_own_call, describe_unanswered
from tocsin.supervision.posts.shown.names import KNOWN_CERTIFICATES, STATE_NAMES, TELLING
from tocsin.supervision.posts.shown.people import people_for, three_persons
from tocsin.supervision.posts.shown.shifts import describe_absence, describe_change, describe_shift
from tocsin.supervision.posts.shown.wall import FirmOnWall, describe_certificate, describe_counts, describe_wall, flat_rows
from tocsin.supervision.posts.views.terminals import terminal_context

PAGE = 50
AT_ONCE = 200
COLUMNS = (
    *("code", "firm", "region_code", "trade_name", "role_name", "post", "name", "state_name", "since", "start_at", "end_at"),
    *("p_present", "call_state"),
)
PAST_DAYS = 3
EMPTY = EmptyState(
    gettext_lazy("A firm stands here when its key people are entered on its page."), link=gettext_lazy("Objects"), to="objects"
)


@dataclass(frozen=True)
class Filters:
    """Which firms the wall shows."""

    trade: str = ""
    q: str = ""
    state: str = ""


@dataclass(frozen=True)
class Fill:
    """A gap for which the form of a shift is filled in."""

    post: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def span(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The shift that is proposed: the gap, or a day of it, from a moment that has not begun."""
        if self.start is None or self.end is None:
            return None, None
        soon = now.replace(second=0, microsecond=0) + timedelta(minutes=5 - now.minute % 5)
        start = max(self.start, soon)
        return start, max(start, min(self.end, start + timedelta(days=1)))


@never_cache
@require_GET
@costly
def wall(request: HttpRequest) -> HttpResponse:
    """Firms by who is on post now; the posts that nobody of the county has looked at yet come first."""
    if not any(may_anywhere(request.user, one) for one in (rights.PRESENCE, rights.SEE, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you who is on post."))
    now, chosen = current_time(), read_filters(Filters, request.GET)
    found = queries.worst_first(queries.firms_on_wall(request.user, trade=chosen.trade, q=chosen.q), now)
    if chosen.state:
        found = queries.with_post_in_state(found, chosen.state, now)
    if wants_csv(request):
        return as_csv("posts", COLUMNS, _all_posts(request, list(found), now))
    context: dict[str, Any] = {
        "counts": describe_counts(queries.state_counts(request.user, now)),
        "tasks": by_firm([describe_unanswered(row) for row in queries.open_tasks(request.user)[:60]]),
        "budget": duty_policy().calling,
        "begun": calls_by_machine(now).filter(object__in=queries.firms_on_wall(request.user).order_by().values("pk")).count(),
        "afterwards": [describe_absence(row) for row in absences_of_a_day(request.user, now)[:30]],
        "chosen": chosen,
        "trades": sorted(((key, one.name) for key, one in trades().items()), key=lambda one: one[1]),
        "states": [(state.value, STATE_NAMES[state]) for state in TELLING],
        "periods": [describe_period(one, now) for one in running_periods(request.user, now)[:5]],
        "now": now,
    }

    def rows(firms: list[SupervisedObject]) -> list[FirmOnWall]:
        shown = describe_wall(request.user, firms, now)
        context["calm"] = sum(one.calm for one in shown)
        return shown

    return list_page(
        request,
        found,
        "supervision/posts/wall.html",
        empty=EMPTY,
        describe_page=rows,
        context=context,
        part="wall",
    )


def _all_posts(request: HttpRequest, supervised_objects: list[SupervisedObject], now: datetime) -> Any:
    for start in range(0, len(supervised_objects), AT_ONCE):
        yield from flat_rows(describe_wall(request.user, supervised_objects[start : start + AT_ONCE], now))


@never_cache
@require_GET
def firm(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: posts now, roster of the days around, holes, certificates, leave and swaps, roll calls."""
    found = visible_firm(request, object_id)
    return render(request, "supervision/posts/firm.html", firm_context(request, found))


def firm_context(request: HttpRequest, supervised_object: SupervisedObject) -> dict[str, object]:
    """What the page of one firm shows; a refused file is shown on the same page."""
    now, user = current_time(), request.user
    own = {supervised_object.organisation_id} - {None}
    names = queries.knows_names(user, supervised_object)
    ahead, fill = timedelta(days=post_policy().ahead.days), read_filters(Fill, request.GET)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = queries.visible_shifts(user).filter(person__object=supervised_object, person__active=True)
    shifts = shifts.filter(end_at__gt=today - timedelta(days=PAST_DAYS), start_at__lt=now + ahead).order_by("start_at", "role")
    papers = queries.visible_certificates(user).filter(person__object=supervised_object)
    changes = list(queries.visible_changes(user).filter(shift__person__object=supervised_object)[:30])
    is_own, is_lead = (
        may(user, rights.OWN, supervised_object.region_code, own),
        may(user, rights.LEAD, supervised_object.region_code),
    )
    return {
        "object": supervised_object,
        "firm": describe_wall(user, [supervised_object], now)[0],
        "names": names,
        "shifts": [describe_shift(one, names=names) for one in shifts[:500]],
        "papers": [describe_certificate(one, now, names=names) for one in papers],
        "changes": [describe_change(one) for one in changes],
        "mine": {one.pk for one in changes if one.asked_by_id == user.pk},
        "calls": describe_calls(list(queries.visible_calls(user).filter(object=supervised_object)[:20]), names=names),
        "people": people_for(supervised_object, fill.post) if names else [],
        "fill": True,
        "begin": fill.span(now)[0],
        "until": fill.span(now)[1],
        "certificates": KNOWN_CERTIFICATES.items(),
        "signs_days": duty_policy().keeping.signs_days,
        "periods": [describe_period(one, now) for one in periods_of(supervised_object, now)],
        "three": three_persons(supervised_object, names=names),
        "may_keep": is_own or may(user, rights.MANAGE, supervised_object.region_code),
        "may_ask": is_own,
        "may_decide": is_own or is_lead,
        "may_inspect": may(user, rights.INSPECT, supervised_object.region_code),
        "now": now,
        **terminal_context(request, supervised_object),
    }


@act("presence_of_firm")
def call(request: HttpRequest, object_id: UUID) -> str:
    """A roll call to everybody on post in the firm."""
    found = visible_firm(request, object_id)
    calls.call_on_post(actor=actor_of(request), object_id=found.pk, now=current_time())
    return _("Called: answers are awaited.")


def _by_telephone(actor: Actor, answer_id: UUID) -> None:
    calls.answer_call(actor=actor, answer_id=answer_id, means=Means.TELEPHONE, now=current_time())


def _seen(actor: Actor, answer_id: UUID, *, text: str) -> None:
    calls.note_seen(actor=actor, answer_id=answer_id, text=text, now=current_time())


@require_POST
def act_on_answer(request: HttpRequest, roll_call_answer_id: UUID, name: str) -> HttpResponse:
    """An answer by telephone that an inspector notes, or what somebody of the county has seen."""
    row = queries.visible_call_answers(request.user).get(pk=roll_call_answer_id)
    perform_and_tell(request, {"telephone": _by_telephone, "seen": _seen}, name, actor_of(request), row.pk)
    if next_of(request) == "wall":
        return redirect("presence")
    return redirect("presence_of_firm", row.call.object_id)


@never_cache
@require_GET
def own_calls(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is asked to answer now, and their own shifts ahead."""
    if not may_anywhere(request.user, rights.OWN):
        raise NotAllowed(_("Your roles do not open this page."))
    now = current_time()
    waiting = [describe_own_call(row) for row in queries.calls_of_person(request.user, now)]
    shifts = queries.visible_shifts(request.user).filter(person__user=request.user.pk, person__active=True, end_at__gt=now)
    shifts = shifts.filter(start_at__lt=now + timedelta(days=post_policy().ahead.days)).order_by("start_at")
    context = {"waiting": waiting, "shifts": [describe_shift(one, names=True) for one in shifts[:30]], "now": now}
    return page_or_part(request, "supervision/posts/call.html", "calls", context)


@act("own_calls", alone=True)
def answer(request: HttpRequest, roll_call_answer_id: UUID) -> str:
    """The called person says: here."""
    try:
        calls.answer_call(actor=actor_of(request), answer_id=roll_call_answer_id, means=Means.PHONE_PAGE, now=current_time())
    except NotAllowed:  # another person's call is none of theirs
        raise Http404 from None
    return _("Answered. Thank you.")


def visible_firm(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    """The firm, where the reader sees it on the wall; 404 elsewhere."""
    return queries.firms_on_wall(request.user).get(pk=object_id)
