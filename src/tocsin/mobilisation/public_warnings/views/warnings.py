"""Public warnings inside: the list with its map, one of them, its draft, and what is done with it."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, region_of, regions_within
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries import warnings as queries
from tocsin.mobilisation.public_warnings.queries.reach import devices_of
from tocsin.mobilisation.public_warnings.queries.sources import source_of
from tocsin.mobilisation.public_warnings.rules.outlets import KEEP
from tocsin.mobilisation.public_warnings.rules.places import Along, Circle, Place, Plume, Ring, Units
from tocsin.mobilisation.public_warnings.rules.states import (
    DRAFT,
    FROZEN,
    ISSUE,
    OPEN,
    SEE,
    IssueVerdict,
    WarningState,
)
from tocsin.mobilisation.public_warnings.services import drafts, issuing
from tocsin.mobilisation.public_warnings.services.drafts import NewWarning
from tocsin.mobilisation.public_warnings.shown.first_words import default_end, first_words
from tocsin.mobilisation.public_warnings.shown.outlets import FATE_NAMES
from tocsin.mobilisation.public_warnings.shown.reach import describe_reach
from tocsin.mobilisation.public_warnings.shown.sections import sections_of
from tocsin.mobilisation.public_warnings.shown.signing_up import town_choices
from tocsin.mobilisation.public_warnings.shown.warnings import describe_warning, kind_name, level_choices, map_texts
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of

COLUMNS = (
    *("id", "type_name", "kind_name", "level_name", "headline", "state_name", "region_code", "organisation"),
    *("issued_at", "onset_at", "expires_at", "ended_at", "exercise", "sha256"),
)
WHEN = (
    ("all", gettext_lazy("All")),
    ("now", pgettext_lazy("warnings", "In force")),
    ("drafts", gettext_lazy("Drafts")),
    ("past", gettext_lazy("Over")),
)
EMPTY = EmptyState(
    gettext_lazy("A warning is drafted by one person and issued by another."),
    link=gettext_lazy("Draft a public warning"),
    to="new_public_warning",
    may="may_draft",
    over="when=all",
)


@dataclass(frozen=True)
class Filters:
    """How the list is cut."""

    when: Literal["now", "drafts", "past", "all"] = "all"
    kind: str = ""
    level: str = ""


@dataclass(frozen=True)
class Begun:
    """What a new draft is filled with: what it comes from, where, and how bad."""

    region: str = ""
    kind: str = ""
    level: str = ""
    source_kind: str = ""
    source_id: UUID | None = None


@never_cache
@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """The list with the map of what is in force, or a file."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you public warnings."))
    chosen = read_filters(Filters, request.GET)
    found = queries.search_warnings(request.user, when=chosen.when, kind=chosen.kind, level=chosen.level)
    context = {
        "chosen": chosen,
        "when": WHEN,
        "levels": level_choices(),
        "may_draft": may_anywhere(request.user, DRAFT),
        "may_keep": may_anywhere(request.user, KEEP),
        "heading": _("Public warnings"),
        "features": "/api/v1/mobilisation/warnings.geojson",
        "map_bounds": queries.map_bounds(region_of(actor_of(request))),
        "page_texts": map_texts(),
    }
    return list_file(request, found, "public-warnings", COLUMNS, describe_warning) or list_page(
        request,
        found,
        "mobilisation/public_warnings/warnings.html",
        empty=EMPTY,
        part="",
        describe=describe_warning,
        context=context,
    )


