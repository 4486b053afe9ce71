"""The one-time link: a page for desks that never sign in, phone first; and where gateways tell what became of their messages.

Neither needs a login. A link reaches one notice and holds for a time; the answer uses it up: from then on the browser that
answered reads on and reports, every other one gets the receipt. One that went where others read along shows no more than the
message did, and is told "seen" at most, which stops nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.decoding import convert
from tocsin.base.documents import read_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Purpose, keys_of
from tocsin.jurisdiction.face import too_many_guesses
from tocsin.notices.channels.queries import tables
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.channels.services.gateway import ReceiptForm, read_receipt
from tocsin.notices.inbox import services as answering
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import act_card, subject_card
from tocsin.notices.messages.rules.links import Link, read_token
from tocsin.notices.messages.shown import describe_notice, headline_of, redacted_text_of, text_of
from tocsin.notices.sending.services.fates import take_receipt
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form

ANSWERED = "tocsin_link"
ANSWERS = ("sign", "return")
log = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked of whoever has the link, and their answer. 429 for too many tries, 404 for a wrong or old link."""
    opened = read_token(token, keys_of(Purpose.LINKS, leaked=False))
    notice = _notice_of(opened, token)
    if opened is None or notice is None:
        if too_many_guesses(kind="link", address=request.META.get("REMOTE_ADDR", ""), most_per_min=sending().link_tries_per_min):
            return _page(request, {"closed": _("Too many tries: wait a minute.")}, status=429)
        return _page(request, {"closed": _("This link is wrong, or its time is over. Call the duty desk.")}, status=404)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            form = read_form(AnswerForm, request.POST)
            _answer(notice, form, opened=opened, is_answerer=_is_answerer(request, notice))
            response = redirect(request.path + "?done=1")
            if form.act in ANSWERS:
                _remember_answerer(request, response, notice)
            return response
    done, is_answerer = request.GET.get("done") == "1", _is_answerer(request, notice)
    return _page(request, _context(notice, attempt.reason, public=opened.public, done=done, is_answerer=is_answerer))


@csrf_exempt
@login_not_required
@require_POST
def receipt(request: HttpRequest, channel: str) -> JsonResponse:
    """A gateway tells what became of a message. Its key comes as a bearer token, or as `key` in the address.

    503 where our own settings can't be read: gateways come again, and the log says what is wrong.
    """
    given = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.GET.get("key", "")
    try:
        form = tables().get(channel, {}).get("receipt")
        told = read_receipt(convert(form, ReceiptForm), receipt_fields(request), key=given) if form is not None else None
    except (ValueError, msgspec.MsgspecError) as error:
        log.error("receipts of %s can't be taken: %s", channel, error)
        return JsonResponse({"taken": False}, status=503)
    if told is None:
        raise Http404
    row = take_receipt(told, channel=channel)
    if row is None:
        takers = [import_string(name.replace(":", ".")) for name in settings.RECEIPT_TAKERS]
        if any(take(told, channel=channel, now=current_time()) for take in takers):
            return JsonResponse({"taken": True})
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
    limits, card = sending(), subject_card(notice)
    holds_until = notice.written_at + timedelta(hours=limits.link_h)
    if card is not None and (closed_at := card.closed_at(notice)) is not None:
        holds_until = min(holds_until, closed_at + timedelta(hours=limits.link_closed_h))
    return notice if current_time() < holds_until else None


def _is_answerer(request: HttpRequest, notice: Notice) -> bool:
    """Whether this browser gave the answer that used the link up."""
    return bool(request.get_signed_cookie(ANSWERED, default="", salt=str(notice.pk)))


def _remember_answerer(request: HttpRequest, response: HttpResponse, notice: Notice) -> None:
    """This browser reads on and reports; the cookie goes to this link alone."""
    response.set_signed_cookie(
        ANSWERED,
        "1",
        salt=str(notice.pk),
        max_age=timedelta(hours=sending().link_h),
        path=request.path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


@dataclass(frozen=True)
class AnswerForm:
    """What whoever has the link answers."""

    act: Literal["sign", "return", "report", "seen", ""] = ""
    name: str = ""
    reason: str = ""
    text: str = ""


def _answer(notice: Notice, form: AnswerForm, *, opened: Link, is_answerer: bool) -> None:
    if opened.public:
        if form.act != "seen":
            raise InvalidInput(
                _("Others can read this link: it only says that you have seen it. Sign on screen or by telephone.")
            )
        answering.see_by_link(notice=notice, name=form.name)
        return
    match form.act:
        case "sign":
            answering.sign_by_link(notice=notice, name=form.name)
        case "return":
            asked = act_card(notice)
            if asked is not None and form.reason not in asked.reasons:
                raise InvalidInput(_("Choose why it is sent back."))
            answering.return_by_link(notice=notice, name=form.name, reason=form.reason, text=form.text)
        case "report":
            if _standing(notice).is_used_up and not is_answerer:
                raise Conflict(_("This link has been answered: report by telephone."))
            answering.report_by_link(notice=notice, name=form.name, text=form.text)
        case _:
            raise InvalidInput(_("The form can't be read."))


@dataclass(frozen=True)
class LinkStanding:
    """How far the matter of a link is. `is_used_up`: it was answered, by whichever way."""

    ended: bool
    is_used_up: bool
    signed_as: str
    returned: str


def _standing(notice: Notice) -> LinkStanding:
    act = act_card(notice)
    standing = act.standing(notice) if act is not None else None
    ended = standing is not None and standing.ended
    signed_as = notice.signed_as or (standing.signed_as if standing else "")
    return LinkStanding(ended, notice.signed_at is not None or ended, signed_as, standing.returned if standing else "")


def _context(notice: Notice, problem: str, *, public: bool, done: bool, is_answerer: bool) -> dict[str, object]:
    act, standing = act_card(notice), _standing(notice)
    is_receipt = standing.is_used_up and not public and not is_answerer
    text = "" if is_receipt else text_of(notice)
    return {
        "notice": describe_notice(notice, None),
        "subject": headline_of(notice),
        "text": redacted_text_of(notice, text) if public else text,
        "public": public,
        "is_receipt": is_receipt,
        "order": notice.act_label if act is not None else "",
        "may_say_seen": public and not standing.is_used_up and not notice.link_seen_as,
        "may_sign": not standing.is_used_up and not public,
        "may_return": act is not None and not standing.ended and not public and not is_receipt,
        "may_report": notice.subject_id is not None and not public and not is_receipt,
        "signed_as": standing.signed_as,
        "returned": standing.returned,
        "reasons": list(act.reasons.items()) if act is not None else [],
        "accept_words": act.accept_words if act is not None else None,
        "return_words": act.return_words if act is not None else None,
        "own_name": str(notice.person) if act is not None and notice.person is not None and not public else "",
        "problem": problem,
        "done": done,
    }


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, "notices/inbox/link.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response


def receipt_fields(request: HttpRequest) -> Mapping[str, object]:
    """What a gateway sent, as JSON or as form fields."""
    if request.content_type == "application/json":
        try:
            told = read_json(request.body, most_bytes=MOST_BYTES)
        except InvalidInput:
            return {}
        return told if isinstance(told, dict) else {}
    return request.POST.dict()
