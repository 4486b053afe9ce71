"""One's own account: password, tokens, what one may do."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import ApiToken
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.rules.devices import device_words
from tocsin.jurisdiction.people.services import (
    sessions as services,
)
from tocsin.jurisdiction.people.services import (
    tokens as services_tokens,
)
from tocsin.jurisdiction.people.services.accounts import change_own_password
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.rights.models import PERMISSION_NAMES
from tocsin.jurisdiction.rights.queries import may_anywhere
from tocsin.jurisdiction.rights.rules import PERMISSIONS
from tocsin.screens.acts import Attempt, act
from tocsin.screens.forms import Line, fields_of, read_form
from tocsin.screens.request import actor_of


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who am I here, what may I do where, and which programs speak for me."""
    return _account_page(request)


@dataclass(frozen=True)
class NewPassword:
    """What the form of a new password holds."""

    old: str
    new: str
    again: str
    first: bool
    end_tokens: bool


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own; where it was a one-time password nothing else opens before."""
    user = actor_of(request)
    attempt = Attempt(temporarily=True)
    if request.method == "POST":
        with attempt:
            form = read_form(NewPassword, request.POST)
            if form.new != form.again:
                raise InvalidInput(_("The two new passwords differ."))
            change_own_password(user=user, old=form.old, new=form.new, source=source_of(request), now=timezone.now())
            services.keep_session_with_new_password(request=request, user=user)
            if form.end_tokens:
                services_tokens.end_tokens(user=user)
            messages.success(request, _("Your password is changed."))
            return redirect("/" if form.first else "account")
    context = {"error": attempt.reason, "tokens": queries.tokens_of(user).count()}
    return render(request, "jurisdiction/people/change_password.html", context, status=200 if attempt.done else 400)


@never_cache
@sensitive_post_parameters("proof")
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Answers with the account page that shows the secret, this once."""
    token, secret = None, ""
    with Attempt(temporarily=True) as attempt:
        token, secret = _create_token(request, **fields_of(_create_token, request.POST))
    return _account_page(request, token=token, secret=secret, error=attempt.reason)


def _create_token(
    request: HttpRequest,
    *,
    proof: str,
    name: str,
    scopes: list[str],
    days: Line,
    organisation: UUID | None,
    region: Line,
    sources: Line,
) -> tuple[ApiToken, str]:
    return services_tokens.make_token(
        user=actor_of(request),
        proof=proof,
        source=source_of(request),
        name=name,
        scopes=tuple(permission for permission in PERMISSIONS if permission in scopes),
        now=timezone.now(),
        days=int(days) if days.isascii() and days.isdigit() else 0,
        organisation_id=organisation,
        region_code=region,
        sources=sources.replace(",", " ").split(),
    )


@act("account", alone=True)
def revoke_token(request: HttpRequest, token_id: UUID) -> str:
    """Ends one of one's own tokens."""
    try:
        services_tokens.revoke_token(user=actor_of(request), token_id=token_id)
    except ObjectDoesNotExist:
        raise Conflict(_("There is no such object, or your rights do not reach it.")) from None
    return _("The token has ended.")


@act("account", alone=True)
def end_session(request: HttpRequest, session_id: int) -> str:
    """Ends one of one's own sessions, on whichever machine it is."""
    try:
        services.end_session(user=actor_of(request), session_id=session_id)
    except ObjectDoesNotExist:
        raise Conflict(_("There is no such object, or your rights do not reach it.")) from None
    return _("The session has ended.")


def _account_page(request: HttpRequest, *, token: ApiToken | None = None, secret: str = "", error: str = "") -> HttpResponse:
    user = actor_of(request)
    now = timezone.now()
    permissions = [(one, PERMISSION_NAMES[one]) for one in PERMISSIONS if may_anywhere(user, one)]
    context = {
        "grants": queries.grants_with_regions(user),
        "permissions": permissions,
        "tokens": queries.tokens_of(user),
        "organisations": visible_organisations(user),
        "sessions": [(one, device_words(one.user_agent)) for one in services.list_sessions(user=user)],
        "regions": queries.regions_of_rights(user),
        "provider": settings.CONFIGURATION.openid.name if settings.CONFIGURATION.openid else "",
        "connected": queries.connected_since(user),
        "has_second_step": queries.has_second_step(user),
        "has_app": queries.has_app(user),
        "passkeys": queries.passkeys_of(user).count(),
        "recovery_codes_left": queries.recovery_codes_left(user),
        "now": now,
        "warn_from": now + timedelta(days=policy().token.warn_days),
        "policy": policy().token,
        "new_token": token,
        "secret": secret,
        "error": error,
        "values": request.POST if error else {},
        "chosen": request.POST.getlist("scopes") if error else [],
    }
    return render(request, "jurisdiction/people/account.html", context, status=400 if error else 200)
