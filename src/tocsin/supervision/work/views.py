"""The board of work status, one firm's power page, and episodes."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import act
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.evidence import queries as evidence_queries
from tocsin.supervision.meters.queries import free_sensors, meters_of
from tocsin.supervision.meters.shown import ROLE_NAMES, describe_meter
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries.register import own_objects, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops import queries as stops_queries
from tocsin.supervision.stops.services.orders import KINDS
from tocsin.supervision.stops.shown import stops as stops_shown
from tocsin.supervision.work.queries import board as queries
from tocsin.supervision.work.queries.electrical import dangers_of, ringing_dangers
from tocsin.supervision.work.queries.episodes import acts_for, evidence_for
from tocsin.supervision.work.queries.objections import visible_objections, waiting_objections
from tocsin.supervision.work.rules.episodes import EpisodeAct
from tocsin.supervision.work.services import episodes as acts
from tocsin.supervision.work.services import objections
from tocsin.supervision.work.shown import names
from tocsin.supervision.work.shown import power as power_words
from tocsin.supervision.work.shown.episodes import describe_episode, describe_whole_episode
from tocsin.supervision.work.shown.firms import (
    OPEN_EPISODE,
    describe_counts,
    describe_evidence,
    describe_row,
    describe_verdict_of,
    map_texts,
)
from tocsin.supervision.work.shown.objections import describe_objection

PAGE = 50
COLUMNS = ("code", "name", "trade_name", "stop", "decision_name", "p_working", "yesterday", "open", "at")
RANGES = (7, 30, 90)
EMPTY = EmptyState(
    gettext_lazy("A firm stands here when it has a meter or evidence of a platform."), link=gettext_lazy("Meters"), to="meters"
)


@dataclass(frozen=True)
class Filters:
    """Which firms the board shows."""

    decision: str = ""
    trade: str = ""
    ordered: str = ""
    q: str = ""


@never_cache
@require_GET
@costly
def board(request: HttpRequest) -> HttpResponse:
    """Firms by their last verdict, those that matter first, and the episodes that wait for somebody. A firm's own people come to
    their own firm.
    """
    if not may_anywhere(request.user, rights.SEE):
        own = own_objects(request.user).first() if may_anywhere(request.user, rights.OWN) else None
        if own is not None:
            return redirect("work_of_firm", own.pk)
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    chosen = read_filters(Filters, request.GET)
    found = queries.work_rows(request.user, today=timezone.localtime(current_time()).date(), **asdict(chosen))
    waiting = queries.waiting_episodes(request.user)
    context = {
        "counts": describe_counts(queries.decision_counts(request.user)),
        "episodes": [describe_episode(one) for one in waiting[:30]],
        "waiting": waiting.count(),
        "dangers": [power_words.describe_ringing(one) for one in ringing_dangers(request.user)[:30]],
        "chosen": chosen,
        "decisions": [(queries.EPISODE, OPEN_EPISODE), *names.DECISION_NAMES.items()],
        "objections": [describe_objection(one) for one in waiting_objections(request.user)[:20]],
        "map_texts": map_texts(),
        "trades": [(key, one.name) for key, one in trades().items()],
        "now": current_time(),
    }
    return list_file(request, found, "work-status", COLUMNS, describe_row) or list_page(
        request, found, "supervision/work/board.html", empty=EMPTY, part="", describe=describe_row, context=context
    )


@never_cache
@require_GET
@costly
def firm(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: verdict with votes, the curve with stops and episodes on one axis, meters."""
    found = visible_objects(request.user).get(pk=object_id)
    stretch = read_filters(Stretch, request.GET)
    days = int(stretch.days)
    today = timezone.localtime(current_time()).date()
    last = stretch.last or today
    region, own = found.region_code, {found.organisation_id} - {None}
    episodes = [describe_episode(one) for one in queries.visible_episodes(request.user).filter(object=found).distinct()[:50]]
    context = {
        "object": found,
        "verdict": describe_verdict_of(found),
        "stops": [stops_shown.describe_stop(one) for one in stops_queries.visible_stop_orders(request.user).filter(object=found)],
        "episodes": episodes,
        "meters": [describe_meter(one, found) for one in meters_of(found)],
        "process_meters": found.meters.filter(role=Role.PROCESS, active=True),
        "may_keep_meters": (keeps := may(request.user, rights.MANAGE, region)),
        "sensors": free_sensors(request.user) if keeps else (),
        "roles": [(role.value, name) for role, name in ROLE_NAMES.items()],
        "evidence": describe_evidence(evidence_queries.newest_evidence(request.user, found), now=current_time()),
        "dangers": [power_words.describe_danger(one) for one in dangers_of(found, now=current_time())],
        "days": days,
        "first": last - timedelta(days=days - 1),
        "last": last,
        "earlier": last - timedelta(days=days),
        "later": min(today, last + timedelta(days=days)) if last < today else None,
        "ranges": RANGES,
        "may_lead": may(request.user, rights.LEAD, region),
        "may_stop": may(request.user, rights.LEAD, region) or may(request.user, rights.OWN, region, own),
        "kinds": [(kind.value, stops_shown.ORDER_NAMES[kind]) for kind in KINDS],
        "today": today,
        "may_manage": may(request.user, rights.MANAGE, region),
        "may_object": may(request.user, rights.OWN, region, own),
        "objections": [describe_objection(one) for one in visible_objections(request.user).filter(object=found)[:20]],
        "work_states": [(one.value, names.STATE_NAMES[one]) for one in names.STATE_NAMES],
        "open_episode": next((one for one in episodes if one.due_at is not None and one.level != "task"), None),
        "chart_texts": power_words.chart_texts(),
    }
    return render(request, "supervision/work/firm.html", context)