@never_cache
@require_GET
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One of them, with what may be done."""
    found = queries.visible_warnings(request.user).get(pk=warning_id)
    drafts_there = may(request.user, DRAFT, found.region_code)
    may_issue = may(request.user, ISSUE, found.region_code)
    verdict = queries.issue_verdict(request.user, found)
    clear_by_two = found.level in warning_policy(found.region_code).all_clear_by_two
    stands = found.state == WarningState.ISSUED and found.expires_at > current_time() and found.msg_type != "Cancel"
    context = {
        "warning": describe_warning(found),
        "row": found,
        "chain": [describe_warning(one) for one in queries.chain_of(found)],
        "later": [describe_warning(one) for one in found.later.exclude(state=WarningState.DROPPED).defer("cap")],
        "is_open": found.state in OPEN,
        "may_draft": drafts_there and found.state in OPEN,
        "may_ask": drafts_there and found.state == WarningState.DRAFT and verdict is not IssueVerdict.YES,
        "may_issue": verdict is IssueVerdict.YES,
        "needs_other": found.state in OPEN and verdict is IssueVerdict.OWN,
        "may_return": may_issue and found.state == WarningState.ASKED and found.author_id != request.user.pk,
        "may_update": stands and drafts_there,
        "may_cancel": stands and (drafts_there if clear_by_two else may_issue),
        "clear_by_two": clear_by_two,
        "seen": queries.seen_hash(found),
        "without_border": queries.towns_without_border(found),
        "map_bounds": queries.map_bounds(found.region_code),
        "reach": describe_reach(found) if found.state in FROZEN and not found.exercise else None,
        "devices": [(name, FATE_NAMES.get(fate, fate), words) for name, fate, words in devices_of(found)],
        "rounds": found.rounds.count(),
        "rounds_open": found.rounds.filter(done_at=None).count(),
        "question": _("Sign the exercise? It leaves nowhere.")
        if found.exercise
        else _("Sign and send to the public? What is sent can only be updated or cancelled."),
        "sections": sections_of(found, request.user),
        "page_texts": map_texts(),
        "is_public": found.state in FROZEN and not found.exercise,
    }
    return render(request, "mobilisation/public_warnings/warning.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new_warning(request: HttpRequest) -> HttpResponse:
    """A new draft: what and where first, then its words, filled by policy. A refusal keeps what was typed."""
    actor = actor_of(request)
    if not may_anywhere(actor, DRAFT):
        raise NotAllowed(_("This needs the right to draft public warnings."))
    if request.method == "POST":
        with Attempt() as attempt:
            made = drafts.draft_warning(actor=actor, new=read_form(NewWarning, request.POST), now=current_time())
        if attempt.done:
            return redirect("public_warning", made.pk)
        return _form(request, _typed(request), attempt)
    return _form(request, _begun(actor, read_filters(Begun, request.GET)), Attempt())


@never_cache
@require_http_methods(["GET", "POST"])
def edit_warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The words, places and times of a draft."""
    actor = actor_of(request)
    found = queries.visible_warnings(actor).get(pk=warning_id)
    if request.method == "POST":
        with Attempt() as attempt:
            new = read_form(NewWarning, request.POST)
            drafts.change_draft(actor=actor, warning_id=warning_id, new=new, now=current_time())
        if attempt.done:
            return redirect("public_warning", warning_id)
        return _form(request, _typed(request), attempt, found)
    return _form(request, _values_of(found), Attempt(), found)


def _ask(actor: Actor, warning_id: UUID) -> str:
    drafts.ask_for_issue(actor=actor, warning_id=warning_id, now=current_time())
    return _("It waits for the second person, and the desk is told.")


def _return(actor: Actor, warning_id: UUID, *, reason: str) -> str:
    drafts.return_draft(actor=actor, warning_id=warning_id, reason=reason, now=current_time())
    return _("It goes back, and its author is told.")


def _drop(actor: Actor, warning_id: UUID) -> str:
    drafts.drop_draft(actor=actor, warning_id=warning_id, now=current_time())
    return _("The draft is given up.")


def _issue(actor: Actor, warning_id: UUID, *, seen: str = "") -> str:
    made = issuing.issue_warning(actor=actor, warning_id=warning_id, seen=seen, now=current_time())
    return _("The exercise is signed; it leaves nowhere.") if made.exercise else _("The warning is signed and goes out.")


def _cancel(actor: Actor, warning_id: UUID, *, reason: str) -> str:
    made = issuing.cancel_warning(actor=actor, warning_id=warning_id, reason=reason, now=current_time())
    if made.state == WarningState.ASKED:
        return _("The all clear waits for the second person, and the desk is told.")
    return _("The warning is cancelled, and the all clear goes out.")


ACTS: dict[str, Act] = {"ask": _ask, "return": _return, "drop": _drop, "issue": _issue, "cancel": _cancel}


