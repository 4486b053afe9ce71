"""Notices on screen: a person's inbox, all notices for the desk, what nobody could be told, the part of a case's page, CSV."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.contacts.rules import TELEPHONE
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.channels.services.web_push import public_key
from tocsin.notices.inbox import services as answering
from tocsin.notices.inbox.shown import Matter, by_reader, describe_matters, describe_rows
from tocsin.notices.messages.queries import inbox as queries
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.shown import (
    CALL_NAMES,
    FATE_NAMES,
    describe_notice,
)
from tocsin.screens.acts import Act, Attempt, next_of, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form, read_value
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tocsin.notices.messages.models import Notice
    from tocsin.notices.messages.shown import NoticeOut

MATTERS = 30  # of an inbox on one page
MOST_CALLS = 200
SHOWN_OF_CASE = 40
COLUMNS = (
    *("written_at", "case", "to", "why_name", "purpose_name", "level", "urgent", "drill", "fate_name"),
    *("delivered_at", "seen_at", "seen_by", "read_at", "signed_at", "signed_as", "ways"),
)
EMPTY = EmptyState(gettext_lazy("A notice is sent when something concerns somebody."))


def notices_context(user: Any, *, kind: str, ids: "Collection[UUID]", region_code: str) -> dict[str, object]:
    """The part of a subject's page that tells who was told and what became of it: `_notices.html`."""
    found = list(queries.with_sendings(queries.notices_about(kind, ids)))
    told = [describe_notice(one, user) for one in found[-SHOWN_OF_CASE:]]
    return {
        "notices": told,
        "called_bodies": _called(told),
        "notices_left_out": max(0, len(found) - SHOWN_OF_CASE),
        "may_call": may(user, rights.KEEP, region_code),
        "call_fates": call_fates(),
    }


def _called(told: "Sequence[NoticeOut]") -> list[tuple[str, str]]:
    """Whom a call that is entered by hand may have been with: a notice and a number, each body and number once, the newest notice
    of it; what waits to be dialled first.
    """
    found: dict[tuple[str, str], tuple[bool, str, str]] = {}
    for notice in reversed(told):
        for row in notice.sendings:
            if row.channel == TELEPHONE and row.address and (notice.to, row.address) not in found:
                label = f"{notice.to} · {row.address}"
                found[notice.to, row.address] = (not row.to_dial, f"{notice.id} {row.address}", label)
    return [(value, label) for _dialled, value, label in sorted(found.values())]


def calls_context(user: Any, region_code: str = "") -> dict[str, object]:
    """What waits for a person to dial: `_calls.html`."""
    found = queries.to_call(user, machine_now=timezone.now(), region_code=region_code)
    return {
        "to_call": describe_matters(by_reader(found[:MOST_CALLS]), user),
        "call_fates": call_fates(),
        "called_region": region_code,
    }


def untold_context(user: Any) -> dict[str, object]:
    """What nobody could be told and nobody has seen to: `_untold.html`."""
    return {"untold": describe_matters(by_reader(queries.untold(user)[:MOST_CALLS]), user)}


def call_fates() -> list[tuple[str, str]]:
    """What may come of a call."""
    return [(fate.value, str(name)) for fate, name in CALL_NAMES.items()]


@dataclass(frozen=True)
class InboxFilters:
    """Which notices of the person are listed."""

    state: Literal["waiting", "all"] = "waiting"


@dataclass(frozen=True)
class ReadForm:
    """Until when everything is read, or these alone."""

    until: datetime
    notice: list[UUID]


@dataclass(frozen=True)
class SeenForm:
    """Notices whose rows were shown."""

    notice: list[UUID]


@dataclass(frozen=True)
class Filters:
    """Which notices are listed."""

    search: str = ""
    fate: str = ""


