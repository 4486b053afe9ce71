"""Connecting one's own account with an OpenID provider: the password first, then the provider."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.providers import disconnect_provider
from tocsin.jurisdiction.people.services.proving import prove_person
from tocsin.jurisdiction.people.views.openid import CONNECTING
from tocsin.screens.acts import Attempt, act
from tocsin.screens.request import actor_of


@never_cache
@sensitive_post_parameters("proof")
@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest) -> HttpResponse:
    """Asks for the password; who gave it goes on to the provider within the policy's seconds, in this session."""
    openid = settings.CONFIGURATION.openid
    if openid is None:
        raise Http404
    user, attempt = actor_of(request), Attempt(temporarily=True)
    proved = False
    if request.method == "POST":
        with attempt:
            prove_person(user=user, proof=request.POST.get("proof", ""), source=source_of(request), now=timezone.now())
            request.session[CONNECTING] = timezone.now().timestamp()
            proved = True
    connected = queries.connected_since(user)
    context = {"provider": openid.name, "proved": proved, "connected": connected, "error": attempt.reason}
    return render(request, "jurisdiction/people/provider.html", context, status=attempt.status)


@act("account", alone=True)
def disconnect(request: HttpRequest) -> str:
    """Ends the connection."""
    disconnect_provider(user=actor_of(request))
    return _("Your account is no longer connected with a provider.")
