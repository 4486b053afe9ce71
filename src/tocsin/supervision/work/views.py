"""The board of work status, one firm's power page, and episodes."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
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
from tocsin.supervision.evidence import queries as evidence_queries
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries.register import own_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops import queries as stops_queries
from tocsin.supervision.stops import services as stops
from tocsin.supervision.stops import shown as stops_shown
from tocsin.supervision.stops.views import _actor, _date, _now, _visible
from tocsin.supervision.work.queries import board as queries
from tocsin.supervision.work.queries.electrical import dangers_of, ringing_dangers
from tocsin.supervision.work.rules.episodes import BY_PERSONS, EpisodeAct, EpisodeState, step
from tocsin.supervision.work.services import episodes as acts
from tocsin.supervision.work.shown import names
from tocsin.supervision.work.shown import power as power_words
from tocsin.supervision.work.shown import work as told

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
    return render(request, "supervision/work/board.html", context)


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
        "stops": [stops_shown.describe_stop(one) for one in stops_queries.visible_stop_orders(request.user).filter(object=found)],
        "episodes": [told.describe_episode(one) for one in queries.visible_episodes(request.user).filter(object=found)[:50]],
        "meters": [told.describe_meter(one) for one in queries.visible_meters(request.user).filter(object=found)],
        "evidence": told.describe_evidence(evidence_queries.newest_evidence(request.user, found)),
        "dangers": [power_words.describe_danger(one) for one in dangers_of(found, now=_now())],
        "days": days,
        "first": last - timedelta(days=days - 1),
        "last": last,
        "earlier": last - timedelta(days=days),
        "later": min(today, last + timedelta(days=days)) if last < today else None,
        "ranges": RANGES,
        "may_lead": may(request.user, rights.LEAD, region),
        "may_stop": may(request.user, rights.LEAD, region) or may(request.user, rights.OWN, region, own),
        "kinds": [(kind.value, stops_shown.ORDER_NAMES[kind]) for kind in stops.KINDS],
        "today": today,
        "chart_texts": power_words.chart_texts(),
    }
    return render(request, "supervision/work/firm.html", context)


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
    return render(request, "supervision/work/episode.html", context)


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


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text.isdecimal() and int(text) in RANGES else RANGES[1]
