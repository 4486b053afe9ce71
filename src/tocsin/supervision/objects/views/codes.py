"""What is behind a scanned code: a page for everybody, more for inspectors; codes as pictures, signs issued and printed."""

from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from tocsin.jurisdiction.face import may, too_many_guesses
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.papers import signs as papers_signs
from tocsin.supervision.objects.policy.register import register, trade_name
from tocsin.supervision.objects.queries import codes as queries
from tocsin.supervision.objects.queries.register import all_visible_objects, colour_of, search_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services import codes as services
from tocsin.supervision.objects.views.register import read_chosen, visible_object

if TYPE_CHECKING:
    from tocsin.supervision.objects.models import SupervisedObject


def too_many(request: HttpRequest) -> bool:
    """Counts a code or draw that is none of ours: whether more came from this network within a minute than the policy allows."""
    address = request.META.get("REMOTE_ADDR", "")
    return too_many_guesses(kind="code", address=address, most_per_min=register().public_page.tries_per_min)


@never_cache
@login_not_required
@require_safe
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """The object of a code: name, trade, colour and day for everybody. 429 for too many tries, 404 for none of our codes."""
    page = register().public_page
    context: dict[str, object] = {"report_words": page.report_words, "report_telephone": page.report_telephone}
    found = queries.read_code(token, now=current_time())
    if found.verdict is queries.CodeVerdict.FORGED and too_many(request):
        return _page(request, {**context, "closed": _("Too many tries: wait a minute.")}, 429)
    if found.verdict is not queries.CodeVerdict.VALID or found.found is None:
        return _page(request, {**context, "closed": _closed(found)}, 404 if found.verdict is queries.CodeVerdict.FORGED else 410)
    one = found.found
    shown = {
        "name": one.name,
        "trade_name": trade_name(one.trade),
        "active": one.active,
        "lines": public_lines(one),
        **dict(told.describe_colour(colour_of(one.pk))),
    }
    legend = [(colour.value, name, told.COLOUR_MEANINGS[colour]) for colour, name in told.COLOUR_NAMES.items()]
    return _page(
        request,
        {
            **context,
            "legend": legend,
            "one": shown,
            "issued_at": found.issued_at,
            "officer": _officer(request, one),
            "report_code": token,
        },
        200,
    )


@never_cache
@require_GET
def screen_code(request: HttpRequest, object_id: UUID, kind: str) -> HttpResponse:
    """A code for the screen, good for minutes: an SVG or a PNG, new at each call."""
    found = visible_object(request, object_id)
    token = queries.screen_token(found, now=current_time())
    return _picture(token, kind)


@never_cache
@require_GET
def sign_code(request: HttpRequest, object_id: UUID, kind: str) -> HttpResponse:
    """The code of the object's sign as a picture, for whoever keeps the register; 404 where none is in force."""
    found = visible_object(request, object_id)
    issue = queries.issue_in_force(found) if may(request.user, rights.MANAGE, found.region_code) else None
    if issue is None:
        raise Http404(_("No code of this object is in force."))
    return _picture(queries.sign_token(issue), kind)


@act("supervised_object")
def issue(request: HttpRequest, object_id: UUID, *, act: str, reason: str) -> None:
    """Issues the object's code, renews it, or withdraws it."""
    visible_object(request, object_id)
    actor = actor_of(request)
    if act == "withdraw":
        services.withdraw_code(actor=actor, object_id=object_id, reason=reason)
    else:
        services.issue_codes(actor=actor, object_ids=[object_id], renew=act == "renew")


@act("objects", alone=True)
def print_signs(request: HttpRequest) -> HttpResponse:
    """Sheets with the signs of all objects that the list's filters leave."""
    actor = actor_of(request)
    found = search_objects(actor, read_chosen(request))[: papers_signs.MOST_SIGNS + 1]
    ids = [one.pk for one in found if may(actor, rights.MANAGE, one.region_code)]
    document = papers_signs.print_signs(actor=actor, object_ids=services.ids_in_order(actor, ids))
    name = _("Safety codes") + f" {len(ids)}.pdf"
    return HttpResponse(
        document,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )


def public_lines(supervised_object: "SupervisedObject") -> list[str]:
    """What subjects tell everybody of this object, in words; `PUBLIC_LINES` of the catalogue names them."""
    lines = (
        import_string(name.replace(":", "."))(supervised_object, localdate(current_time())) for name in settings.PUBLIC_LINES
    )
    return [line for line in lines if line]


def _officer(request: HttpRequest, supervised_object: "SupervisedObject") -> dict[str, object] | None:
    """What a reader who is signed in may do from here; None for the public."""
    if not request.user.is_authenticated or not all_visible_objects(request.user).filter(pk=supervised_object.pk).exists():
        return None
    return {
        "id": supervised_object.pk,
        "may_inspect": supervised_object.active and may(request.user, rights.INSPECT, supervised_object.region_code),
    }


def _closed(found: queries.Scanned) -> str:
    match found.verdict:
        case queries.CodeVerdict.WITHDRAWN:
            return _("This sign was withdrawn: it does not tell anything about this place.")
        case queries.CodeVerdict.EXPIRED if found.on_sign:
            return _("This sign is too old and must be renewed.")
        case queries.CodeVerdict.EXPIRED:
            return _("This code was shown on a screen and is over: scan the new one.")
        case _:
            return _("This is none of our codes.")


def _picture(token: str, kind: str) -> HttpResponse:
    data = BytesIO()
    queries.drawing(token).save(data, kind=kind, scale=8, border=4, dark="#000000", light="#ffffff")
    media_type = {"svg": "image/svg+xml", "png": "image/png"}[kind]
    return HttpResponse(data.getvalue(), content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "supervision/objects/code.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
