"""Policy on pages: all of it by subject, one file with its versions and a form for a draft, and the acts upon a version."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.records.versions import queries, shown
from tocsin.records.versions.services import city_file, versions
from tocsin.screens.acts import Attempt, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.records.versions.models import PolicyVersion


@never_cache
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """All policy by subject, shipped and own values side by side; `key` finds keys, `format=toml` gives the city's file."""
    _require_reader(request)
    if request.GET.get("format") == "toml":
        answer = HttpResponse(city_file.export_policy(request.user), content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="policy.toml"'
        return answer
    query = request.GET.get("key", "").strip()[:120]
    context = {"files": shown.show_files(request.user, query=query), "query": query}
    return render(request, "records/versions/policy.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def policy_file(request: HttpRequest, name: str) -> HttpResponse:
    """One file: its values, its versions, and a form for a draft."""
    _require_reader(request)
    if name not in queries.policy_files():
        raise Http404(name)
    if request.method == "POST":
        with Attempt(request):
            row = _draft(request, name, **fields_of(_draft, request.POST))
            return redirect("policy_version", row.pk)
    file = queries.policy_file(name)
    may_edit = may_anywhere(request.user, versions.DRAFT)
    context = {
        "file": shown.show_file(file, queries.visible_versions(request.user, name)[:500]),
        "may_edit": may_edit,
        "may_everywhere": may(request.user, versions.DRAFT, EVERYWHERE),
        "everywhere": EVERYWHERE,
        "regions": regions_within(request.user, versions.DRAFT) if may_edit and file.regions else (),
        "items": bool(file.items),
        "form": request.POST,
        "opened": request.method == "POST",
    }
    return render(request, "records/versions/file.html", context)


@never_cache
@require_GET
def policy_version(request: HttpRequest, policy_version_id: UUID) -> HttpResponse:
    """One version: what it says, what it changes, and what is to be done with it."""
    row = _visible(request, policy_version_id)
    rows = shown.show_versions(queries.visible_versions(request.user, row.policy))
    open_draft = row.effective_from is None and not queries.is_declined(row, current_time())
    context = {
        "one": next(one for one in rows if one.id == row.pk),
        "title": queries.policy_title(row.policy),
        "may_try": open_draft and may(request.user, versions.DRAFT, row.region_code),
        "may_confirm": open_draft and row.made_by_id != request.user.pk and may(request.user, versions.CONFIRM, row.region_code),
        "is_mine": open_draft and row.made_by_id == request.user.pk,
    }
    return render(request, "records/versions/version.html", context)


@require_POST
def act_on_policy_version(request: HttpRequest, policy_version_id: UUID, name: str) -> HttpResponse:
    """Tries it, confirms it, or declines it."""
    _visible(request, policy_version_id)
    perform_and_tell(request, {"try": _try, "confirm": _confirm, "decline": _decline}, name, request, policy_version_id)
    return redirect("policy_version", policy_version_id)


def _draft(
    request: HttpRequest,
    policy: str,
    *,
    text: str,
    region_code: Line = EVERYWHERE,
    trade: Line = "",
    key: Line = "",
    source: Line = "",
    confidence: Line = "",
    reason: Line = "",
    whole: bool = False,
    withdrawn: bool = False,
    effective_to: datetime | None = None,
) -> "PolicyVersion":
    new = versions.NewVersion(
        text=text,
        region_code=region_code or EVERYWHERE,
        trade=trade,
        key=key,
        source=source,
        confidence=confidence,
        reason=reason,
        whole=whole,
        withdrawn=withdrawn,
        effective_to=effective_to,
    )
    return versions.draft_version(actor=actor_of(request), policy=policy, new=new)


@costly
def _try(request: HttpRequest, version_id: UUID) -> Any:
    versions.try_version(actor=actor_of(request), version_id=version_id)


def _confirm(request: HttpRequest, version_id: UUID, *, effective_from: datetime | None = None) -> Any:
    versions.confirm_version(actor=actor_of(request), version_id=version_id, effective_from=effective_from)


def _decline(request: HttpRequest, version_id: UUID, *, words: str) -> Any:
    versions.decline_version(actor=actor_of(request), version_id=version_id, words=words)


def _visible(request: HttpRequest, version_id: UUID) -> "PolicyVersion":
    return queries.visible_versions(request.user).get(pk=version_id)


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, queries.SEE):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": queries.SEE})
