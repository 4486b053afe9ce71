"""The board of work status, one firm's power page, stops and episodes."""

from datetime import date, datetime, timedelta
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
from tocsin.jurisdiction.queries import may, may_anywhere
from tocsin.jurisdiction.tables import as_csv
from tocsin.supervision.descriptions import power as power_words
from tocsin.supervision.descriptions import work as told
from tocsin.supervision.descriptions import work_names as names
from tocsin.supervision.models import SupervisedObject
from tocsin.supervision.policy.objects import trades
from tocsin.supervision.queries import work as queries
from tocsin.supervision.queries.electrical import dangers_of, ringing_dangers
from tocsin.supervision.queries.objects import own_objects, visible_objects
from tocsin.supervision.rules import rights
from tocsin.supervision.rules.episodes import BY_PERSONS, EpisodeAct, EpisodeState, step
from tocsin.supervision.services import episodes as acts
from tocsin.supervision.services import stops

PAGE = 50
COLUMNS = ("code", "name", "trade_name", "stop", "decision_name", "p_working", "yesterday", "open", "at")
RANGES = (7, 30, 90)


@never_cache
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Firms by their last verdict, those that matter first, and the episodes that wait for somebody. A firm's own people come to
    their own firm.
    """
    if not may_anywhere(request.user, rights.SEE):
        own = own_objects(request.user).first() if may_anywhere(request.user, rights.OWN) else None
        if own is not None:
            return redirect("work_of_firm", own.pk)
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    chosen = {name: request.GET.get(name, "") for name in ("decision", "trade", "ordered", "q")}
    found = queries.work_rows(request.user, today=timezone.localtime(_now()).date(), **chosen)
    if request.GET.get("format") == "csv":
        return as_csv("work-status", COLUMNS, map(told.describe_row, found))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    waiting = queries.waiting_episodes(request.user)
    context = {
        "page": page,
        "rows": [told.describe_row(one) for one in page],
        "counts": told.describe_counts(queries.decision_counts(request.user)),
        "episodes": [told.describe_episode(one) for one in waiting[:30]],
        "waiting": waiting.count(),
        "dangers": [power_words.describe_ringing(one) for one in ringing_dangers(request.user)[:30]],
        "chosen": chosen,
        "decisions": [(code, name) for code, name in names.DECISION_NAMES.items()],
        "map_texts": told.map_texts(),
        "trades": [(key, one.name) for key, one in trades().items()],
        "now": _now(),
    }
    return render(request, "supervision/work.html", context)


@never_cache
@require_GET
def firm(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: verdict with votes, the curve with stops and episodes on one axis, meters."""
    found = _visible(request, object_id)
    days = _days(request)
    today = timezone.localtime(_now()).date()
    last = _date(request.GET.get("last")) or today
    region, own = found.region_code, {found.organisation_id} - {None}
    context = {
        "object": found,
        "verdict": told.describe_verdict_of(found),
        "stops": [told.describe_stop(one) for one in queries.visible_stop_orders(request.user).filter(object=found)],
        "episodes": [told.describe_episode(one) for one in queries.visible_episodes(request.user).filter(object=found)[:50]],
        "meters": [told.describe_meter(one) for one in queries.visible_meters(request.user).filter(object=found)],
        "evidence": told.describe_evidence(queries.newest_evidence(request.user, found)),
        "dangers": [power_words.describe_danger(one) for one in dangers_of(found, now=_now())],
        "days": days,
        "first": last - timedelta(days=days - 1),
        "last": last,
        "earlier": last - timedelta(days=days),
        "later": min(today, last + timedelta(days=days)) if last < today else None,
        "ranges": RANGES,
        "may_lead": may(request.user, rights.LEAD, region),
        "may_stop": may(request.user, rights.LEAD, region) or may(request.user, rights.OWN, region, own),
        "kinds": [(kind.value, names.ORDER_NAMES[kind]) for kind in stops.KINDS],
        "today": today,
        "chart_texts": power_words.chart_texts(),
    }
    return render(request, "supervision/power.html", context)


