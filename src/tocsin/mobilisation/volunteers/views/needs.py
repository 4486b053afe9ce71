"""Needs before officers: list and map, one need with its calls, its time line and its acts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.face import all_regions, may, may_anywhere, region_of_work, regions_within
from tocsin.mobilisation.public_warnings.queries.warnings import map_bounds
from tocsin.mobilisation.volunteers.models import Need, NeedLine, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries import needs as queries
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject
from tocsin.mobilisation.volunteers.queries.supply_requests import SUPPLY_REQUEST
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.calls import CallAct
from tocsin.mobilisation.volunteers.rules.entries import CallData
from tocsin.mobilisation.volunteers.rules.matching import LeftOut
from tocsin.mobilisation.volunteers.services import needs as services
from tocsin.mobilisation.volunteers.services.entries import apply_call_act
from tocsin.mobilisation.volunteers.services.needs import NewNeed
from tocsin.mobilisation.volunteers.shown.calls import ACT_NAMES, LEFT_OUT_NAMES, describe_need, describe_need_whole
from tocsin.mobilisation.volunteers.shown.names import map_texts, skill_choices
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.timeline import sentence_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Region, User

COLUMNS = ("number", "what", "place", "count", "sure", "filled", "body", "subject_label", "opened_at", "lapses_at", "ended_at")
STATES = (
    ("open", gettext_lazy("Open needs")),
    ("ended", gettext_lazy("Ended needs")),
    ("all", gettext_lazy("All")),
)
BY_OFFICER = (CallAct.ACCEPT, CallAct.SET_OUT, CallAct.ARRIVE, CallAct.CHECK_IN, CallAct.LEAVE, CallAct.HOME)
EMPTY = EmptyState(
    gettext_lazy("Volunteers are called for an event, a round or a need of supplies."),
    link=gettext_lazy("Ask for volunteers"),
    to="#open-need",
    may="may_call",
    over="state=all",
)


@dataclass(frozen=True)
class Filters:
    """Which needs are listed, and for what a new one would be."""

    state: str = "open"
    case: str = ""
    supply_request: str = ""


@never_cache
@require_GET
def needs(request: HttpRequest) -> HttpResponse:
    """Needs with their map; who may call opens one here, for a case or a request of supplies where the address names it."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you volunteers."))
    chosen = read_filters(Filters, request.GET)
    found = queries.visible_needs(user, state=chosen.state)
    subject = _chosen_subject(request, chosen)
    context = {
        "chosen": chosen,
        "states": STATES,
        "may_call": may_anywhere(user, rights.CALL) and actor_of(request).organisation_id is not None,
        "subject": subject,
        "regions": _regions(actor_of(request)),
        "skills": skill_choices(),
        "policy": volunteers_policy(),
        "map_texts": map_texts(),
        "map_bounds": map_bounds(own := region_of_work(actor_of(request))),
        "spot_bounds": map_bounds((subject.region_code if subject else "") or own),
    }
    return list_file(request, found, "needs", COLUMNS, describe_need) or list_page(
        request, found, "mobilisation/volunteers/needs.html", empty=EMPTY, describe=describe_need, context=context
    )


def _chosen_subject(request: HttpRequest, chosen: Filters) -> NeedSubject | None:
    """For what a new need would be."""
    named = (("case", chosen.case), (SUPPLY_REQUEST, chosen.supply_request))
    found = next(((kind, label) for kind, label in named if label and kind in settings.NEED_SUBJECTS), None)
    return queries.need_subject(request.user, *found) if found else None


def _regions(actor: "User") -> "QuerySet[Region]":
    """Where the actor may ask: their areas, or that of the body to which they are bound."""
    own = actor.organisation.region_id if actor.organisation is not None else ""
    found = regions_within(actor, rights.CALL)
    return found if found.exists() or not may_anywhere(actor, rights.CALL) else all_regions().filter(code=own)


@never_cache
@require_GET
def need(request: HttpRequest, number: str) -> HttpResponse:
    """One need: who is called and how they stand, who would be next and why the others are not."""
    found, now = queries.visible_needs(request.user, state="all").get(number=number), current_time()
    may_call = may(request.user, rights.CALL, found.region_code, (found.body_id,))
    context = {
        "need": describe_need_whole(found, now=now, exact=may_call),
        "may_call": may_call and found.ended_at is None,
        "may_tell": may_call,
        "acts": [(one.value, ACT_NAMES[one]) for one in BY_OFFICER],
        "lines": [_line(one) for one in found.lines.select_related("actor")],
        "subject": _subject(request, found),
        "map_texts": map_texts(),
        **(_next(found, now) if may_call and found.ended_at is None else {}),
    }
    return render(request, "mobilisation/volunteers/need.html", context)


