"""Services that warn: how fresh they are, registered, changed, bound to a token and ended."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, own_tokens, regions_within
from tocsin.mobilisation.incoming_warnings.models import WarningService
from tocsin.mobilisation.incoming_warnings.queries import incoming as queries
from tocsin.mobilisation.incoming_warnings.rules.states import KINDS, MANAGE, PUSH, SEE, WAYS
from tocsin.mobilisation.incoming_warnings.services import sources
from tocsin.mobilisation.incoming_warnings.services.sources import NewService
from tocsin.mobilisation.incoming_warnings.shown.incoming import KIND_NAMES, WAY_NAMES, describe_service
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """All of them, with their last sign of life."""
    if not may_anywhere(request.user, SEE) and not may_anywhere(request.user, MANAGE):
        raise NotAllowed(_("Your roles do not show you public warnings."))
    now = current_time()
    context = {
        "services": [describe_service(one, now) for one in queries.visible_services(request.user)[:500]],
        "may_manage": may_anywhere(request.user, MANAGE),
    }
    return render(request, "mobilisation/incoming_warnings/services.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new_service(request: HttpRequest) -> HttpResponse:
    """A new one. A refusal keeps what was typed."""
    actor = actor_of(request)
    if not may_anywhere(actor, MANAGE):
        raise NotAllowed(_("This needs the right to set up channels of notice."))
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            made = sources.register_service(actor=actor, new=read_form(NewService, request.POST), now=current_time())
            return redirect("warning_service", made.pk)
    return _form(request, attempt)


@never_cache
@require_http_methods(["GET", "POST"])
def edit_service(request: HttpRequest, warning_service_id: UUID) -> HttpResponse:
    """One with its settings, for who keeps it a form."""
    actor = actor_of(request)
    found = queries.visible_services(actor).get(pk=warning_service_id)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            new = read_form(NewService, request.POST)
            sources.change_service(actor=actor, service_id=warning_service_id, new=new)
            return redirect("warning_service", warning_service_id)
    return _form(request, attempt, found)


@act("warning_service")
def bind(request: HttpRequest, warning_service_id: UUID, *, token: UUID | None) -> str:
    """One of the reader's own tokens sends from now on as this service."""
    if token is None:
        raise InvalidInput(_("Choose one of your own tokens with the scope warnings.push; it is made on your account page."))
    made = sources.bind_push_token(actor=actor_of(request), service_id=warning_service_id, token_id=token, now=current_time())
    return _("The token sends from now on as %(name)s.") % {"name": made.name}


@act("warning_service")
def end(request: HttpRequest, warning_service_id: UUID) -> str:
    """Nothing of it is taken in any longer."""
    sources.end_service(actor=actor_of(request), service_id=warning_service_id, now=current_time())
    return _("Nothing of it is taken in any longer.")


def _form(request: HttpRequest, attempt: Attempt, service: WarningService | None = None) -> HttpResponse:
    now = current_time()
    keeps = service is None or (may(request.user, MANAGE, service.region_code) and service.ended_at is None)
    regions = [one for one in regions_within(request.user, MANAGE) if one.code != "000000"]
    tokens = own_tokens(actor_of(request), PUSH, now=now) if service is not None and service.way == "push" and keeps else []
    context = {
        "service": describe_service(service, now) if service else None,
        "values": _values(request, service),
        "keeps": keeps,
        "reason": attempt.reason,
        "kinds": [(one, KIND_NAMES[one]) for one in KINDS],
        "ways": [(one, WAY_NAMES[one]) for one in WAYS],
        "regions": [(one.code, str(one)) for one in regions],
        "tokens": [(one.pk, one.name) for one in tokens],
    }
    return render(request, "mobilisation/incoming_warnings/service.html", context, status=attempt.status)


def _values(request: HttpRequest, service: WarningService | None) -> dict[str, Any]:
    """What the form shows: what was typed, else what is kept, else what is usual."""
    if request.method == "POST":
        typed = dict(request.POST.lists())
        return {**request.POST.dict(), "regions": typed.get("regions", [])}
    if service is None:
        return {"way": "pull", "kind": "weather", "interval_s": 300, "silent_h": 24, "regions": []}
    names = ("region_code", "name", "kind", "way", "regions", "address", "interval_s", "silent_h", "certificates")
    values: dict[str, Any] = {name: getattr(service, name) for name in names}
    return {**values, "private": " ".join(service.private), "takes_unsigned": "yes" if service.takes_unsigned else ""}