@never_cache
@require_GET
@costly
def episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """One episode: why it was found, what was done and decided on, what may be done."""
    found = queries.visible_episodes(request.user).distinct().get(pk=episode_id)
    inspects = may(request.user, rights.INSPECT, found.region_code)
    own = may(request.user, rights.OWN, found.region_code, {found.object.organisation_id} - {None})
    first = timezone.localtime(found.start_at).date() - timedelta(days=1 if found.kept else 2)
    last = timezone.localtime(found.end_at or current_time()).date()
    objections, allowed = visible_objections(request.user).filter(episode=found), acts_for(request.user, found)
    context = {
        "episode": describe_whole_episode(found, queries.entries_of(request.user, found)),
        "acts": [(one.value, names.ACT_NAMES[one]) for one in allowed],
        "may_propose": EpisodeAct.PROPOSE in allowed,
        "evidence": list(evidence_for(found)[:20]) if EpisodeAct.PROPOSE in allowed else [],
        "inspections": list(found.inspections.select_related("first_inspector", "second_inspector")) if inspects else [],
        "may_inspect": inspects,
        "may_object": own,
        "may_lead": may(request.user, rights.LEAD, found.region_code),
        "objections": [describe_objection(one) for one in objections],
        "first": first,
        "days": min(30, max(7, (last - first).days + 3)),
        "chart_texts": power_words.chart_texts(),
    }
    return render(request, "supervision/work/episode.html", context)


@dataclass(frozen=True)
class Stretch:
    """Which days of a firm are shown."""

    days: Literal["7", "30", "90"] = "30"
    last: date | None = None


@act("episode")
def act_on_episode(request: HttpRequest, episode_id: UUID, *, act: str, text: str, inspection: UUID | None) -> None:
    """One act of a person on an episode."""
    found = queries.visible_episodes(request.user).distinct().get(pk=episode_id)
    if not act:
        raise Refusal(_("Choose what you do first."))
    acts.act_on_episode(
        actor=actor_of(request), episode_id=found.pk, act=act, text=text, inspection_id=inspection, now=current_time()
    )


@act("work_of_firm")
def object_to_verdict(request: HttpRequest, object_id: UUID, *, text: str, day: date | None, episode: UUID | None) -> str:
    """The firm objects to an episode, or to the verdict on a day."""
    found = visible_objects(request.user).get(pk=object_id)
    made = objections.object_to_verdict(
        actor=actor_of(request), object_id=found.pk, text=text, day=day, episode_id=episode, now=current_time()
    )
    until = timezone.localtime(made.due_at) - timedelta(days=1)
    return _("Your objection is kept; it is answered by %(day)s.") % {"day": until.date()}


@act("work_of_firm")
def answer_objection(request: HttpRequest, object_id: UUID, *, objection: UUID, upheld: bool, answer: str, state: str) -> None:
    """Whoever leads answers an objection of this firm."""
    found = visible_objections(request.user).filter(object_id=object_id).get(pk=objection)
    objections.answer_objection(
        actor=actor_of(request), objection_id=found.pk, upheld=upheld, answer=answer, state=state, now=current_time()
    )