@require_POST
def update(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One press: a draft that follows, open for its new words."""
    with Attempt(request):
        made = issuing.draft_update(actor=actor_of(request), warning_id=warning_id, now=current_time())
        return redirect("edit_public_warning", made.pk)
    return redirect("public_warning", warning_id)


@require_POST
def act_on_warning(request: HttpRequest, warning_id: UUID, name: str) -> HttpResponse:
    """Hands it over, gives it back, issues it, gives it up or cancels it."""
    perform_and_tell(request, ACTS, name, actor_of(request), warning_id)
    return redirect("public_warning", warning_id)


def _form(request: HttpRequest, values: dict[str, Any], attempt: Attempt, warning: PublicWarning | None = None) -> HttpResponse:
    regions = [one for one in regions_within(request.user, DRAFT) if one.code != "000000"]
    region = values.get("region_code", "")
    units = [one for one in regions if one.code != region and one.level == "county"] if region.endswith("00") else []
    own = [one for one in regions if one.code == region]
    kinds = warning_policy(region).kind if region else {}
    towns = town_choices(region)[1:]  # the district itself stands among the units
    known, written = {code for code, _name in towns}, values.get("towns", "").split()
    values["units"] = [*values.get("units", []), *(code for code in written if code in known)]
    values["towns"] = " ".join(code for code in written if code not in known)
    context = {
        "values": values,
        "page_texts": map_texts(),
        "reason": attempt.reason,
        "warning": describe_warning(warning) if warning else None,
        "regions": [(one.code, str(one)) for one in regions],
        "units": [(one.code, str(one)) for one in [*own, *units]],
        "towns": towns,
        "map_bounds": queries.map_bounds(region),
        "kinds": [(code, kind_name(region, code)) for code in kinds],
        "levels": level_choices(),
        "ready": bool(values.get("kind") and values.get("level") and region),
    }
    return render(request, "mobilisation/public_warnings/draft.html", context, status=attempt.status)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stood in a form that was refused."""
    typed = request.POST
    return {**typed.dict(), "units": typed.getlist("units")}


def _begun(actor: Actor, begun: Begun) -> dict[str, Any]:
    """A new draft's values: sentences of policy once kind and level are chosen."""
    regions = [one for one in regions_within(actor, DRAFT) if one.code != "000000"]
    names = {one.code: one for one in regions}
    own = actor.organisation.region_id if actor.organisation else ""
    source = source_of(actor, begun.source_kind, begun.source_id)
    wanted = (begun.region, source.region_code if source else "", own)
    region = next((code for code in wanted if code in names), next(iter(names), ""))
    has_spot = source is not None and source.lon is not None and source.lat is not None
    level = begun.level or (source.level if source else "")
    kind = begun.kind or (source.kind if source else "")
    now = current_time()
    values: dict[str, Any] = {
        "region_code": region,
        "kind": kind,
        "level": level,
        "source_kind": begun.source_kind if source else "",
        "source_id": str(begun.source_id) if source else "",
        "source_label": source.label if source else "",
        "lon": source.lon if source else None,
        "lat": source.lat if source else None,
        "radius_m": 1000 if has_spot else None,
        "units": [],  # what is chosen beforehand would be warned beside the shape that somebody draws
        "exercise": "yes" if source and source.drill else "",
    }
    if source is not None and source.place is not None:
        values |= {"radius_m": None} | _place_values(source.place)
    if region:
        values["expires_at"] = _local(default_end(region, now))
        if kind and level in dict(level_choices()):
            area = names[region]
            values |= first_words(region, kind, level, area_zh=area.name_zh, area_en=area.name_en)
            for language, words in (source.measures if source else {}).items():
                values[f"measures_{language}"] = " ".join(filter(None, (words, values.get(f"measures_{language}", ""))))
    return values


def _values_of(warning: PublicWarning) -> dict[str, Any]:
    """A draft as its form shows it."""
    values: dict[str, Any] = {
        f"{field}_{language}": text for language, texts in warning.texts.items() for field, text in texts.items()
    }
    values |= {name: getattr(warning, name) for name in ("region_code", "kind", "level", "source_kind", "source_label")}
    values["source_id"] = str(warning.source_id or "")
    values["exercise"] = "yes" if warning.exercise else ""
    values["expires_at"] = _local(warning.expires_at)
    values["onset_at"] = _local(warning.onset_at) if warning.onset_at else ""
    for place in queries.places_of(warning):
        values |= _place_values(place)
    return values


def _place_values(place: Place) -> dict[str, Any]:
    match place:
        case Units(codes=codes):
            return {"units": [code for code in codes if len(code) == 6], "towns": " ".join(one for one in codes if len(one) == 9)}
        case Ring(ring=ring):
            return {"polygon": " ".join(f"{lat},{lon}" for lat, lon in ring)}
        case Circle():
            return {"lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}
        case Plume():
            return {
                "lat": place.lat,
                "lon": place.lon,
                "towards_deg": place.towards_deg,
                "length_m": place.length_m,
                "half_angle_deg": place.half_angle_deg,
            }
        case Along():
            return {"asset_code": place.code, "width_m": place.width_m}


def _local(moment: Any) -> str:
    return str(timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M"))
