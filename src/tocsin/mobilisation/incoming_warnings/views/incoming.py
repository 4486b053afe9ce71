"""Warnings of other services: the list with its map, one of them, and messages that were refused."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.face import TELL
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, region_of
from tocsin.mobilisation.incoming_warnings.queries import demands as demand_queries
from tocsin.mobilisation.incoming_warnings.queries import incoming as queries
from tocsin.mobilisation.incoming_warnings.queries.exposed import things_in_area
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, MANAGE, SEE, IncomingState, MessageState
from tocsin.mobilisation.incoming_warnings.services import answers, drafting, quarantine
from tocsin.mobilisation.incoming_warnings.shown.demands import count_demands, describe_demands
from tocsin.mobilisation.incoming_warnings.shown.exposed import exposed_to_incoming
from tocsin.mobilisation.incoming_warnings.shown.incoming import describe_incoming, describe_message, describe_service
from tocsin.mobilisation.public_warnings.queries.warnings import map_bounds
from tocsin.mobilisation.public_warnings.shown.warnings import map_texts
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = (
    *("id", "service", "kind_name", "event", "level_name", "headline", "state_name", "region_code", "exercise", "unsigned"),
    *("came_at", "onset_at", "expires_at", "ended_at"),
)
MESSAGE_COLUMNS = (
    *("id", "service", "came_at", "sent_at", "sender", "identifier", "status", "msg_type", "state_name"),
    *("verdict", "verdict_name", "reason", "signed_by", "sha256"),
)
WHEN = (("now", pgettext_lazy("warnings", "In force")), ("past", gettext_lazy("Over")), ("all", gettext_lazy("All")))
MESSAGE_STATES = (
    ("quarantined", gettext_lazy("Refused")),
    ("set_aside", gettext_lazy("Set aside")),
    ("taken", gettext_lazy("Taken in")),
    ("", gettext_lazy("All")),
)
_LONGEST_SHOWN = 20_000
_MOST_DEMANDS = 2000
EMPTY_INCOMING = EmptyState(
    gettext_lazy("A warning comes here when a service that is registered sends one."),
    link=gettext_lazy("Services that warn"),
    to="warning_services",
    may="may_manage",
    over="when=all",
)
EMPTY_MESSAGES = EmptyState(gettext_lazy("A message waits here when it came and could not be taken as it is."), over="state=")


@dataclass(frozen=True)
class Filters:
    """How the list is cut."""

    when: Literal["now", "past", "all"] = "now"


@dataclass(frozen=True)
class MessageFilters:
    """How the list of messages is cut."""

    state: Literal["", "taken", "set_aside", "quarantined"] = "quarantined"


@never_cache
@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """The list with the map of what is in force, and how fresh the services are; or a file."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you public warnings."))
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = queries.search_incoming(request.user, when=chosen.when)
    context = {
        "chosen": chosen,
        "when": WHEN,
        "services": [describe_service(one, now) for one in queries.visible_services(request.user).filter(ended_at=None)[:50]],
        "refused": queries.refused_messages(request.user).count() if may_anywhere(request.user, ANSWER) else 0,
        "may_manage": may_anywhere(request.user, MANAGE),
        "may_answer": may_anywhere(request.user, ANSWER),
        "heading": _("Warnings of other services"),
        "features": "/api/v1/mobilisation/incoming-warnings.geojson",
        "map_bounds": map_bounds(region_of(actor_of(request))),
        "page_texts": map_texts(),
    }
    return list_file(request, found, "incoming-warnings", COLUMNS, describe_page=describe_incoming) or list_page(
        request,
        found,
        "mobilisation/incoming_warnings/incoming.html",
        empty=EMPTY_INCOMING,
        part="",
        describe_page=describe_incoming,
        context=context,
    )


@never_cache
@require_GET
def warning(request: HttpRequest, incoming_warning_id: UUID) -> HttpResponse:
    """One of them: what its sender says, where, its messages."""
    found = queries.visible_incoming(request.user).get(pk=incoming_warning_id)
    rows = demand_queries.visible_demands(request.user).filter(warning=found)[:_MOST_DEMANDS]
    demands = describe_demands(rows, current_time())
    chain = found.messages.select_related("service", "looked_by").defer("data").order_by("-sent_at", "-id")
    context = {
        "warning": describe_incoming([found])[0],
        "chain": [describe_message(one) for one in chain[:100]],
        "demands": demands,
        "counts": count_demands(demands),
        "own": set(demand_queries.own_demands(request.user).filter(warning=found).values_list("pk", flat=True)),
        "volunteers": sum(one.count for one in things_in_area(found) if one.holding == "volunteers")
        if may(request.user, "volunteers.see", found.region_code)
        else None,
        "answer": exposed_to_incoming(found, request.user),
        "exposed_about": f"incoming_warning:{found.pk}" if may_anywhere(request.user, TELL) else "",
        "may_draft": may_anywhere(request.user, ANSWER) and found.state == IncomingState.IN_FORCE,
        "map_bounds": map_bounds(found.region_code),
        "may_read_bytes": may(request.user, ANSWER, found.service.region_code),
        "page_texts": map_texts(),
    }
    return render(request, "mobilisation/incoming_warnings/warning_in.html", context)


@never_cache
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """Messages as they came, those that were refused first asked for; or a file."""
    if not may_anywhere(request.user, ANSWER):
        raise NotAllowed(_("Your roles do not show you messages of other services."))
    chosen = read_filters(MessageFilters, request.GET)
    found = queries.visible_messages(request.user)
    found = found.filter(state=chosen.state) if chosen.state else found
    return list_file(request, found, "incoming-messages", MESSAGE_COLUMNS, describe_message) or list_page(
        request,
        found,
        "mobilisation/incoming_warnings/messages.html",
        empty=EMPTY_MESSAGES,
        part="",
        describe=describe_message,
        context={"chosen": chosen, "states": MESSAGE_STATES},
    )


@never_cache
@require_GET
def message(request: HttpRequest, incoming_message_id: UUID) -> HttpResponse:
    """One message with its verdict, its reason and its text."""
    found = queries.visible_messages(request.user).defer(None).get(pk=incoming_message_id)
    text = bytes(found.data)[:_LONGEST_SHOWN].decode("utf-8", "replace").replace("\x00", "�")
    context = {
        "message": describe_message(found),
        "text": text,
        "is_cut": len(found.data) > _LONGEST_SHOWN,
        "may_look": found.state == MessageState.QUARANTINED and found.looked_at is None,
    }
    return render(request, "mobilisation/incoming_warnings/message.html", context)


@act("incoming_message")
def look(request: HttpRequest, incoming_message_id: UUID) -> str:
    """Somebody of the desk has looked at it."""
    quarantine.look_at_message(actor=actor_of(request), message_id=incoming_message_id, now=current_time())
    return _("It no longer waits; it stays refused.")


@act("incoming_warning")
def acknowledge(request: HttpRequest, incoming_warning_id: UUID, warning_demand_id: UUID, *, words: str) -> str:
    """The desk, or the body that owns what lies there, has it."""
    found = demand_queries.visible_demands(request.user).get(pk=warning_demand_id, warning=incoming_warning_id)
    answers.acknowledge(actor=actor_of(request), demand_id=found.pk, words=words, now=current_time())
    return _("Acknowledged.")


@act("incoming_warning")
def draft(request: HttpRequest, incoming_warning_id: UUID) -> HttpResponse:
    """One press: a draft of a public warning, open for its author."""
    made = drafting.draft_from_incoming(actor=actor_of(request), warning_id=incoming_warning_id, now=current_time())
    return redirect("edit_public_warning", made.pk)
