"""Pages on which networks are edited: a new object, one object on the map, and the history with its way back."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.lifelines.models import KIND_NAMES, Asset
from tocsin.lifelines.queries.edits import changes_of, day_or_none, lines_at, mark, may_edit, places_of, search_changes
from tocsin.lifelines.queries.networks import visible_assets
from tocsin.lifelines.rules.edits import Place
from tocsin.lifelines.services import editing, edits
from tocsin.lifelines.services.editing import AssetFacts, Cut, NewAsset
from tocsin.lifelines.services.taking_back import take_back as undo
from tocsin.lifelines.shown.words import describe_change
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of

AROUND_DEGREES = 0.004  # some 400 m: what the map of one object shows at first
EMPTY = EmptyState(gettext_lazy("A change is made on the page of an object."), link=gettext_lazy("Networks"), to="assets")


class Said(TypedDict):
    """What every edit is told: by whom, upon which state, why, when."""

    actor: Actor
    asset_id: UUID
    seen: str
    reason: str
    now: datetime


@dataclass(frozen=True)
class Seen:
    """What every form of an object carries: the mark of the state that its reader saw, and why."""

    seen: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Filters:
    """How the history is cut."""

    search: str = ""


@dataclass(frozen=True)
class Drawn:
    """The places alone, which are longer than a filter."""

    places: str = ""


@dataclass(frozen=True)
class NewForm:
    """What the form of a new object holds, as it was typed."""

    region_code: str = ""
    code: str = ""
    kind: str = ""
    places: str = ""
    from_code: str = ""
    to_code: str = ""
    reason: str = ""


@never_cache
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form of an object that the register lacks; `?places=lon,lat&kind=` fill it in."""
    return _new(request)


def _new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not may_anywhere(actor, "assets.manage"):
        raise NotAllowed(_("You keep no networks."))
    regions = [(one.code, str(one)) for one in regions_within(actor, "assets.manage") if not one.code.endswith("00")]
    if not regions and actor.organisation is not None:
        regions = [(actor.organisation.region_id, str(actor.organisation.region))]
    told = request.POST if request.method == "POST" else request.GET
    own = actor.organisation.code if actor.organisation else ""
    context = {
        "point_kinds": [(kind, KIND_NAMES[kind]) for kind in POINT_KINDS],
        "line_kinds": [(kind, KIND_NAMES[kind]) for kind in LINE_KINDS],
        "form": read_filters(NewForm, told),
        "places": read_form(Drawn, told).places,
        "regions": regions,
        "bounds": _bounds_of_region(actor),
        "facts": read_filters(AssetFacts, told) if told.get("owner_code") else AssetFacts(owner_code=own),
        "owners": _owners(actor),
        "map_texts": map_texts(),
    }
    return render(request, "lifelines/new.html", context, status=400 if request.method == "POST" else 200)


@never_cache
@act(_new)
def create(request: HttpRequest, *, form: NewForm, facts: AssetFacts) -> HttpResponse:
    """A new object; its page follows. What was refused stands in the form again."""
    new_one = NewAsset(
        region_code=form.region_code.strip(),
        code=form.code,
        kind=form.kind,
        places=_places(form.places),
        from_code=form.from_code,
        to_code=form.to_code,
        facts=facts,
    )
    made = editing.create_asset(actor=actor_of(request), new=new_one, reason=form.reason, now=current_time())
    messages.success(request, _("%(code)s is entered.") % {"code": made.code})
    return redirect("asset", made.pk)


