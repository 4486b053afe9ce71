"""The driver's page: whoever holds the consignment note opens it with a phone; no account is needed."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.keys import Purpose, keys_of
from tocsin.jurisdiction.face import too_many_guesses
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.supplies.requests.models import Delivery
from tocsin.supplies.requests.rules.codes import delivery_of_token
from tocsin.supplies.requests.rules.states import DeliveryAct, DeliveryState
from tocsin.supplies.requests.services.deliveries import apply_drivers_act
from tocsin.supplies.requests.shown.requests import describe_delivery, describe_delivery_lines
from tocsin.supplies.requests.views.deliveries import read_step

if TYPE_CHECKING:
    from uuid import UUID

MOST_PER_MIN = 10


@never_cache
@login_not_required
@require_GET
def way(request: HttpRequest, token: str) -> HttpResponse:
    """What is in the vehicle, where to, who receives it, and the next press."""
    found = _delivery(token)
    state = DeliveryState(found.state)
    context = {
        "one": describe_delivery(found, current_time()),
        "lines": describe_delivery_lines(found),
        "request_one": found.request,
        "store": found.store,
        "token": token,
        "may_leave": state is DeliveryState.LOADED,
        "may_hand_over": state is DeliveryState.ON_WAY,
    }
    return render(request, "supplies/requests/way.html", context)


@never_cache
@login_not_required
@require_POST
def act(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The driver leaves, or hands over by the receiver's code."""
    found = _delivery(token)
    address = request.META.get("REMOTE_ADDR", "")
    if name == DeliveryAct.HAND_OVER and too_many_guesses(kind="code", address=address, most_per_min=MOST_PER_MIN):
        messages.error(request, _("Too many tries: wait a minute."))
        return redirect("supply_way", token)
    with Attempt(request):
        driver = found.driver or _("driver")
        entry = read_step(request, found, name, said_by=driver)
        file = request.FILES.get("photo")
        picture = file.read() if file is not None else None
        apply_drivers_act(token=token, act=entry, now=current_time(), picture=picture, name=(file.name or "") if file else "")
    return redirect("supply_way", token)


def _delivery(token: str) -> Delivery:
    delivery_id: UUID | None = delivery_of_token(token, tuple(keys_of(Purpose.CODES)))
    if delivery_id is None:
        raise Http404
    return Delivery.objects.select_related("request", "store").prefetch_related("lines__holding__item").get(pk=delivery_id)
