"""Notices on screen: a person's inbox, all notices for the desk, what nobody could be told, the part of a case's page, CSV."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules import rights
from tocsin.command.routing.shown.cases import text_of
from tocsin.command.routing.shown.people import address_of
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.channels.services.web_push import public_key
from tocsin.notices.inbox import services as answering
from tocsin.notices.messages.queries import inbox as queries
from tocsin.notices.messages.shown import CALL_NAMES, FATE_NAMES, describe_notice, subject_of
from tocsin.screens.tables import as_csv

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.notices.messages.models import Notice

PAGE_SIZE = 50
SHOWN_OF_CASE = 60
COLUMNS = (
    *("written_at", "case", "to", "why_name", "purpose_name", "level", "urgent", "drill", "fate_name"),
    *("read_at", "signed_at", "signed_as", "ways"),
)


def notices_context(user: Any, case: "Case") -> dict[str, Any]:
    """The part of a case's page that tells who was told and what became of it: `_notices.html`."""
    found = list(queries.notices_of(case))
    return {
        "notices": [describe_notice(one) for one in found[-SHOWN_OF_CASE:]],
        "notices_left_out": max(0, len(found) - SHOWN_OF_CASE),
        "may_call": may(user, rights.KEEP, case.region_code),
        "call_fates": call_fates(),
    }


def calls_context(user: Any, region_code: str = "") -> dict[str, Any]:
    """What waits for a person to dial: `_calls.html`."""
    found = queries.to_call(user, machine_now=timezone.now(), region_code=region_code)
    return {
        "to_call": [_shown(one) for one in found[:PAGE_SIZE]],
        "call_fates": call_fates(),
        "called_by": settings.CONFIGURATION.clock.now(),
    }


def call_fates() -> list[tuple[str, str]]:
    """What may come of a call."""
    return [(fate.value, str(name)) for fate, name in CALL_NAMES.items()]


@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person or their desk, and what nobody could be told."""
    state = "all" if request.GET.get("state") == "all" else "waiting"
    page: Any = Paginator(
        queries.inbox_of(request.user, now=settings.CONFIGURATION.clock.now(), state=state), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_shown(one) for one in page],
        "untold": [_shown(one) for one in queries.untold(request.user)[:PAGE_SIZE]],
        **calls_context(request.user),
        "state": state,
        "may_see_all": may_anywhere(request.user, rights.SEE),
        "push_key": public_key(),
    }
    template = "notices/inbox/notices.html#rows" if getattr(request, "htmx", False) else "notices/inbox/notices.html"
    return render(request, template, context)


@never_cache
@require_GET
def waiting(request: HttpRequest) -> JsonResponse:
    """For the bell in the frame: how many wait, how many are urgent, and whether something could be told to nobody."""
    waits, urgent = queries.count_waiting(request.user, now=settings.CONFIGURATION.clock.now())
    calls = queries.to_call(request.user, machine_now=timezone.now())
    told = {"waiting": waits, "urgent": urgent, "untold": queries.untold(request.user).count()}
    return JsonResponse({**told, "to_call": calls.count(), "urgent_calls": calls.filter(urgent=True).count()})


@never_cache
@require_GET
def all_notices(request: HttpRequest) -> HttpResponse:
    """Every notice of the regions whose cases the person may see."""
    found, chosen = _found(request)
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_shown(one) for one in page], "chosen": chosen, "fates": list(FATE_NAMES.items())}
    return render(request, "notices/inbox/all_notices.html", context)


@never_cache
@require_GET
def notices_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file."""
    found, _chosen = _found(request)
    rows = ({**_shown(one), "ways": [_way(row) for row in describe_notice(one)["sendings"]]} for one in found[:10_000])
    return as_csv("notices", COLUMNS, rows)


@require_POST
def act(request: HttpRequest, notice_id: UUID, name: str) -> HttpResponse:
    """Read, sign, a call by hand, or seen to; then back to where the person was."""
    actor, form = cast("Any", request.user), request.POST
    try:
        match name:
            case "read":
                answering.read_notice(actor=actor, notice_id=notice_id)
            case "sign":
                answering.sign_notice(actor=actor, notice_id=notice_id)
            case "call":
                answering.record_call(
                    actor=actor,
                    notice_id=notice_id,
                    fate=_fate(form.get("fate", "")),
                    said_by=form.get("said_by", ""),
                    text=form.get("text", ""),
                    number=form.get("number", ""),
                )
            case "see-to":
                answering.see_to(actor=actor, notice_id=notice_id, text=form.get("text", ""))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist:
        raise Http404 from None
    back = form.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "notices")


def _found(request: HttpRequest) -> tuple[Any, dict[str, str]]:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    fate = request.GET.get("fate", "")
    chosen = {"search": request.GET.get("search", "")[:100], "fate": fate if fate in set(Fate) else ""}
    return queries.visible_notices(request.user, **chosen), chosen


def _fate(text: str) -> Fate:
    return Fate(text) if text in set(Fate) else Fate.QUEUED  # which `record_call` refuses


def _shown(notice: "Notice") -> dict[str, Any]:
    """One notice as a row: its own text besides what it is."""
    return {
        **describe_notice(notice),
        "case": notice.case.number if notice.case else "",
        "order": notice.order.number if notice.order else "",
        "subject": subject_of(notice),
        "text": text_of(notice),
        "level_class": AlarmLevel(notice.level).name.lower(),
        "address": address_of(notice),
        "asks_signature": notice.signed_at is None
        and (answering.order_of(notice) is not None or notice.purpose == "reachability"),
    }


def _way(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row["channel_name"], row["address"], row["fate_name"], row["outcome"])))
