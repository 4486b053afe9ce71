"""The one-time link: a page for desks that never sign in, phone first; and where gateways tell what became of their messages.

Neither needs a login. A link reaches one notice and holds for a time; it signs once, and ends an order by a return. One that went
where others read along shows no more than the message did, and returns nothing.
"""

import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.base.keys import Purpose, keys_of
from tocsin.notices.channels.queries import tables
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.channels.services.gateway import ReceiptForm, read_receipt
from tocsin.notices.inbox import services as answering
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import act_card
from tocsin.notices.messages.rules.links import Link, read_token
from tocsin.notices.messages.shown import describe_notice, headline_of, redacted_text_of, text_of
from tocsin.notices.sending.services.fates import take_receipt
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form

MOST_ADDRESSES = 10_000
MOST_BYTES = 64 * 1024

_tries: dict[str, deque[float]] = {}


def too_many(address: str, *, now_s: float) -> bool:
    """Counts a wrong token of this address: whether there were more within a minute than the policy allows, in this process."""
    seen = _tries.setdefault(address, deque())
    while seen and seen[0] < now_s - 60:
        seen.popleft()
    seen.append(now_s)
    if len(_tries) > MOST_ADDRESSES:
        _tries.pop(next(iter(_tries)))
    return len(seen) > sending().link_tries_per_min


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked of whoever has the link, and their answer. 429 for too many tries, 404 for a wrong or old link."""
    opened = read_token(token, keys_of(Purpose.LINKS, leaked=False))
    notice = _notice_of(opened, token)
    if opened is None or notice is None:
        if too_many(request.META.get("REMOTE_ADDR", ""), now_s=time.monotonic()):
            return _page(request, {"closed": _("Too many tries: wait a minute.")}, status=429)
        return _page(request, {"closed": _("This link is wrong, or its time is over. Call the duty desk.")}, status=404)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            _answer(notice, read_form(AnswerForm, request.POST), public=opened.public)
            return redirect(request.path + "?done=1")
    return _page(request, _context(notice, attempt.reason, public=opened.public, done=request.GET.get("done") == "1"))


@csrf_exempt
@login_not_required
@require_POST
def receipt(request: HttpRequest, channel: str) -> JsonResponse:
    """A gateway tells what became of a message. Its key comes as a bearer token, or as `key` in the address."""
    form = tables().get(channel, {}).get("receipt")
    if form is None:
        raise Http404
    settings_of = msgspec.convert(form, ReceiptForm)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.GET.get("key", "")
    told = read_receipt(settings_of, _fields(request), key=given)
    if told is None:
        raise Http404
    row = take_receipt(told, channel=channel)
    if row is None:
        raise Http404
    if told.fate is Fate.SIGNED:
        with Attempt() as attempt:
            answering.sign_by_receipt(row)
        if not attempt.done:
            return JsonResponse({"taken": True, "signed": False, "reason": attempt.reason})
    return JsonResponse({"taken": True})


def _notice_of(opened: Link | None, token: str) -> Notice | None:
    """The notice of a link that still holds; a key that was replaced before the notice was written can't have made it."""
    if opened is None:
        return None
    related = ("organisation", "person", "instead_of__organisation", "instead_of__person")
    notice = Notice.objects.select_related(*related).filter(pk=opened.notice_id).first()
    if notice is None or read_token(token, keys_of(Purpose.LINKS, made_at=notice.written_at, leaked=False)) is None:
        return None
    return notice if current_time() < notice.written_at + timedelta(hours=sending().link_h) else None


@dataclass(frozen=True)
class AnswerForm:
    """What whoever has the link answers."""

    act: Literal["sign", "return", "report", ""] = ""
    name: str = ""
    reason: str = ""
    text: str = ""


def _answer(notice: Notice, form: AnswerForm, *, public: bool) -> None:
    match form.act:
        case "sign":
            answering.sign_by_link(notice=notice, name=form.name)
        case "return" if not public:
            asked = act_card(notice)
            if asked is not None and form.reason not in asked.reasons:
                raise InvalidInput(_("Choose why it is sent back."))
            answering.return_by_link(notice=notice, name=form.name, reason=form.reason, text=form.text)
        case "report":
            answering.report_by_link(notice=notice, name=form.name, text=form.text)
        case _:
            raise InvalidInput(_("The form can't be read."))


def _context(notice: Notice, problem: str, *, public: bool, done: bool) -> dict[str, object]:
    act, text = act_card(notice), text_of(notice)
    standing = act.standing(notice) if act is not None else None
    ended = standing is not None and standing.ended
    signed = notice.signed_at is not None or ended
    return {
        "notice": describe_notice(notice),
        "subject": headline_of(notice),
        "text": redacted_text_of(notice, text) if public else text,
        "public": public,
        "order": notice.act_label if act is not None else "",
        "may_sign": not signed,
        "may_return": act is not None and not ended and not public,
        "may_report": notice.subject_id is not None,
        "signed_as": notice.signed_as or (standing.signed_as if standing else ""),
        "returned": standing.returned if standing else "",
        "reasons": list(act.reasons.items()) if act is not None else [],
        "problem": problem,
        "done": done,
    }


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "notices/inbox/link.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response


def _fields(request: HttpRequest) -> Mapping[str, object]:
    if request.content_type == "application/json":
        if len(request.body) > MOST_BYTES:
            return {}
        try:
            told = json.loads(request.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}
    return request.POST.dict()
