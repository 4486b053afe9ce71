"""One sign-in from a browser that was new: was that you?"""

from uuid import UUID

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.rules.devices import device_words
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.disowning import disown_sign_in
from tocsin.jurisdiction.people.services.logins import locked_words
from tocsin.screens.acts import Attempt
from tocsin.screens.request import actor_of


@require_GET
def sign_in(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """From which device and address, and when. What is not known any more was ended."""
    found = queries.browsers_of(actor_of(request)).filter(pk=browser_id).first()
    context = {
        "browser": found,
        "device": device_words(found.user_agent) if found else "",
        "is_this": found is not None and found.browser == source_of(request).browser,
    }
    return render(request, "jurisdiction/people/sign_in.html", context)


@require_POST
def disown(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """It was somebody else: whatever they may hold ends, this session too. An administrator opens the account again."""
    with Attempt(request):
        disown_sign_in(user=actor_of(request), browser_id=browser_id, source=source_of(request), now=timezone.now())
        auth.logout(request)
        messages.success(request, locked_words())
        return redirect("login")
    return redirect("sign_in", browser_id)