@never_cache
@require_GET
def episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """One episode: why it was found, what was done, what may be done."""
    found = queries.visible_episodes(request.user).filter(pk=episode_id).first()
    if found is None:
        raise Http404
    state = EpisodeState(found.state)
    inspects = may(request.user, rights.INSPECT, found.region_code)
    answers = may(request.user, rights.OWN, found.region_code, {found.object.organisation_id} - {None})
    allowed = [
        (act.value, names.ACT_NAMES[act])
        for act in EpisodeAct
        if act in BY_PERSONS and step(state, act) is not None and (answers if act is EpisodeAct.ANSWER else inspects)
    ]
    first = timezone.localtime(found.start_at).date() - timedelta(days=2)
    context = {
        "episode": told.describe_episode(found),
        "entries": [told.describe_entry(one) for one in queries.entries_of(request.user, found)],
        "acts": allowed,
        "may_inspect": inspects,
        "first": first,
        "days": min(30, max(7, (timezone.localtime(found.end_at or _now()).date() - first).days + 3)),
        "chart_texts": power_words.chart_texts(),
    }
    return render(request, "supervision/episode.html", context)


@require_POST
def act_on_episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """One act of a person on an episode."""
    if not queries.visible_episodes(request.user).filter(pk=episode_id).exists():
        raise Http404
    wanted, text = request.POST.get("act", ""), request.POST.get("text", "")
    try:
        acts.act_on_episode(actor=_actor(request), episode_id=episode_id, act=wanted, text=text, now=_now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("episode", episode_id)


@require_POST
def record_stop(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A stop of the firm."""
    found = _visible(request, object_id)
    given = request.POST
    first = _date(given.get("first"))
    try:
        if first is None:
            raise Refusal(_("Give the first day of the stop."))
        stops.record_stop(
            actor=_actor(request),
            object_id=found.pk,
            number=given.get("number", ""),
            kind=given.get("kind", ""),
            first=first,
            last=_date(given.get("last")),
            scope=given.get("scope", ""),
            basis=given.get("basis", ""),
            now=_now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("work_of_firm", object_id)


@never_cache
@require_GET
def stop(request: HttpRequest, stop_order_id: UUID) -> HttpResponse:
    """One stop with the list of conditions of its resumption."""
    order = queries.visible_stop_orders(request.user).filter(pk=stop_order_id).first()
    if order is None:
        raise Http404
    conditions = [told.describe_condition(one) for one in order.conditions.select_related("by")]
    own = {order.object.organisation_id} - {None}
    leads = may(request.user, rights.LEAD, order.region_code)
    applies = leads or may(request.user, rights.OWN, order.region_code, own)
    context = {
        "stop": told.describe_stop(order),
        "object": order.object,
        "conditions": conditions,
        "open": sum(one["state"] == "open" for one in conditions),
        "may_lead": leads and order.resumed_on is None,
        "may_apply": applies and order.resumed_on is None and not conditions,
        "today": timezone.localtime(_now()).date(),
    }
    return render(request, "supervision/stop.html", context)


@require_POST
def act_on_stop(request: HttpRequest, stop_order_id: UUID, name: str) -> HttpResponse:
    """Applies for resumption, answers a condition, or approves."""
    order = queries.visible_stop_orders(request.user).filter(pk=stop_order_id).first()
    if order is None:
        raise Http404
    actor, given = _actor(request), request.POST
    try:
        match name:
            case "apply":
                stops.apply_for_resumption(actor=actor, order_id=order.pk, now=_now())
            case "answer":
                stops.answer_condition(
                    actor=actor,
                    order_id=order.pk,
                    code=given.get("code", ""),
                    met=given.get("met") == "yes",
                    words=given.get("words", ""),
                    now=_now(),
                )
            case "approve":
                day = _date(given.get("first_day"))
                if day is None:
                    raise Refusal(_("Give the first day of work."))
                stops.approve_resumption(actor=actor, order_id=order.pk, first_day=day, now=_now())
            case _:
                raise Http404
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("stop", stop_order_id)


def _visible(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    found = visible_objects(request.user).filter(pk=object_id).first()
    if found is None:
        raise Http404
    return found


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text.isdecimal() and int(text) in RANGES else RANGES[1]


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
