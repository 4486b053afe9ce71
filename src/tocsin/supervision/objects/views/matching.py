"""The queue of records about which the machine is unsure: two entries side by side, the waterfall, one decision."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.waterfall import Bar
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import PlatformRecord, SupervisedObject
from tocsin.supervision.objects.queries import matching as queries
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import MatchState
from tocsin.supervision.objects.services import matching as services

PAGE_SIZE = 10


@never_cache
@require_GET
def matching(request: HttpRequest) -> HttpResponse:
    """Records that wait for a person, or those of another state."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("Your roles do not let you keep the register."))
    state = request.GET.get("state", MatchState.UNSURE.value)
    rows = queries.visible_records(request.user)
    rows = rows.filter(state=state) if state in set(MatchState) else rows
    ordered = rows.order_by("-probability", "received_at") if state == MatchState.UNSURE else rows
    counts = queries.counts_of_records(request.user)
    context = {
        "state": state,
        "states": [(one.value, told.MATCH_NAMES[one], counts.get(one.value, 0)) for one in MatchState],
        "regions": regions_within(request.user, rights.MANAGE).filter(level="county"),
    }
    return list_page(
        request, ordered, "supervision/objects/matching.html", part="", describe=_shown, context=context, per_page=PAGE_SIZE
    )


def _same(actor: Actor, record_id: UUID, *, object: UUID) -> None:
    services.decide_same(actor=actor, record_id=record_id, object_id=object)


def _apart(actor: Actor, record_id: UUID, *, object: UUID) -> None:
    services.decide_apart(actor=actor, record_id=record_id, object_id=object)


def _new(actor: Actor, record_id: UUID) -> None:
    services.decide_new(actor=actor, record_id=record_id)


ACTS: dict[str, Act] = {"same": _same, "apart": _apart, "new": _new}


@require_POST
def decide(request: HttpRequest, record_id: UUID, name: str) -> HttpResponse:
    """The record is the same as an object, is not, or is none of the register."""
    row = queries.visible_records(request.user).get(pk=record_id)
    perform_and_tell(request, ACTS, name, actor_of(request), row.pk)
    return redirect("objects_matching")


@act("objects_matching", alone=True)
def again(request: HttpRequest, *, region_code: str) -> str:
    """Judges the undecided records of a region anew."""
    changed = services.match_again(actor=actor_of(request), region_code=region_code)
    return _("%(changed)d records have another verdict.") % {"changed": changed}


@dataclass(frozen=True)
class RecordLine:
    """A record beside the object that it is or may be, with what speaks for it."""

    row: PlatformRecord
    other: SupervisedObject | None
    percent: float
    state_name: str
    bars: list[Bar]
    other_site: float


def _shown(row: PlatformRecord) -> RecordLine:
    return RecordLine(
        row=row,
        other=row.object or row.candidate,
        percent=round(100 * row.probability, 1),
        state_name=str(told.MATCH_NAMES[MatchState(row.state)]),
        bars=told.describe_waterfall(row.weights),
        other_site=told.other_site_percent(row.weights),
    )