@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person or their desk, and what nobody could be told."""
    state = read_filters(InboxFilters, request.GET).state
    now = current_time()
    context = {
        **untold_context(request.user),
        **calls_context(request.user),
        "state": state,
        "until": now,
        "may_see_all": may_anywhere(request.user, rights.SEE),
        "push_key": public_key(),
    }
    heads = queries.matters_of(request.user, now=now, state=state)

    def describe(page: "list[Notice]") -> "list[Matter]":
        return describe_matters(queries.with_others(request.user, page, now=now, state=state), request.user)

    return list_page(request, heads, "notices/inbox/notices.html", describe_page=describe, context=context, per_page=MATTERS)


@never_cache
@require_GET
def untold(request: HttpRequest) -> HttpResponse:
    """What nobody could be told, as a part of the console and of other pages; empty where nothing rings."""
    return render(request, "notices/inbox/_untold.html", {**untold_context(request.user), "back": request.GET.get("back", "")})


@never_cache
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """What waits for a person to dial, as a part of a page."""
    context = calls_context(request.user, request.GET.get("region", ""))
    return render(request, "notices/inbox/_calls.html", {**context, "back": request.GET.get("back", "")})


@never_cache
@require_GET
def waiting(request: HttpRequest) -> JsonResponse:
    """For the bell in the frame: how many wait, how many are urgent, and whether something could be told to nobody."""
    waits, urgent = queries.count_waiting(request.user, now=current_time())
    calls = queries.to_call(request.user, machine_now=timezone.now())
    told = {"waiting": waits, "urgent": urgent, "untold": queries.count_readers(queries.untold(request.user))}
    urgent_calls = queries.count_readers(calls.filter(urgent=True))
    return JsonResponse({**told, "to_call": queries.count_readers(calls), "urgent_calls": urgent_calls})


@never_cache
@require_GET
def all_notices(request: HttpRequest) -> HttpResponse:
    """Every notice of the regions whose cases the person may see."""
    found, chosen = _found(request)
    context = {"chosen": chosen, "fates": list(FATE_NAMES.items())}
    describe = partial(describe_rows, reader=request.user)
    return list_page(
        request, found, "notices/inbox/all_notices.html", empty=EMPTY, describe_page=describe, context=context, part=""
    )


@never_cache
@require_GET
def notices_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file."""
    found, _chosen = _found(request)
    return as_csv("notices", COLUMNS, describe_rows(found[:10_000], request.user))


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The browser says which rows the person who looks at its page has been shown."""
    answering.see_notices(actor=actor_of(request), notice_ids=read_form(SeenForm, request.POST).notice)
    return HttpResponse(status=204)


def _read(actor: Actor, notice_id: UUID) -> None:
    answering.read_notice(actor=actor, notice_id=notice_id)


def _sign(actor: Actor, notice_id: UUID) -> None:
    answering.sign_notice(actor=actor, notice_id=notice_id)


def _call(actor: Actor, notice_id: UUID, *, fate: str, said_by: str, text: str, number: str) -> None:
    known = Fate(fate) if fate in set(Fate) else Fate.QUEUED  # which `record_call` refuses
    answering.record_call(actor=actor, notice_id=notice_id, fate=known, said_by=said_by, text=text, number=number)


def _see_to(actor: Actor, notice_id: UUID, *, text: str) -> None:
    answering.see_to(actor=actor, notice_id=notice_id, text=text)


ACTS: dict[str, Act] = {"read": _read, "sign": _sign, "call": _call, "see-to": _see_to}


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All that the page showed as waiting has been read, or one matter of it; what waits for a signature waits on."""
    given = read_form(ReadForm, request.POST)
    with Attempt() as attempt:
        answering.read_all(actor=actor_of(request), until=given.until, notice_ids=given.notice)
    if not attempt.done:
        messages.error(request, attempt.reason)
    return redirect("notices")


@dataclass(frozen=True)
class CallForm:
    """Whom a call was with: a notice and the number that was dialled."""

    whom: str


@require_POST
def log_call(request: HttpRequest) -> HttpResponse:
    """A call by hand, entered in the one form of a page: `whom` names the notice and the number."""
    notice, _blank, number = read_form(CallForm, request.POST).whom.partition(" ")
    perform_and_tell(request, ACTS, "call", actor_of(request), read_value(UUID, "whom", notice), number=number)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = next_of(request)
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "notices")


@require_POST
def act(request: HttpRequest, notice_id: UUID, name: str) -> HttpResponse:
    """Read, sign, a call by hand, or seen to; then back to where the person was."""
    perform_and_tell(request, ACTS, name, actor_of(request), notice_id)
    return _back(request)


def _found(request: HttpRequest) -> tuple[Any, Filters]:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    asked = read_filters(Filters, request.GET)
    chosen = Filters(asked.search, asked.fate if asked.fate in set(Fate) else "")
    return queries.visible_notices(request.user, **asdict(chosen)), chosen