@act(lambda request, **_address: redirect("volunteer_needs"))
def open_need(
    request: HttpRequest,
    *,
    what: Line,
    count: int,
    lon: float,
    lat: float,
    place: Line,
    region: str,
    skills: list[str],
    text: str,
    radius_km: float | None,
    area: str,
    begins_at: datetime | None,
    lapse_h: int | None,
    subject_kind: str,
    subject_label: str,
) -> HttpResponse:
    """A need is opened; its page follows, where people are called."""
    new = NewNeed(
        what=what,
        count=count,
        lon=lon,
        lat=lat,
        place=place,
        region_code=region,
        skills=tuple(skills),
        text=text,
        radius_km=radius_km,
        area_code=area,
        begins_at=begins_at,
        lapse_h=lapse_h,
        subject_kind=subject_kind,
        subject_label=subject_label,
    )
    made = services.open_need(actor=actor_of(request), new=new, now=current_time())
    return redirect("volunteer_need", made.number)


def _back(request: HttpRequest, need_id: UUID) -> HttpResponse:
    return redirect("volunteer_need", queries.visible_needs(request.user, state="all").get(pk=need_id).number)


@act(_back)
def begin_calling(request: HttpRequest, need_id: UUID, *, answer_min: int | None, most_called: int | None) -> None:
    """People are called."""
    services.begin_calling(
        actor=actor_of(request), need_id=need_id, answer_min=answer_min, most_called=most_called, now=current_time()
    )


@act(_back)
def pause_calling(request: HttpRequest, need_id: UUID) -> str:
    """Nobody more is called."""
    services.pause_calling(actor=actor_of(request), need_id=need_id, now=current_time())
    return _("Nobody more is called.")


@act(_back)
def renew(request: HttpRequest, need_id: UUID, *, hours: int | None) -> str:
    """The need holds on."""
    services.renew(actor=actor_of(request), need_id=need_id, hours=hours, now=current_time())
    return _("Renewed.")


@act(_back)
def stand_down(request: HttpRequest, need_id: UUID, *, text: Line) -> str:
    """It is over."""
    services.stand_down(actor=actor_of(request), need_id=need_id, text=text, now=current_time())
    return _("Stood down: everybody on it is being told.")


@act(lambda request, need_id, call_id: _back(request, need_id))
def take_back(request: HttpRequest, need_id: UUID, call_id: UUID) -> str:
    """One is let off."""
    queries.visible_needs(request.user, state="all").get(pk=need_id, calls=call_id)
    services.take_back(actor=actor_of(request), call_id=call_id, now=current_time())
    return _("Let off, and told.")


@act(lambda request, need_id, call_id: _back(request, need_id))
def enter(request: HttpRequest, need_id: UUID, call_id: UUID, *, act: CallAct, text: Line) -> str:
    """An officer enters what a volunteer said on the telephone."""
    queries.visible_needs(request.user, state="all").get(pk=need_id, calls=call_id)
    now = current_time()
    name = str(Volunteer.objects.get(calls=call_id))
    entry = NewAct(id=new_id(), subject_id=call_id, act=act.value, at=now, data=CallData(text=text), said_by=name)
    apply_call_act(actor=actor_of(request), act=entry, channel="telephone")
    return _("Kept.")


def _line(line: NeedLine) -> dict[str, object]:
    figures = {**line.figures, "names": ", ".join(line.figures.get("names", []))}
    words = {name: str(value) for name, value in figures.items()}
    return {"at": line.at, "words": sentence_of(line.act, line.figures, words), "text": line.text, "actor": str(line.actor or "")}


def _next(need: Need, now: datetime) -> dict[str, object]:
    """Who would be called next, in order, and how many are not called for which reason."""
    choice = queries.choice_for(need, now)
    queue = [*choice.called, *choice.queue][:10]
    names = {one.pk: str(one) for one in Volunteer.objects.filter(pk__in=[one.id for one in queue])}
    left_out = Counter(choice.left_out.values())
    left_out[LeftOut.TOO_FAR] += queries.count_beyond(need)
    return {
        "queue": [(names[one.id], one.way_m / 1000, one.burden_h, one.cost_m / 1000) for one in queue],
        "queue_count": len(choice.called) + len(choice.queue),
        "left_out": [(LEFT_OUT_NAMES[reason], count) for reason, count in left_out.most_common() if count],
    }


def _subject(request: HttpRequest, need: Need) -> NeedSubject | None:
    """What it is for; None where there is nothing, or the reader may not see it."""
    if need.subject_kind not in settings.NEED_SUBJECTS:
        return None
    try:
        return queries.need_subject(request.user, need.subject_kind, need.subject_label)
    except ObjectDoesNotExist:
        return None
