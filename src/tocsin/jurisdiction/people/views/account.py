"""One's own account: password, tokens, what one may do."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.bodies import queries as bodies_queries
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import ApiToken
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services import (
    accounts as services_accounts,
)
from tocsin.jurisdiction.people.services import (
    logins as services_logins,
)
from tocsin.jurisdiction.people.services import (
    sessions as services,
)
from tocsin.jurisdiction.people.services import (
    tokens as services_tokens,
)
from tocsin.jurisdiction.rights import queries as rights_queries
from tocsin.jurisdiction.rights.models import PERMISSION_NAMES
from tocsin.jurisdiction.rights.rules import PERMISSIONS
from tocsin.jurisdiction.rights.views import person_of, told


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who am I here, what may I do where, and which programs speak for me."""
    return _account_page(request)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own; where it was a one-time password nothing else opens before."""
    user = person_of(request)
    error = ""
    if request.method == "POST":
        new = request.POST.get("new", "")
        try:
            if new != request.POST.get("again"):
                error = _("The two new passwords differ.")
            else:
                address, old = request.META.get("REMOTE_ADDR", ""), request.POST.get("old", "")
                services_logins.check_password(user=user, password=old, address=address, now=timezone.now())
                services_accounts.change_own_password(user=user, old=old, new=new)
                services.keep_session_with_new_password(request=request, user=user)
                messages.success(request, _("Your password is changed."))
                return redirect("/" if request.POST.get("first") else "account")
        except Refusal as refusal:
            error = str(refusal)
    return render(request, "jurisdiction/people/change_password.html", {"error": error}, status=400 if error else 200)


@never_cache
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Answers with the account page that shows the secret, this once."""
    chosen = request.POST.getlist("scopes")
    days, organisation = request.POST.get("days", ""), request.POST.get("organisation", "")
    try:
        token, secret = services_tokens.create_token(
            user=person_of(request),
            name=request.POST.get("name", ""),
            scopes=tuple(permission for permission in PERMISSIONS if permission in chosen),
            now=timezone.now(),
            days=int(days) if days.isascii() and days.isdigit() else 0,
            organisation_id=UUID(organisation) if organisation else None,
        )
    except Refusal as refusal:
        return _account_page(request, error=str(refusal))
    except ValueError:
        return _account_page(request, error=_("There is no such organisation."))
    return _account_page(request, token=token, secret=secret)


@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Ends one of one's own tokens."""
    try:
        told(request, lambda: services_tokens.revoke_token(user=person_of(request), token_id=token_id), _("The token has ended."))
    except ApiToken.DoesNotExist:
        messages.error(request, _("There is no such object, or your rights do not reach it."))
    return redirect("account")


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ends one of one's own sessions, on whichever machine it is."""
    try:
        told(request, lambda: services.end_session(user=person_of(request), session_id=session_id), _("The session has ended."))
    except ObjectDoesNotExist:
        messages.error(request, _("There is no such object, or your rights do not reach it."))
    return redirect("account")


def _account_page(request: HttpRequest, *, token: ApiToken | None = None, secret: str = "", error: str = "") -> HttpResponse:
    user = person_of(request)
    now = timezone.now()
    permissions = [(one, PERMISSION_NAMES[one]) for one in PERMISSIONS if rights_queries.may_anywhere(user, one)]
    context = {
        "grants": queries.grants_with_regions(user),
        "permissions": permissions,
        "tokens": queries.tokens_of(user),
        "organisations": bodies_queries.visible_organisations(user),
        "sessions": services.list_sessions(user=user),
        "has_second_step": queries.has_second_step(user),
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
