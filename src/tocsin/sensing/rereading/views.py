"""The page of kept messages: what is there, what reading it again would bring, and doing it; and one message with its content."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import needs
from tocsin.screens.acts import Attempt, act
from tocsin.screens.budgets.requests import claim
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.quarantine.models import REASON_NAMES, KeptMessage
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.rules import NOT_OF_A_MESSAGE
from tocsin.sensing.rereading import queries
from tocsin.sensing.rereading.queries import MANAGE, Choice
from tocsin.sensing.rereading.rules import State
from tocsin.sensing.rereading.services import asking as services
from tocsin.sensing.rereading.services.strangers import take_over_messages as take_over
from tocsin.sensing.rereading.shown import (
    TallyOut,
    describe_content,
    describe_message,
    describe_rereading,
    describe_room,
    describe_sender,
    describe_tally,
)

if TYPE_CHECKING:
    from tocsin.sensing.rereading.models import Rereading

REREADINGS_SHOWN = 10
ROOMS_SHOWN = 5
COLUMNS = (
    *("device_code", "region_code", "reason_text", "detail", "door", "form_text", "place", "size", "taken"),
    *("arrived_at", "tried_at"),
)
EMPTY = EmptyState(gettext_lazy("A message is kept when nothing could read it."))


@require_GET
@needs(MANAGE)
def kept_messages(request: HttpRequest) -> HttpResponse:
    """The list by device, reason and span, with what was asked before."""
    return _page(request, read_filters(Choice, request.GET))


@require_POST
@needs(MANAGE)
def try_reading(request: HttpRequest) -> HttpResponse:
    """The dry run: the same page with what reading them again would bring."""
    choice = _chosen(**fields_of(_chosen, request.POST))
    claim()
    tally = services.try_reading(actor=actor_of(request), choice=choice, now=current_time())
    found = queries.chosen_messages(request.user, choice).count()
    return _page(request, choice, describe_tally(tally, found))


@require_POST
@needs(MANAGE)
def reread_messages(request: HttpRequest) -> HttpResponse:
    """They are read again; the page shows how far it has come."""
    choice = _chosen(**fields_of(_chosen, request.POST))
    with Attempt(request):
        services.ask_to_reread(actor=actor_of(request), choice=choice, now=current_time())
    return redirect(_address(choice))


@require_POST
@needs(MANAGE)
def discard_messages(request: HttpRequest) -> HttpResponse:
    """Messages of one device are thrown away."""
    choice = _chosen(**fields_of(_chosen, request.POST))
    with Attempt(request):
        messages.success(request, _discard(request, choice, **fields_of(_discard, request.POST)))
    return redirect(_address(choice))


@require_GET
@needs(MANAGE)
def kept_message(request: HttpRequest, kept_message_id: UUID) -> HttpResponse:
    """One message with its content, as text or in hexadecimal digits."""
    found = queries.visible_messages(request.user).get(pk=kept_message_id)
    return render(request, "sensing/rereading/kept_message.html", {"message": describe_content(found)})


@needs(MANAGE)
@act("device")
def take_over_messages(request: HttpRequest, device_id: UUID) -> str:
    """What came under the device's name before it was registered is its own from here on, and is read."""
    made = take_over(actor=actor_of(request), device_id=device_id, now=current_time())
    return ngettext("%(count)d message is being read.", "%(count)d messages are being read.", made.found) % {"count": made.found}


def _chosen(*, device: Line, reason: Line, begins: datetime | None = None, ends: datetime | None = None) -> Choice:
    return Choice(device, reason, begins, ends)


def _discard(request: HttpRequest, choice: Choice, *, why: Line) -> str:
    count = services.discard(actor=actor_of(request), choice=choice, reason=why)
    return ngettext("%(count)d message was thrown away.", "%(count)d messages were thrown away.", count) % {"count": count}


def _page(request: HttpRequest, choice: Choice, tally: TallyOut | None = None) -> HttpResponse:
    found = queries.chosen_messages(request.user, choice)
    rereadings: list[Rereading] = list(queries.visible_rereadings(request.user)[:REREADINGS_SHOWN])
    rooms = queries.visible_rooms(request.user)
    limits = quarantine_policy()
    context = {
        "choice": choice,
        "reasons": [(one.value, name) for one, name in REASON_NAMES.items() if one not in NOT_OF_A_MESSAGE],
        "tally": tally,
        "rereadings": [describe_rereading(one) for one in rereadings],
        "is_under_way": any(one.state == State.OPEN for one in rereadings),
        "rooms": [describe_room(one) for one in rooms.filter(dropped__gt=0).order_by("-last_dropped_at")[:ROOMS_SHOWN]],
        "limits": limits.kept,
        "senders": [describe_sender(one) for one in queries.senders(queries.visible_strangers(request.user))],
        "strangers": limits.strangers,
        "limits_mib": {"device": limits.kept.bytes_per_device / 2**20, "all": limits.kept.bytes_in_all / 2**20},
        "address": _address(choice),
    }
    return list_file(request, found, "kept-messages", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/rereading/kept_messages.html", empty=EMPTY, part="", describe=describe_message, context=context
    )


def _address(choice: Choice) -> str:
    chosen = {
        "device": choice.device,
        "reason": choice.reason,
        "begins": choice.begins.isoformat() if choice.begins else "",
        "ends": choice.ends.isoformat() if choice.ends else "",
    }
    named = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("kept_messages") + (f"?{named}" if named else "")


def _flat(one: KeptMessage) -> dict[str, Any]:
    return describe_message(one).dict()
