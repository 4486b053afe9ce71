"""Versions of the points policy: the list with a form for a draft, and one version with what history says of it."""

from datetime import date
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
from tocsin.jurisdiction.queries import may, may_anywhere, regions_within
from tocsin.supervision.descriptions import points as told
from tocsin.supervision.models import PointsPolicy
from tocsin.supervision.policy.points import rules_of, shipped_text
from tocsin.supervision.queries.objects import visible_objects
from tocsin.supervision.queries.points_policy import visible_policies
from tocsin.supervision.rules import rights
from tocsin.supervision.services import points_policy as services
from tocsin.supervision.views.tables import as_csv

CHANGED_COLUMNS = ("object", "name", "before", "after", "score_before", "score_after")


@never_cache
@require_http_methods(["GET", "POST"])
def policies(request: HttpRequest) -> HttpResponse:
    """All versions; who may edit policy drafts one here from the shipped text."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you colours."))
    form = request.POST
    if request.method == "POST":
        try:
            made = services.draft_policy(
                actor=_actor(request),
                region_code=form.get("region_code", ""),
                version=form.get("version", ""),
                text=form.get("text", ""),
                reason=form.get("reason", ""),
            )
            return redirect("points_policy", made.pk)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    edits = [one for one in (rights.EDIT_POLICY, rights.LEAD) if may_anywhere(request.user, one)]
    context = {
        "rows": [told.describe_policy(row, _today()) for row in visible_policies(request.user)[:200]],
        "may_edit": bool(edits),
        "regions": regions_within(request.user, edits[0]) if edits else (),
        "text": form.get("text", shipped_text()),
        "form": form,
        "opened": request.method == "POST",
    }
    return render(request, "supervision/points_policies.html", context)


@never_cache
@require_GET
def policy(request: HttpRequest, points_policy_id: UUID) -> HttpResponse:
    """One version: its figures, who made it and switched it on, what it would have changed; `format=csv` lists who."""
    found = _visible(request, points_policy_id)
    rules = rules_of(found.content)
    listed = [one["object"] for one in found.simulated.get("list", ())]
    seen = visible_objects(request.user).filter(pk__in=listed)
    names = {str(pk): name for pk, name in seen.values_list("pk", "name")}
    simulated = {**found.simulated, "list": [one for one in found.simulated.get("list", ()) if one["object"] in names]}
    shown = told.describe_simulation(simulated if found.simulated else {}, names)
    if request.GET.get("format") == "csv":
        return as_csv(f"policy-{found.version}", CHANGED_COLUMNS, shown["list"] if shown else ())
    context = {
        "one": told.describe_policy(found, _today()),
        "rules": rules,
        "parts": [(told.PART_NAMES[part], rules.figures().parts[part].weight) for part in told.PART_NAMES],
        "deductions": [(told.kind_name(one.kind, rules), one) for one in rules.deduction],
        "red_lines": [(told.kind_name(one.kind, rules), one) for one in rules.red_line],
        "consequences": [
            (told.kind_name(one.kind, rules), [(colour, told.colour_name(colour)) for colour in one.colours], one)
            for one in rules.consequence
        ],
        "simulation": shown,
        "may_simulate": _may(request, found, rights.EDIT_POLICY) or _may(request, found, rights.LEAD),
        "may_switch_on": _may(request, found, rights.LEAD) and found.made_by_id != request.user.pk,
        "today": _today(),
    }
    return render(request, "supervision/points_policy.html", context)


@require_POST
def act(request: HttpRequest, points_policy_id: UUID, name: str) -> HttpResponse:
    """Tries it on history, or switches it on from a day."""
    _visible(request, points_policy_id)
    actor = _actor(request)
    try:
        match name:
            case "simulate":
                services.simulate_policy(actor=actor, policy_id=points_policy_id)
            case "switch-on":
                effective = date.fromisoformat(request.POST.get("effective_from", ""))
                services.switch_on(actor=actor, policy_id=points_policy_id, effective_from=effective)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The day can't be read."))
    return redirect("points_policy", points_policy_id)


def _visible(request: HttpRequest, policy_id: UUID) -> PointsPolicy:
    try:
        return visible_policies(request.user).get(pk=policy_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such version, or your rights do not reach it.")) from None


def _may(request: HttpRequest, found: PointsPolicy, permission: Any) -> bool:
    return found.effective_from is None and may(request.user, permission, found.region_code)


def _today() -> date:
    return timezone.localtime(settings.CONFIGURATION.clock.now()).date()


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)