@never_cache
@require_GET
def edit(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """One object on the map, with the forms of what may be done with it."""
    actor = actor_of(request)
    asset = visible_assets(actor).get(pk=asset_id)
    if not may_edit(actor, asset):
        raise NotAllowed(_("%(code)s is kept by %(owner)s.") % {"code": asset.code, "owner": asset.owner or asset.owner_code})
    context = {
        "asset": asset,
        "is_line": asset.kind in LINE_KINDS,
        "seen": mark(asset),
        "places": _text(places_of(asset)),
        "bounds": around(asset.lon, asset.lat),
        "facts": _facts_of(asset),
        "owners": _owners(actor),
        "ending": lines_at(asset),
        "map_texts": map_texts(),
    }
    return render(request, "lifelines/edit.html", context)


def _change(said: Said, *, facts: AssetFacts) -> str:
    editing.change_asset(facts=facts, **said)
    return _("Changed.")


def _move(said: Said, *, places: Line) -> str:
    editing.move_asset(places=_places(places), **said)
    return _("Moved, with what ends there.")


def _split(said: Said, *, lon: float, lat: float, point_code: Line, second_code: Line) -> str:
    _first, second = editing.split_line(cut=Cut(lon=lon, lat=lat, point_code=point_code, second_code=second_code), **said)
    return _("Split: the second part is %(code)s.") % {"code": second.code}


def _join(said: Said, *, other_code: Line) -> str:
    editing.join_lines(other_code=other_code, **said)
    return _("Joined.")


def _remove(said: Said) -> str:
    editing.remove_asset(**said)
    return _("Removed; the history keeps it.")


ACTS: dict[str, Act] = {"change": _change, "move": _move, "split": _split, "join": _join, "remove": _remove}


@require_POST
def act_on_asset(request: HttpRequest, asset_id: UUID, name: str) -> HttpResponse:
    """Changes, moves, splits, joins or removes it; its page follows where it is still there."""
    given = read_filters(Seen, request.POST)
    said = Said(actor=actor_of(request), asset_id=asset_id, seen=given.seen, reason=given.reason, now=current_time())
    perform_and_tell(request, ACTS, name, said)
    if visible_assets(said["actor"]).filter(pk=asset_id).exists():
        return redirect("edit_asset", asset_id)
    return redirect("network_changes")


@never_cache
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed in the networks, the newest first."""
    actor = actor_of(request)
    if not may_anywhere(actor, "assets.see"):
        raise NotAllowed(_("Your roles do not show you the networks."))
    chosen = read_filters(Filters, request.GET)
    found = search_changes(actor, chosen.search)
    context = {"chosen": chosen, "may_keep": may_anywhere(actor, "assets.manage")}
    return list_page(
        request, found, "lifelines/changes.html", empty=EMPTY, describe=lambda one: describe_change(one, actor), context=context
    )


@act("network_changes", alone=True)
def take_back(request: HttpRequest, network_edit_id: UUID) -> str:
    """Undoes one edit, all of it."""
    undo(actor=actor_of(request), edit_id=network_edit_id, now=current_time())
    return _("Taken back.")


def around(lon: float, lat: float) -> str:
    """What the map of one object shows at first: west, south, east, north."""
    return f"{lon - AROUND_DEGREES},{lat - AROUND_DEGREES},{lon + AROUND_DEGREES},{lat + AROUND_DEGREES}"


def history_of(user: Actor, asset: Asset) -> dict[str, object]:
    """What the page of an object shows of its edits, and whether the reader may edit it."""
    return {
        "changes": [describe_change(one, user) for one in changes_of(user, asset.pk)[:20]],
        "may_edit": may_edit(user, asset),
    }


def map_texts() -> dict[str, str]:
    """What the maps of these pages say."""
    return {
        "map_failed": _("The map can't be shown just now; type the places."),
        "map_zoom": _("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": _("Move the map with two fingers"),
    }


def _owners(actor: Actor) -> list[tuple[str, str]]:
    found = visible_organisations(actor).order_by("code")
    if not may_anywhere(actor, "assets.manage"):
        return []
    known = [(one.code, str(one)) for one in found[:500]]
    own = actor.organisation
    if own is not None and not may(actor, "assets.manage", own.region_id):
        return [(own.code, str(own))]
    return known


def _bounds_of_region(actor: Actor) -> str:
    box = visible_assets(actor).order_by().values_list("lon", "lat")[:2000]
    places = list(box)
    if not places:
        return ""
    lons, lats = [one[0] for one in places], [one[1] for one in places]
    return f"{min(lons)},{min(lats)},{max(lons)},{max(lats)}"


def _places(text: str) -> list[Place]:
    """Places from `longitude,latitude` with blanks between; InvalidInput names what can't be read."""
    found: list[Place] = []
    for part in text.split()[: edits.MOST_PLACES + 1]:
        try:
            lon, lat = (float(one) for one in part.split(","))
        except ValueError:
            raise InvalidInput(_("“%(given)s” is no place: write longitude,latitude.") % {"given": part[:40]}) from None
        found.append((lon, lat))
    return found


def _text(places: list[Place]) -> str:
    return " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places)


def _facts_of(asset: Asset) -> AssetFacts:
    told = asset.properties.get("operable")
    checked = asset.properties.get("last_checked")
    return AssetFacts(
        **{name: getattr(asset, name) for name in ("name", "owner_code", "street", "material", "utility", "use", "depth_m")},
        **{name: getattr(asset, name) for name in ("diameter_mm", "nominal_pressure_kpa", "ground_elevation_m")},
        installed=asset.installed,
        buried=asset.buried,
        operable="" if told is None else "yes" if told else "no",
        last_checked=day_or_none(checked),
    )
