"""A volunteer's own page: home, skills, consent, pause, leaving."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.mobilisation.public_warnings.queries.warnings import map_bounds
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries import register as queries
from tocsin.mobilisation.volunteers.queries.needs import own_calls
from tocsin.mobilisation.volunteers.rules.register import Kind
from tocsin.mobilisation.volunteers.services import own as services
from tocsin.mobilisation.volunteers.shown.names import KIND_NAMES, consent_text, map_texts, skill_choices
from tocsin.mobilisation.volunteers.shown.register import describe_volunteer
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def own_volunteer(request: HttpRequest) -> HttpResponse:
    """Everything that the register keeps of oneself, to be read, mended and deleted."""
    found = queries.own_entry(request.user)
    if found is None:
        raise NotAllowed(_("You are not in the register of volunteers."))
    text = volunteers_policy().consent
    served = list(own_calls(request.user).filter(served_min__gt=0))
    context = {
        "one": describe_volunteer(found, exact=True, day=queries.today_of(current_time())),
        "kinds": [(one.value, name) for one, name in KIND_NAMES.items()],
        "skills": skill_choices(),
        "certified": [one.code for one in volunteers_policy().skill if one.certificate],
        "consent": consent_text(),
        "consent_version": text.version,
        "consent_first": text.first,
        "most_km": volunteers_policy().call.most_radius_km,
        "map_texts": map_texts(),
        "map_bounds": map_bounds(found.region_code),
        "served": served,
        "served_h": round(sum(one.served_min for one in served) / 60, 1),
    }
    return render(request, "mobilisation/volunteers/own.html", context)


@act("own_volunteer", alone=True)
def change(
    request: HttpRequest, *, name: Line, kind: Kind, lon: float | None, lat: float | None, place: Line, most_km: float | None
) -> str:
    """Name, home, how far."""
    services.change_own(actor=actor_of(request), name=name, kind=kind, lon=lon, lat=lat, place=place, most_km=most_km)
    return _("Saved.")


@act("own_volunteer", alone=True)
def add_skill(
    request: HttpRequest, *, code: str, quantity: int = 1, certificate: Line, valid_until: date | None, note: Line
) -> str:
    """A skill or machine more."""
    services.set_ability(
        actor=actor_of(request), code=code, quantity=quantity, certificate=certificate, valid_until=valid_until, note=note
    )
    return _("Saved.")


@act("own_volunteer", alone=True)
def remove_skill(request: HttpRequest, ability_id: UUID) -> str:
    """One less."""
    services.remove_ability(actor=actor_of(request), ability_id=ability_id)
    return _("Removed.")


@act("own_volunteer", alone=True)
def consent(request: HttpRequest, *, version: str) -> str:
    """Consent to the text in force."""
    services.consent(actor=actor_of(request), version=version, now=current_time())
    return _("Your consent is kept with its date.")


@act("own_volunteer", alone=True)
def pause(request: HttpRequest, *, paused: bool) -> str:
    """A pause begins or ends."""
    services.pause(actor=actor_of(request), paused=paused)
    return _("You are not called until you end the pause.") if paused else _("You can be called again.")


@act("own_volunteer", alone=True)
def apply_again(request: HttpRequest) -> str:
    """Who was refused asks once more."""
    services.apply_again(actor=actor_of(request), now=current_time())
    return _("Your body has been asked once more.")


@act("own_volunteer", alone=True)
def leave(request: HttpRequest, *, sure: bool) -> HttpResponse | str:
    """Out of the register for good, and out of the product where one was nothing else."""
    if not sure:
        return _("Tick that you are sure.")
    actor = actor_of(request)
    services.leave(actor=actor, now=current_time())
    if not actor.is_active:
        logout(request)
        messages.success(request, _("You have left: what was known of you is deleted. Thank you for your help."))
    return redirect("login")
