"""Random draws, signs of gaming, and check lists with their versions."""

import json
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.tables import as_csv
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.queries import draws as queries
from tocsin.supervision.inspections.queries import gaming
from tocsin.supervision.inspections.queries.checklists import newest_lists, versions_of
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.services import draws as services
from tocsin.supervision.inspections.services.checklists import edit_list
from tocsin.supervision.inspections.services.gaming import decide_sign
from tocsin.supervision.inspections.shown import inspections as told
from tocsin.supervision.objects.policy.register import trade_name, trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import KIND_NAMES

DRAWN_COLUMNS = ("order", "object", "object_id", "weight", "inspectors")


@never_cache
@require_http_methods(["GET", "POST"])
def draws(request: HttpRequest) -> HttpResponse:
    """The list; whoever leads publishes a new draw here."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you draws."))
    if request.method == "POST":
        made = _publish(request)
        if made is not None:
            return redirect("draw", made.pk)
    may_lead = may_anywhere(request.user, rights.LEAD)
    context = {
        "rows": [told.describe_draw(one) for one in queries.visible_draws(request.user)[:200]],
        "may_lead": may_lead,
        "regions": regions_within(request.user, rights.LEAD) if may_lead else (),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "opened": request.method == "POST",
    }
    return render(request, "supervision/inspections/draws.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw with all that is needed to repeat it, as a page or as JSON; it is made here."""
    found = _visible(request, draw_id)
    if request.method == "POST":
        _make(request, found)
        return redirect("draw", draw_id)
    if request.GET.get("format") == "json":
        whole = {**told.describe_draw(found), "candidates": found.candidates, "result": found.result}
        text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
        headers = {"Content-Disposition": f'attachment; filename="draw-{found.pk}.json"'}
        return HttpResponse(text, content_type="application/json", headers=headers)
    rows = _drawn(request, found)
    if request.GET.get("format") == "csv":
        return as_csv("draw", DRAWN_COLUMNS, rows)
    today = timezone.localdate(settings.CONFIGURATION.clock.now())
    context = {
        "one": told.describe_draw(found),
        "trades": [trade_name(one) for one in found.terms.get("trades", ())],
        "rows": rows,
        "verified": queries.verify(found),
        "may_lead": may(request.user, rights.LEAD, found.region_code),
        "day": today + timedelta(days=1),
    }
    return render(request, "supervision/inspections/draw.html", context)


@never_cache
@require_GET
def signs(request: HttpRequest) -> HttpResponse:
    """The queue of signs of gaming."""
    if not may_anywhere(request.user, rights.INSPECT):
        raise NotAllowed(_("Your roles do not show you signs of gaming."))
    state = request.GET.get("state", "open")
    state = state if state in gaming.STATES else ""
    context = {
        "rows": [told.describe_sign(one) for one in gaming.visible_signs(request.user, state=state)[:200]],
        "state": state,
        "states": told.GAMING_STATE_NAMES.items(),
        "may_lead": may_anywhere(request.user, rights.LEAD),
    }
    return render(request, "supervision/inspections/gaming.html", context)


@require_POST
def decide(request: HttpRequest, gaming_sign_id: UUID) -> HttpResponse:
    """Confirms or dismisses a sign, in words."""
    confirmed = request.POST.get("confirmed") == "yes"
    try:
        decide_sign(
            actor=cast("Any", request.user), sign_id=gaming_sign_id, confirmed=confirmed, words=request.POST.get("words", "")
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("gaming_signs")


@never_cache
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """The newest version of every check list."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you check lists."))
    rows = [told.describe_list(one) for one in newest_lists().values()]
    for row in rows:
        row["trade_names"] = [trade_name(one) for one in row["trades"]]
        row["kind_names"] = [str(name) for kind, name in KIND_NAMES.items() if kind.value in row["kinds"]]
    return render(request, "supervision/inspections/check_lists.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def check_list(request: HttpRequest, code: str) -> HttpResponse:
    """One list with its items; whoever leads edits it here as a new version."""
    found = newest_lists().get(code)
    if found is None or not may_anywhere(request.user, rights.SEE):
        raise Http404(_("There is no such check list."))
    text = request.POST.get("items") or "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in found.items) + "\n]"
    if request.method == "POST" and _edit(request, code):
        return redirect("check_list", code)
    context = {
        "one": told.describe_list(found),
        "items": text,
        "versions": [told.describe_list(one) for one in versions_of(code)],
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "kinds": KIND_NAMES.items(),
        "may_lead": may_anywhere(request.user, rights.LEAD),
        "opened": request.method == "POST",
    }
    return render(request, "supervision/inspections/check_list.html", context)


def _edit(request: HttpRequest, code: str) -> bool:
    form = request.POST
    try:
        edit_list(
            actor=cast("Any", request.user),
            code=code,
            base_version=int(form.get("base_version", "0")),
            zh=form.get("zh", ""),
            en=form.get("en", ""),
            trade_codes=form.getlist("trades"),
            kinds=form.getlist("kinds"),
            items=json.loads(form.get("items", "")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    except (ValueError, TypeError):
        messages.error(request, _("The form can't be read."))
        return False
    return True


def _publish(request: HttpRequest) -> Draw | None:
    form = request.POST
    try:
        return services.publish_draw(
            actor=cast("Any", request.user),
            region_code=form.get("region_code", ""),
            name=form.get("name", ""),
            trade_codes=form.getlist("trades"),
            count=int(form.get("count", "")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))
    return None


def _make(request: HttpRequest, found: Draw) -> None:
    form = request.POST
    try:
        services.make_draw(
            actor=cast("Any", request.user),
            draw_id=found.pk,
            witness=form.get("witness", ""),
            planned_for=date.fromisoformat(form.get("planned_for", "")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))


def _drawn(request: HttpRequest, found: Draw) -> list[dict[str, Any]]:
    """The drawn objects in their order, with the inspections that were planned."""
    weights = {one[0]: one[1] for one in found.candidates.get("objects", ())}
    planned = {str(one.object_id): one for one in visible_inspections(request.user).filter(draw=found)}
    rows = []
    for number, (identity, _people) in enumerate(found.result.get("drawn", ()), 1):
        inspection = planned.get(identity)
        pair = [str(inspection.first_inspector), str(inspection.second_inspector or "")] if inspection else []
        rows.append(
            {
                "order": number,
                "object_id": identity,
                "object": inspection.object.name if inspection else identity,
                "weight": weights.get(identity),
                "inspectors": [one for one in pair if one],
                "inspection": inspection,
            }
        )
    return rows


def _visible(request: HttpRequest, draw_id: UUID) -> Draw:
    try:
        return queries.visible_draws(request.user).get(pk=draw_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such draw, or your rights do not reach it.")) from None
