"""Policy on pages: all of it by subject, one file with its versions and a form for a draft, and the acts upon a version."""

from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.records.versions import queries, shown
from tocsin.records.versions.services import city_file, versions

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.versions.models import PolicyVersion

FIELDS = ("text", "trade", "key", "source", "confidence", "reason")


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
    form = request.POST
    if request.method == "POST":
        try:
            row = versions.draft_version(actor=_actor(request), policy=name, new=_new(request))
            return redirect("policy_version", row.pk)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    file = queries.policy_file(name)
    may_edit = may_anywhere(request.user, versions.DRAFT)
    context = {
        "file": shown.show_file(file, queries.visible_versions(request.user, name)[:500]),
        "may_edit": may_edit,
        "may_everywhere": may(request.user, versions.DRAFT, EVERYWHERE),
        "everywhere": EVERYWHERE,
        "regions": regions_within(request.user, versions.DRAFT) if may_edit and file.regions else (),
        "items": bool(file.items),
        "form": form,
        "opened": request.method == "POST",
    }
    return render(request, "records/versions/file.html", context)


@never_cache
@require_GET
def policy_version(request: HttpRequest, policy_version_id: UUID) -> HttpResponse:
    """One version: what it says, what it changes, and what is to be done with it."""
    row = _visible(request, policy_version_id)
    rows = shown.show_versions(queries.visible_versions(request.user, row.policy))
    open_draft = row.effective_from is None
    context = {
        "one": next(one for one in rows if one.id == row.pk),
        "title": shown.title_of(queries.policy_file(row.policy)) if row.policy in queries.policy_files() else row.policy,
        "may_try": open_draft and may(request.user, versions.DRAFT, row.region_code),
        "may_confirm": open_draft and row.made_by_id != request.user.pk and may(request.user, versions.CONFIRM, row.region_code),
    }
    return render(request, "records/versions/version.html", context)


@require_POST
def act_on_policy_version(request: HttpRequest, policy_version_id: UUID, name: str) -> HttpResponse:
    """Tries it, or confirms it."""
    _visible(request, policy_version_id)
    actor = _actor(request)
    try:
        match name:
            case "try":
                versions.try_version(actor=actor, version_id=policy_version_id)
            case "confirm":
                moment = _moment(request.POST.get("effective_from", ""))
                versions.confirm_version(actor=actor, version_id=policy_version_id, effective_from=moment)
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("policy_version", policy_version_id)


def _new(request: HttpRequest) -> versions.NewVersion:
    form = request.POST
    return versions.NewVersion(
        region_code=form.get("region_code") or EVERYWHERE,
        withdrawn=bool(form.get("withdrawn")),
        whole=bool(form.get("whole")),
        effective_to=_moment(form.get("effective_to", "")),
        **{name: form.get(name, "") for name in FIELDS},
    )


def _moment(text: str) -> datetime | None:
    """A local time of a form, None for an empty one."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(_("The time can't be read."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _visible(request: HttpRequest, version_id: UUID) -> "PolicyVersion":
    try:
        return queries.visible_versions(request.user).get(pk=version_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such version, or your rights do not reach it.")) from None


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, queries.SEE):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": queries.SEE})


def _actor(request: HttpRequest) -> "User":
    return cast("User", request.user)
