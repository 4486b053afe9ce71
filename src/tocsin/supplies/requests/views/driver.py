"""The driver's page: whoever holds the consignment note opens it with a phone; no account is needed.

The page itself is a shell that works without a network. It keeps the codes of the papers that were opened on it, reads their
deliveries with them, and sends what was entered, each entry with the code of its delivery.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final
from uuid import UUID

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.decoding import convert
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.base.keys import Purpose, keys_of
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.face import too_many_guesses
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.supplies.requests.models import Delivery, DeliveryEntry
from tocsin.supplies.requests.queries.requests import delivery_of_driver
from tocsin.supplies.requests.rules.codes import delivery_of_token
from tocsin.supplies.requests.rules.entries import DeliveryData
from tocsin.supplies.requests.rules.states import BY_DRIVER, DeliveryAct
from tocsin.supplies.requests.services.deliveries import apply_drivers_act
from tocsin.supplies.requests.shown.phone import STEPS_OF_DRIVER, conflict_of, describe_for_phone

MOST_PER_MIN: Final = 10
MOST_TOKENS: Final = 20
MOST_ENTRIES: Final = 200
LARGEST_PHOTO: Final = 25_000_000  # bytes read at all; `records/attachments` says what is kept


class DriverEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An act as the driver's phone made it, with the code of its paper. The same id twice is one act."""

    id: UUID
    token: str
    act: DeliveryAct
    at: datetime
    data: DeliveryData = DeliveryData()
    device: str = ""
    sequence: int = 0
    base_version: int | None = None


class DriverEntries(msgspec.Struct, frozen=True, kw_only=True):
    """What a phone sends at once, in the order in which it was done."""

    entries: list[DriverEntry]


def open_to_drivers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for whoever holds a paper: no sign-in, a refusal is told as JSON."""

    @wraps(view)
    def let_in(request: HttpRequest, **address: Any) -> HttpResponse:
        with Attempt() as attempt:
            return view(request, **address)
        return JsonResponse({"code": "refused", "message": attempt.reason}, status=attempt.status)

    return login_not_required(never_cache(let_in))


@never_cache
@login_not_required
@require_GET
def way(request: HttpRequest, token: str) -> HttpResponse:
    """The address on the paper: to the page that works without a network, which keeps the code."""
    if delivery_of_token(token, tuple(keys_of(Purpose.CODES))) is None:
        raise Http404
    return redirect(f"{reverse('driver_phone')}#{token}")


@require_GET
@open_to_drivers
def read(request: HttpRequest) -> HttpResponse:
    """The deliveries whose codes this phone holds; the codes stand in a header, so that they come into no log of addresses."""
    now, told, unknown = current_time(), [], []
    for token in request.headers.get("X-Delivery-Tokens", "").split()[:MOST_TOKENS]:
        found = _delivery(token)
        if found is None:
            unknown.append(token)
        else:
            told.append(describe_for_phone(found, now, STEPS_OF_DRIVER, token).model_dump(mode="json"))
    return JsonResponse({"now": now.isoformat(), "person_id": "driver", "deliveries": told, "unknown": unknown})


@require_POST
@open_to_drivers
def enter(request: HttpRequest) -> HttpResponse:
    """Steps as the phone made them, also away from the network, in their order; each is taken or refused by itself."""
    sent = decode_json(request.body, DriverEntries)
    if len(sent.entries) > MOST_ENTRIES:
        raise InvalidInput(_("At most %(count)s entries at once.") % {"count": MOST_ENTRIES})
    return JsonResponse([_take(request, one) for one in sent.entries], safe=False)


@require_POST
@open_to_drivers
def photo(request: HttpRequest) -> HttpResponse:
    """A photo as proof, an entry of its own."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_PHOTO:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": LARGEST_PHOTO / 1e6})
    names = ("id", "at", "device", "sequence", "base_version", "text")
    given: dict[str, Any] = {name: value for name, value in request.POST.items() if name in names and value}
    data = DeliveryData(text=str(given.pop("text", ""))[:2000])
    try:
        said = convert(given | {"token": request.headers.get("X-Delivery-Tokens", ""), "act": "photo"}, DriverEntry, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(_("This can't be read: %(why)s.") % {"why": str(error)[:200]}) from None
    told = _take(request, msgspec.structs.replace(said, data=data), picture=file.read(), name=file.name or "")
    return JsonResponse(told)


def _take(request: HttpRequest, given: DriverEntry, **picture: Any) -> dict[str, Any]:
    delivery_id = delivery_of_token(given.token, tuple(keys_of(Purpose.CODES)))
    told = {"id": str(given.id), "taken": False, "verdict": "", "version": None, "reason": ""}
    kept = None
    try:
        with Attempt() as attempt:
            if delivery_id is None:
                raise Delivery.DoesNotExist
            if given.act not in BY_DRIVER or given.at.tzinfo is None:
                raise InvalidInput(_("There is no act %(act)s here.") % {"act": given.act})
            _hold_back_guesses(request, given)
            act = _act(given, delivery_id)
            kept = apply_drivers_act(token=given.token, act=act, now=current_time(), **{"name": "", **picture})
    except ObjectDoesNotExist:
        return told | {"reason": _("This code is no consignment note of ours, or its delivery has ended.")}
    if kept is None:
        return told | {"reason": attempt.reason}
    return told | {"taken": True, "verdict": kept.verdict, "version": kept.version, "reason": conflict_of(kept)}


def _act(given: DriverEntry, delivery_id: UUID) -> NewAct[DeliveryData]:
    sequence = max(0, min(given.sequence, 2_000_000_000))
    base = None if given.base_version is None else max(0, min(given.base_version, 2_000_000_000))
    return NewAct(given.id, delivery_id, given.act.value, given.at, given.data, given.device, sequence, base, given.data.driver)


def _hold_back_guesses(request: HttpRequest, given: DriverEntry) -> None:
    if given.act is not DeliveryAct.HAND_OVER or DeliveryEntry.objects.filter(pk=given.id).exists():
        return
    if too_many_guesses(kind="code", address=request.META.get("REMOTE_ADDR", ""), most_per_min=MOST_PER_MIN):
        raise InvalidInput(_("Too many tries: wait a minute."))


def _delivery(token: str) -> Delivery | None:
    delivery_id = delivery_of_token(token, tuple(keys_of(Purpose.CODES)))
    return delivery_of_driver(delivery_id, current_time()) if delivery_id else None
