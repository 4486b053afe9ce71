"""The queue of records about which the machine is unsure: two entries side by side, the waterfall, one decision."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import PlatformRecord
from tocsin.supervision.objects.queries import matching as queries
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import MatchState
from tocsin.supervision.objects.services import matching as services

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

PAGE_SIZE = 10


@never_cache
@require_GET
def matching(request: HttpRequest) -> HttpResponse:
    """Records that wait for a person, or those of another state."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("Your roles do not let you keep the register."))
    state = request.GET.get("state", MatchState.UNSURE.value)
    rows = (
        queries.visible_records(request.user).filter(state=state)
        if state in set(MatchState)
        else queries.visible_records(request.user)
    )
    ordered = rows.order_by("-probability", "received_at") if state == MatchState.UNSURE else rows
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.counts_of_records(request.user)
    context = {
        "page": page,
        "records": [_shown(one) for one in page],
        "state": state,
        "states": [(one.value, told.MATCH_NAMES[one], counts.get(one.value, 0)) for one in MatchState],
        "regions": regions_within(request.user, rights.MANAGE).filter(level="county"),
    }
    return render(request, "supervision/objects/matching.html", context)


@require_POST
def decide(request: HttpRequest, record_id: UUID, name: str) -> HttpResponse:
    """The record is the same as an object, is not, or is none of the register."""
    try:
        row = queries.visible_records(request.user).get(pk=record_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such record, or your rights do not reach it.")) from None
    actor = cast("User", request.user)
    try:
        match name:
            case "same":
                services.decide_same(actor=actor, record_id=row.pk, object_id=_uuid(request.POST.get("object", "")))
            case "apart":
                services.decide_apart(actor=actor, record_id=row.pk, object_id=_uuid(request.POST.get("object", "")))
            case "new":
                services.decide_new(actor=actor, record_id=row.pk)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist:
        messages.error(request, _("There is no such object, or your rights do not reach it."))
    return redirect("objects_matching")


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Judges the undecided records of a region anew."""
    try:
        changed = services.match_again(actor=cast("User", request.user), region_code=request.POST.get("region_code", ""))
        messages.success(request, _("%(changed)d records have another verdict.") % {"changed": changed})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("objects_matching")


def _shown(row: PlatformRecord) -> dict[str, Any]:
    other = row.object or row.candidate
    return {
        "row": row,
        "other": other,
        "percent": round(100 * row.probability, 1),
        "state_name": told.MATCH_NAMES[MatchState(row.state)],
        "bars": told.describe_waterfall(row.weights),
        "other_site": told.other_site_percent(row.weights),
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(_("The form can't be read.")) from None
