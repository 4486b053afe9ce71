"""Corrections from the site: proposed on the phone, answered by the owner."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.lifelines.models import NetworkCorrection
from tocsin.lifelines.queries.edits import changes_at_once, may_answer, search_corrections, visible_corrections
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.rules.edits import CorrectionKind, CorrectionState, metres
from tocsin.lifelines.services import corrections as services
from tocsin.lifelines.services.corrections import PHOTO_OF, NewCorrection, Photo
from tocsin.lifelines.shown.words import CORRECTION_NAMES, describe_correction
from tocsin.lifelines.views.edits import around, map_texts
from tocsin.records.face import attachments_of
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of

STATES = (
    ("open", pgettext_lazy("state of a correction", "open")),
    ("answered", pgettext_lazy("state of a correction", "answered")),
)
EMPTY = EmptyState(
    gettext_lazy("A correction is proposed where the map and the street do not agree."),
    link=gettext_lazy("An object is missing"),
    to="new_correction",
    over="state=answered",
)


@dataclass(frozen=True)
class Filters:
    """How the list is cut."""

    state: Literal["open", "answered"] = "open"
    search: str = ""


@dataclass(frozen=True)
class About:
    """What a new one is about."""

    asset: UUID | None = None


@never_cache
@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """The list: open ones, or answered ones."""
    actor = actor_of(request)
    if not may_anywhere(actor, "assets.see"):
        raise NotAllowed(_("Your roles do not show you the networks."))
    chosen = read_filters(Filters, request.GET)
    found = search_corrections(actor, is_open=chosen.state == "open", text=chosen.search)
    context = {"chosen": chosen, "states": STATES}
    return list_page(
        request,
        found,
        "lifelines/corrections.html",
        empty=EMPTY,
        describe=lambda one: describe_correction(one, actor),
        context=context,
    )


@never_cache
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form, about the object `?asset=` or about one that the register lacks."""
    actor = actor_of(request)
    if not may_anywhere(actor, "assets.see"):
        raise NotAllowed(_("Your roles do not show you the networks."))
    about = read_filters(About, request.GET)
    asset = visible_assets(actor).get(pk=about.asset) if about.asset else None
    regions = [(one.code, str(one)) for one in regions_within(actor, "assets.see") if not one.code.endswith("00")]
    context = {
        "asset": asset,
        "kinds": [
            (one.value, name) for one, name in CORRECTION_NAMES.items() if (asset is None) == (one is CorrectionKind.MISSING)
        ],
        "regions": regions,
        "region": actor.organisation.region_id if actor.organisation else "",
        "bounds": around(asset.lon, asset.lat) if asset else "",
        "map_texts": {**map_texts(), "no_place": _("This device does not tell where it is: tap the map, or type the place.")},
    }
    return render(request, "lifelines/new_correction.html", context)


@act("network_corrections", alone=True)
def propose(request: HttpRequest, *, new: NewCorrection) -> HttpResponse:
    """A new one, with a photo or without; its page follows."""
    given = request.FILES.get("photo")
    photo = Photo(given.read(), given.name or "") if given is not None else None
    made = services.propose(actor=actor_of(request), new=new, photo=photo, now=current_time())
    messages.success(request, _("The owner is told."))
    return redirect("network_correction", made.pk)


@never_cache
@require_GET
def correction(request: HttpRequest, network_correction_id: UUID) -> HttpResponse:
    """One of them, with the owner's answer or the form for it."""
    actor = actor_of(request)
    found = visible_corrections(actor).get(pk=network_correction_id)
    is_open = found.state == CorrectionState.OPEN.value
    context = {
        "one": describe_correction(found, actor),
        "asset": found.asset,
        "photos": attachments_of(PHOTO_OF, found.pk),
        "may_answer": is_open and may_answer(actor, found),
        "changes_at_once": changes_at_once(found),
        "is_missing": found.kind == CorrectionKind.MISSING.value,
        "apart_m": _apart_m(found),
    }
    return render(request, "lifelines/correction.html", context)


def _accept(actor: Actor, correction_id: UUID, *, answer: str) -> str:
    services.accept(actor=actor, correction_id=correction_id, answer=answer, now=current_time())
    return _("Accepted; who proposed it is told.")


def _refuse(actor: Actor, correction_id: UUID, *, answer: str) -> str:
    services.refuse(actor=actor, correction_id=correction_id, answer=answer, now=current_time())
    return _("Refused; who proposed it is told.")


ACTS: dict[str, Act] = {"accept": _accept, "refuse": _refuse}


@require_POST
def act_on_correction(request: HttpRequest, network_correction_id: UUID, name: str) -> HttpResponse:
    """The owner accepts or refuses."""
    perform_and_tell(request, ACTS, name, actor_of(request), network_correction_id)
    return redirect("network_correction", network_correction_id)


def _kinds(*, about_one: bool) -> list[tuple[str, object]]:
    return [(one.value, name) for one, name in CORRECTION_NAMES.items() if (one is not CorrectionKind.MISSING) == about_one]


def _apart_m(one: NetworkCorrection) -> int | None:
    """Metres between where somebody found a point and where the register has it."""
    if one.asset is None or one.lon is None or one.lat is None:
        return None
    return round(metres((one.lon, one.lat), (one.asset.lon, one.asset.lat)))
