"""The page by which strangers register themselves."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tocsin.jurisdiction.face import too_many_guesses
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.register import bodies_that_take_in
from tocsin.mobilisation.volunteers.rules.register import Kind
from tocsin.mobilisation.volunteers.services.register import NewVolunteer, join
from tocsin.mobilisation.volunteers.shown.names import KIND_NAMES, consent_text, map_texts
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form

MOST_PER_MIN = 5  # of one network; what is too much waits a minute


@dataclass(frozen=True)
class JoinForm:
    """What is asked of whoever registers."""

    name: Line
    kind: Kind
    body: UUID
    username: Line
    password: str
    telephone: Line
    place: Line
    lon: float | None = None
    lat: float | None = None
    agreed: bool = False


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_page(request: HttpRequest) -> HttpResponse:
    """Registering oneself: few fields, the text that one consents to, then the sign-in where the number is confirmed."""
    attempt = Attempt()
    if request.method == "POST":
        if too_many_guesses(kind="code", address=request.META.get("REMOTE_ADDR", ""), most_per_min=MOST_PER_MIN):
            return _page(request, _("Too many tries: wait a minute."), 429)
        with attempt:
            form = read_form(JoinForm, request.POST)
            join(
                new=NewVolunteer(form.name, form.kind, form.lon, form.lat, form.place),
                body_id=form.body,
                username=form.username,
                password=form.password,
                telephone=form.telephone,
                agreed=form.agreed,
                language=get_language() or "",
                now=current_time(),
            )
            messages.success(request, _("You are registered. Sign in and type in the code that was sent to your number."))
            return redirect("login")
    return _page(request, attempt.reason, attempt.status)


def _page(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    text = volunteers_policy().consent
    context = {
        "bodies": bodies_that_take_in(),
        "kinds": [(one.value, name) for one, name in KIND_NAMES.items()],
        "consent": consent_text(),
        "consent_version": text.version,
        "map_texts": map_texts(),
        "problem": problem,
        "values": request.POST,
    }
    return render(request, "mobilisation/volunteers/join.html", context, status=status)
