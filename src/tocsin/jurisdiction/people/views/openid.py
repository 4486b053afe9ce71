"""In by an OpenID provider: django-allauth speaks with it, we know the person."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services import providers as services
from tocsin.jurisdiction.people.views.login import go_on
from tocsin.screens.acts import Attempt
from tocsin.screens.request import actor_of

CONNECTING = "connecting"  # in the session: when its person proved who they are, to connect the account with the provider


class NoSelfService(DefaultAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """Accounts are made by system administrators alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account."""
        return False


class KnownPeople(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The provider says who it is; only who connected an account of their own comes in, and by our own second step."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Ends django-allauth's part: no account of its own is made, nothing is connected."""
        provider = settings.CONFIGURATION.openid
        assert provider is not None  # noqa: S101 - narrows the type; without a provider django-allauth does not come here
        subject, began = sociallogin.account.uid, request.session.pop(CONNECTING, 0.0)
        if request.user.is_authenticated and timezone.now().timestamp() < began + policy().second_step.wait_s:
            with Attempt(request):
                services.connect_provider(user=actor_of(request), issuer=provider.issuer, subject=subject)
                messages.success(request, _("From now on %(name)s opens your account.") % {"name": provider.name})
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account")))
        with Attempt(request):
            person = services.recognise_person(issuer=provider.issuer, subject=subject)
            raise ImmediateHttpResponse(go_on(request, person, next_page=sociallogin.state.get("next") or "", provider=True))
        raise _back()

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        """Whatever went wrong on the way: back to our own page, where the password still opens."""
        messages.error(request, _("Signing in by %(name)s did not work. Try again.") % {"name": provider.name})
        raise _back()


def _back() -> ImmediateHttpResponse:
    return ImmediateHttpResponse(HttpResponseRedirect(reverse("login")))
