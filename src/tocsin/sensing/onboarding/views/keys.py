"""Keys for enrolment: made and shown once, looked after, revoked."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import needs, regions_within, visible_organisations
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.models import visible_models
from tocsin.sensing.onboarding.models import EnrolmentKey
from tocsin.sensing.onboarding.queries import MANAGE, enrolments_of, visible_keys
from tocsin.sensing.onboarding.services import enrolment as services
from tocsin.sensing.onboarding.services.enrolment import NewKey
from tocsin.sensing.onboarding.shown.keys import describe_enrolment, describe_key, line_to_enrol

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class KeyForm:
    """A key, as its form has it."""

    name: Line
    region_code: str
    most: int
    days: int
    organisation: UUID | None
    code_prefix: Line
    like: Line
    model: UUID | None
    lon: float | None
    lat: float | None


@require_GET
@needs(MANAGE)
def keys(request: HttpRequest) -> HttpResponse:
    """Those that were made, with the form for one more."""
    return _keys(request)


@never_cache
@require_POST
@needs(MANAGE)
def make_key(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows it, this once."""
    with Attempt() as attempt:
        form = read_form(KeyForm, request.POST)
        new = NewKey(
            name=form.name,
            region_code=form.region_code,
            most=form.most,
            days=form.days,
            organisation_id=form.organisation,
            code_prefix=form.code_prefix,
            like_code=form.like,
            model_id=form.model,
            lon=form.lon,
            lat=form.lat,
        )
        made, text = services.make_key(actor=actor_of(request), new=new, now=current_time())
        return _key(request, made, text)
    return _keys(request, error=attempt.reason, status=attempt.status)


@require_GET
@needs(MANAGE)
def key(request: HttpRequest, enrolment_key_id: UUID) -> HttpResponse:
    """One key, and the devices that came in by it."""
    return _key(request, visible_keys(request.user).get(pk=enrolment_key_id))


@act("enrolment_key")
def revoke_key(request: HttpRequest, enrolment_key_id: UUID) -> str:
    """The key lets nobody in from now on."""
    services.revoke_key(actor=actor_of(request), key_id=enrolment_key_id, now=current_time())
    return _("The key is revoked. Devices that came in by it stay.")


@act("enrolment_key")
def renew_key(request: HttpRequest, enrolment_key_id: UUID, *, days: int, more: int) -> str:
    """The same key holds on, and lets more in."""
    services.renew_key(actor=actor_of(request), key_id=enrolment_key_id, days=days, more=more, now=current_time())
    return _("The key is renewed: devices that hold it enrol by themselves.")


def _keys(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    now = current_time()
    context = {
        "keys": [describe_key(one, now) for one in visible_keys(request.user)[:SHOWN]],
        "regions": regions_within(request.user, MANAGE),
        "organisations": visible_organisations(request.user),
        "models": visible_models(request.user),
        "limits": policy().enrolment,
        "values": request.POST,
        "error": error,
    }
    return render(request, "sensing/onboarding/keys.html", context, status=status)


def _key(request: HttpRequest, made: EnrolmentKey, text: str = "") -> HttpResponse:
    context = {
        "key": describe_key(made, current_time()),
        "enrolled": [describe_enrolment(one) for one in enrolments_of(made)[:SHOWN]],
        "text": text,
        "line": line_to_enrol(made, text) if text else "",
        "limits": policy().enrolment,
        "days": min(policy().enrolment.longest_days, max(1, (made.until - made.made_at).days)),
    }
    return render(request, "sensing/onboarding/key.html", context)
