"""Musters: the list, one with everybody in it as it stands, and the presses of those who lead it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.musters.models import MusterPerson
from tocsin.hazchem.musters.queries.musters import may_act, visible_musters
from tocsin.hazchem.musters.services import musters as services
from tocsin.hazchem.musters.shown.musters import describe_muster, whole_muster
from tocsin.hazchem.positions.queries.sight import firms_in_sight
from tocsin.hazchem.positions.rules.tags import PEOPLE, TagKind
from tocsin.hazchem.positions.shown.words import KIND_NAMES
from tocsin.hazchem.zones.queries.zones import visible_zones
from tocsin.hazchem.zones.rules.zones import ZonePurpose
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv

COLUMNS = (
    *("name", "kind", "kind_name", "employer", "standing", "standing_name", "place", "heard_at", "lon", "lat"),
    *("by_hand", "ticked_at", "ticked_by"),
)
FIRMS = 10
EMPTY = EmptyState(gettext_lazy("A muster counts who is out and who is missing."))


@never_cache
@require_GET
def musters(request: HttpRequest) -> HttpResponse:
    """Musters of firms whose people the reader may see now, and the button that begins one."""
    firms = [one for one in firms_in_sight(request.user)[:FIRMS] if may_act(request.user, one)]
    rows = visible_musters(request.user)
    return list_page(
        request,
        rows,
        "hazchem/musters/musters.html",
        empty=EMPTY,
        describe=describe_muster,
        context={"firms": firms},
        part="",
        per_page=20,
    )


@never_cache
@require_GET
def muster(request: HttpRequest, plant_muster_id: UUID) -> HttpResponse:
    """One muster: counts, who is missing with last place and time, everybody else."""
    found = visible_musters(request.user).get(pk=plant_muster_id)
    told = whole_muster(found)
    if wants_csv(request):
        return as_csv("muster", COLUMNS, told.roll)
    points = visible_zones(request.user).filter(object=found.object_id, purpose=ZonePurpose.MUSTER)
    context = {
        "muster": told.muster,
        "roll": told.roll,
        "points": list(points.values_list("name", flat=True)),
        "kinds": [(one.value, KIND_NAMES[one]) for one in PEOPLE if one is not TagKind.STAFF],
        "may_act": found.ended_at is None and may_act(request.user, found.object),
    }
    template = "hazchem/musters/muster.html"
    return render(request, f"{template}#roll" if request.headers.get("HX-Request") else template, context)


@require_POST
def begin(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """Everybody who is present has to be found; the muster's page follows."""
    with Attempt(request):
        given = fields_of(_begun, request.POST)
        made = _begun(actor_of(request), supervised_object_id, **given)
        return redirect("plant_muster", made)
    return redirect("plant_musters")


def _begun(actor: Actor, firm_id: UUID, *, drill: bool = False, reason: Line = "") -> UUID:
    return services.begin_muster(actor=actor, object_id=firm_id, drill=drill, reason=reason, now=current_time()).pk


@act("plant_muster")
def add(
    request: HttpRequest,
    plant_muster_id: UUID,
    *,
    who: Line,
    kind: TagKind = TagKind.VISITOR,
    employer: Line = "",
    where: Line = "",
    seen: bool = False,
) -> str:
    """Somebody without a tag."""
    services.add_person(
        actor=actor_of(request),
        muster_id=plant_muster_id,
        name=who,
        kind=kind,
        employer=employer,
        where=where,
        seen=seen,
        now=current_time(),
    )
    return _("Added.")


@act("plant_muster")
def end(request: HttpRequest, plant_muster_id: UUID, *, note: Line = "") -> str:
    """The muster is over."""
    services.end_muster(actor=actor_of(request), muster_id=plant_muster_id, note=note, now=current_time())
    return _("The muster has ended; its record stays.")


def _its_muster(request: HttpRequest, muster_person_id: UUID) -> HttpResponse:
    people = MusterPerson.objects.filter(muster__in=visible_musters(request.user))
    return redirect("plant_muster", people.get(pk=muster_person_id).muster_id)


@act(_its_muster)
def tick(request: HttpRequest, muster_person_id: UUID, *, where: Line = "") -> None:
    """Somebody has been seen by a person."""
    services.tick_person(actor=actor_of(request), muster_person_id=muster_person_id, where=where, now=current_time())


@act(_its_muster)
def untick(request: HttpRequest, muster_person_id: UUID) -> None:
    """It was somebody else."""
    services.untick_person(actor=actor_of(request), muster_person_id=muster_person_id)
