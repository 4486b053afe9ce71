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
from tocsin.jurisdiction import queries, services
from tocsin.jurisdiction.models import PERMISSION_NAMES, ApiToken
from tocsin.jurisdiction.policy import policy
from tocsin.jurisdiction.rules import PERMISSIONS
from tocsin.jurisdiction.views.gate import person_of, told


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
                services.check_password(user=user, password=old, address=address, now=timezone.now())
                services.change_own_password(user=user, old=old, new=new)
                services.keep_session_with_new_password(request=request, user=user)
                messages.success(request, _("Your password is changed."))
                return redirect("/" if request.POST.get("first") else "account")
        except Refusal as refusal:
            error = str(refusal)
    return render(request, "jurisdiction/change_password.html", {"error": error}, status=400 if error else 200)


@never_cache
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Answers with the account page that shows the secret, this once."""
    chosen = request.POST.getlist("scopes")
    days, organisation = request.POST.get("days", ""), request.POST.get("organisation", "")
    try:
        token, secret = services.create_token(
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
        told(request, lambda: services.revoke_token(user=person_of(request), token_id=token_id), _("The token has ended."))
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
    permissions = [(one, PERMISSION_NAMES[one]) for one in PERMISSIONS if queries.may_anywhere(user, one)]
    context = {
        "grants": queries.grants_with_regions(user),
        "permissions": permissions,
        "tokens": queries.tokens_of(user),
        "organisations": queries.visible_organisations(user),
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
    return render(request, "jurisdiction/account.html", context, status=400 if error else 200)
