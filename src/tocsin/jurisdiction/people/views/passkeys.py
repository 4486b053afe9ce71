"""One's own passkeys: registered, named, ended; and signing in with one."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services import passkeys as services
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.proving import prove_person
from tocsin.jurisdiction.people.services.sessions import note_second_step, second_step_comes_first
from tocsin.jurisdiction.people.views.login import enter_by_passkey, target_of
from tocsin.screens.acts import Attempt, act
from tocsin.screens.forms import read_form
from tocsin.screens.request import actor_of


@dataclass(frozen=True)
class NewPasskey:
    """What the form of a new passkey holds; `answer` is the browser's."""

    name: str
    answer: str
    proof: str


@never_cache
@sensitive_post_parameters("proof")
@require_http_methods(["GET", "POST"])
def passkeys(request: HttpRequest) -> HttpResponse:
    """The list, and the form in which the browser makes a new one; recovery codes follow once, where there were none."""
    user, attempt, form = actor_of(request), Attempt(temporarily=True), NewPasskey("", "", "")
    if request.method == "POST":
        with attempt:
            form, now = read_form(NewPasskey, request.POST), timezone.now()
            prove_person(user=user, proof=form.proof, source=source_of(request), now=now)
            codes = services.register_passkey(
                user=user,
                name=form.name,
                answer=form.answer,
                session_key=request.session.session_key or "",
                now=now,
            )
            note_second_step(request=request)
            if codes:
                return render(request, "jurisdiction/people/recovery_codes.html", {"codes": codes})
            return redirect("passkeys")
    context = {
        "passkeys": [(one, one.data["name"]) for one in queries.passkeys_of(user)],
        "options": services.ask_to_register(user),
        "first": second_step_comes_first(request) and not queries.has_second_step(user),
        "error": attempt.reason,
        "name": form.name,
    }
    return render(request, "jurisdiction/people/passkeys.html", context, status=attempt.status)


@act("passkeys", alone=True)
def rename(request: HttpRequest, passkey_id: int, *, name: str) -> str:
    """Another name for one of one's own."""
    try:
        services.rename_passkey(user=actor_of(request), passkey_id=passkey_id, name=name)
    except Authenticator.DoesNotExist:
        raise Conflict(_("There is no such object, or your rights do not reach it.")) from None
    return _("The passkey has its new name.")


@act("passkeys", alone=True)
def end(request: HttpRequest, passkey_id: int, *, proof: str) -> str:
    """Ends one of one's own, by who shows the password."""
    user = actor_of(request)
    prove_person(user=user, proof=proof, source=source_of(request), now=timezone.now())
    try:
        services.end_passkey(user=user, passkey_id=passkey_id)
    except Authenticator.DoesNotExist:
        raise Conflict(_("There is no such object, or your rights do not reach it.")) from None
    return _("The passkey opens nothing any more.")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def login_passkey(request: HttpRequest) -> HttpResponse:
    """In by a passkey alone: possession, and the PIN, finger or face that it asks for."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            person = services.person_of_passkey(answer=request.POST.get("answer", ""), now=timezone.now())
            return enter_by_passkey(request, person)
    if not request.user.is_authenticated:
        request.session.set_expiry(policy().second_step.wait_s)  # a stranger's: kept no longer than the question holds
    context = {"options": services.ask_to_sign_in(None), "error": attempt.reason, "next": target_of(request)}
    return render(request, "jurisdiction/people/login_passkey.html", context, status=200 if attempt.done else 403)
