"""Random draws, signs of gaming, and check lists with their versions."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import fields_of, read_filters
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.inspections.models import Draw, Inspection
from tocsin.supervision.inspections.queries import draws as queries
from tocsin.supervision.inspections.queries import gaming
from tocsin.supervision.inspections.queries.cards import inspectors_led_by
from tocsin.supervision.inspections.queries.checklists import newest_lists, versions_of
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.services import draws as services
from tocsin.supervision.inspections.services.checklists import propose_list
from tocsin.supervision.inspections.services.gaming import decide_sign
from tocsin.supervision.inspections.shown import draws as told
from tocsin.supervision.inspections.shown.inspections import describe_list
from tocsin.supervision.objects.policy.register import trade_name, trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import KIND_NAMES
from tocsin.supervision.objects.views.codes import too_many

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

DRAWN_COLUMNS = ("order", "object", "object_id", "weight", "inspectors")


@never_cache
@require_http_methods(["GET", "POST"])
def draws(request: HttpRequest) -> HttpResponse:
    """The list; whoever leads publishes a new draw here."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you draws."))
    if request.method == "POST":
        with Attempt(request):
            return redirect("draw", _publish(request, **fields_of(_publish, request.POST)).pk)
    may_lead = may_anywhere(request.user, rights.LEAD)
    context = {
        "rows": [told.describe_draw(one) for one in queries.visible_draws(request.user)[:200]],
        "may_lead": may_lead,
        "regions": regions_within(request.user, rights.LEAD) if may_lead else (),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "inspectors": [one for one in inspectors_led_by(request.user) if one.pk != request.user.pk] if may_lead else (),
        "witnesses": queries.witnesses_for(request.user) if may_lead else (),
        "day": timezone.localdate(current_time()) + timedelta(days=1),
        "opened": request.method == "POST",
    }
    return render(request, "supervision/inspections/draws.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw with all that is needed to repeat it, as a page or as JSON; it is made here."""
    if request.method == "POST":
        return _make(request, draw_id=draw_id)
    found = _visible(request, draw_id)
    if request.GET.get("format") == "json":
        return _as_json(found)
    rows = _drawn(request, found)
    if wants_csv(request):
        return as_csv("draw", DRAWN_COLUMNS, rows)
    verified = queries.verify(found)
    context = {
        "one": told.describe_draw(found),
        "trades": [trade_name(one) for one in found.terms.get("trades", ())],
        "rows": rows,
        "agrees": all(verified.values()),
        "is_witness": found.witness_id == request.user.pk,
        "least_words": services.LEAST_WORDS,
        "named": queries.named_candidates(found),
    }
    return render(request, "supervision/inspections/draw.html", context)


@never_cache
@login_not_required
@require_GET
def public_draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """A draw for everybody: what was promised and what was drawn, with all that is needed to repeat it; inspectors by number."""
    found = Draw.objects.filter(pk=draw_id).first()
    if found is None:
        if too_many(request):
            return HttpResponse(_("Too many tries: wait a minute."), status=429, content_type="text/plain; charset=utf-8")
        raise Http404
    if request.GET.get("format") == "json":
        found.terms.pop("without", None)  # why a person could not come is nobody else's matter
        return _as_json(found)
    context = {
        "one": told.describe_draw(found),
        "agrees": all(queries.verify(found).values()),
        "objects": queries.named_candidates(found).objects,
        "drawn": queries.names_of_drawn(found),
    }
    return render(request, "supervision/inspections/public_draw.html", context)


def _as_json(found: Draw) -> HttpResponse:
    """All that anybody needs to repeat a draw; who made it stays inside."""
    whole = {**dict(told.describe_draw(found)), "candidates": found.candidates, "result": found.result}
    for name in ("made_by", "witnessed_by"):
        whole.pop(name)
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
    headers = {"Content-Disposition": f'attachment; filename="draw-{found.pk}.json"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


@never_cache
@require_GET
def signs(request: HttpRequest) -> HttpResponse:
    """The queue of signs of gaming."""
    if not may_anywhere(request.user, rights.INSPECT):
        raise NotAllowed(_("Your roles do not show you signs of gaming."))
    asked = read_filters(SignFilters, request.GET).state
    state = asked if asked in gaming.STATES else ""
    context = {
        "rows": [told.describe_sign(one) for one in gaming.visible_signs(request.user, state=state)[:200]],
        "state": state,
        "states": told.GAMING_STATE_NAMES.items(),
        "may_lead": may_anywhere(request.user, rights.LEAD),
    }
    return render(request, "supervision/inspections/gaming.html", context)


@dataclass(frozen=True)
class SignFilters:
    """Which signs of gaming are listed."""

    state: str = "open"


@act("gaming_signs", alone=True)
def decide(request: HttpRequest, gaming_sign_id: UUID, *, confirmed: bool, words: str) -> None:
    """Confirms or dismisses a sign, in words."""
    decide_sign(actor=actor_of(request), sign_id=gaming_sign_id, confirmed=confirmed, words=words)


@never_cache
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """The newest version of every check list."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you check lists."))
    rows = [describe_list(one) for one in newest_lists().values()]
    return render(request, "supervision/inspections/check_lists.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def check_list(request: HttpRequest, code: str) -> HttpResponse:
    """One list with its items; whoever leads edits it here as a new version."""
    found = newest_lists().get(code)
    if found is None or not may_anywhere(request.user, rights.SEE):
        raise Http404(_("There is no such check list."))
    text = request.POST.get("items") or "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in found.items) + "\n]"
    if request.method == "POST":
        with Attempt(request):
            row = _edit(request, code, **fields_of(_edit, request.POST))
            messages.success(request, _("The new version waits for a second person, who confirms or declines it."))
            return redirect("policy_version", row.pk)
    context = {
        "one": describe_list(found),
        "items": text,
        "versions": [describe_list(one) for one in versions_of(code)],
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "kinds": KIND_NAMES.items(),
        "may_lead": may(request.user, rights.LEAD, EVERYWHERE),
        "opened": request.method == "POST",
    }
    return render(request, "supervision/inspections/check_list.html", context)


def _edit(
    request: HttpRequest,
    code: str,
    *,
    base_version: int = 0,
    zh: str,
    en: str,
    trades: list[str],
    kinds: list[str],
    items: str,
) -> "PolicyVersion":
    read = read_json(items)
    if not isinstance(read, list):
        raise InvalidInput(_("The form can't be read."))
    return propose_list(
        actor=actor_of(request),
        code=code,
        base_version=base_version,
        zh=zh,
        en=en,
        trade_codes=trades,
        kinds=kinds,
        items=read,
    )


def _publish(
    request: HttpRequest,
    *,
    region_code: str,
    name: str,
    trades: list[str],
    count: int,
    witness_id: UUID,
    planned_for: date,
    without: list[UUID],
    why: str = "",
) -> Draw:
    return services.publish_draw(
        actor=actor_of(request),
        region_code=region_code,
        name=name,
        trade_codes=trades,
        count=count,
        witness_id=witness_id,
        planned_for=planned_for,
        without=without,
        why=why,
    )


@act("draw")
def _make(request: HttpRequest, draw_id: UUID, *, words: str) -> str | None:
    """The witness's two steps: words are committed, and said."""
    found = _visible(request, draw_id)
    if found.witness_sha256:
        services.make_draw(actor=actor_of(request), draw_id=found.pk, words=words)
        return None
    services.commit_words(actor=actor_of(request), draw_id=found.pk, words=words)
    return _("Your words are committed. Keep them to yourself until you say them here for the draw.")


@dataclass(frozen=True)
class DrawnRow:
    """A drawn object in its order, with the inspection that was planned where the reader sees it."""

    order: int
    object_id: str
    object: str
    weight: float | None
    inspectors: list[str]
    inspection: Inspection | None


def _drawn(request: HttpRequest, found: Draw) -> list[DrawnRow]:
    """The drawn objects in their order, with the inspections that were planned."""
    weights = {one[0]: one[1] for one in found.candidates.get("objects", ())}
    planned = {str(one.object_id): one for one in visible_inspections(request.user).filter(draw=found)}
    rows = []
    for number, (identity, _people) in enumerate(found.result.get("drawn", ()), 1):
        inspection = planned.get(identity)
        pair = [str(inspection.first_inspector), str(inspection.second_inspector or "")] if inspection else []
        rows.append(
            DrawnRow(
                order=number,
                object_id=identity,
                object=inspection.object.name if inspection else identity,
                weight=weights.get(identity),
                inspectors=[one for one in pair if one],
                inspection=inspection,
            )
        )
    return rows


def _visible(request: HttpRequest, draw_id: UUID) -> Draw:
    return queries.visible_draws(request.user).get(pk=draw_id)
