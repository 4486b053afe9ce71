"""The page on which anybody reports a hazard and follows it: a shell that the phone keeps, and what it sends and reads.

Nothing here asks who somebody is. What is sent needs no session; addresses are counted in memory and written nowhere.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.addresses import network_of, on_this_machine
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.fieldwork.views import GROUND, ICON_SIZES
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries.alike import Matter, alike_in_public
from tocsin.mobilisation.hazard_reports.queries.identity import any_keys
from tocsin.mobilisation.hazard_reports.queries.keys import published_keys
from tocsin.mobilisation.hazard_reports.queries.photos import photos_of_reporter
from tocsin.mobilisation.hazard_reports.queries.reports import entries_of
from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Handed, Mode, clock_is_wrong
from tocsin.mobilisation.hazard_reports.rules.receipts import key_set
from tocsin.mobilisation.hazard_reports.rules.sealing import Identity
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.hazard_reports.services import following, launching, photos, receiving
from tocsin.mobilisation.hazard_reports.services.following import Key
from tocsin.mobilisation.hazard_reports.services.receiving import NewReport
from tocsin.mobilisation.hazard_reports.shown import following as told
from tocsin.records.face import product_title
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.buckets import Buckets
from tocsin.screens.budgets.requests import too_much
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.supervision.face import object_of_code

LARGEST_PHOTO: Final = 25_000_000  # bytes read at all; `records/attachments` says what is kept
_addresses: Final = Buckets()
_devices: Final = Buckets()


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the phone sends it."""

    id: UUID
    report: Handed
    secret_sha256: str
    nonce: str = ""
    said_at: datetime | None = None
    sent_at: datetime | None = None
    same_as: UUID | None = None
    mode: Mode = Mode.ANONYMOUS
    identity: Identity | None = None
    ticket: str = ""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What an app has signed of whom it opens the page for."""

    text: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its secret, and what is done with the report; no act: it is read."""

    number: str
    secret: str
    id: UUID | None = None
    act: ReportAct | None = None
    text: str = ""


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for everybody: counted by address and phone, and a refusal is told as JSON."""

    @wraps(view)
    def let_in(request: HttpRequest, **address: Any) -> HttpResponse:
        limits = report_policy().intake
        network, now = request.META.get("REMOTE_ADDR", ""), time.monotonic()
        wait = 0.0 if on_this_machine(network) else _addresses.take(network_of(network), 1.0, limits.of_address, now)
        if device := request.headers.get("X-Device", "")[:60]:
            wait = wait or _devices.take(device, 1.0, limits.of_device, now)
        if wait:
            raise too_much(wait)
        with Attempt() as attempt:
            return view(request, **address)
        return JsonResponse({"code": "refused", "message": attempt.reason}, status=attempt.status)

    return login_not_required(never_cache(let_in))


@never_cache
@login_not_required
@ensure_csrf_cookie
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page in the reader's language, Chinese where none was chosen. It names nobody: keeping it tells nothing."""
    context: dict[str, Any] = {
        "product": product_title(),
        "title": told.TITLE,
        "texts": told.texts(),
        "setup": told.describe_setup(sealed=any_keys()),
        "time_zone": settings.TIME_ZONE,
        "language": get_language(),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    }
    response = render(request, "mobilisation/hazard_reports/report.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to keep the page among its programs."""
    address = reverse("report_hazard")
    icons = [{"src": static(f"crew-{one}.png"), "sizes": f"{one}x{one}", "type": "image/png"} for one in ICON_SIZES]
    return JsonResponse(
        {
            "name": f"{told.TITLE} · {product_title()}",
            "short_name": str(told.TITLE),
            "lang": get_language(),
            "id": address,
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_GET
@open_to_all
def firm(request: HttpRequest) -> HttpResponse:
    """The firm or place of a scanned code: what its sign tells everybody, so that the form opens filled in."""
    found = object_of_code(request.GET.get("code", ""), now=current_time())
    if found is None:
        raise InvalidInput(_("This code names no place any more: describe it in words."))
    return JsonResponse({"name": found.name, "region_code": found.region_code, "address": found.address})


@require_POST
@open_to_all
def receive(request: HttpRequest) -> HttpResponse:
    """A report; the answer is its receipt. The same report twice gets the same one."""
    sent = read_sent(request, Sent)
    if len(sent.secret_sha256) != 64:
        raise InvalidInput(_("The request can't be read."))
    now = current_time()
    by_app = bool(sent.ticket) and sent.mode is not Mode.ANONYMOUS
    identity = launching.identity_of(ticket=sent.ticket, now=now) if by_app else sent.identity
    new = NewReport(
        id=sent.id,
        handed=sent.report,
        secret_sha256=sent.secret_sha256,
        language=get_language() or settings.LANGUAGE_CODE,
        said_at=_with_zone(sent.said_at),
        nonce=sent.nonce[:40],
        same_as=sent.same_as,
        mode=sent.mode,
        identity=identity,
        channel=Channel.APP if by_app else Channel.PAGE,
    )
    report = receiving.receive_from_public(new=new, now=now)
    clock = report_policy(report.region_code).intake.clock
    wrong = clock_is_wrong(_with_zone(sent.sent_at), clock, now=now)
    return JsonResponse(told.describe_receipt(report, clock_wrong=wrong))


def _with_zone(at: datetime | None) -> datetime | None:
    """A moment that names its zone; any other says nothing."""
    return at if at is not None and at.tzinfo else None


@require_POST
@open_to_all
def launch(request: HttpRequest) -> HttpResponse:
    """Who an app says that its user is: sealed at once; the page alone is told whom it shows."""
    done = launching.launch(text=read_sent(request, Opened).text, now=current_time())
    return JsonResponse(
        {"ticket": done.ticket, "app": done.app, "name": done.identity.name, "telephone": done.identity.telephone}
    )


@require_POST
@open_to_all
def similar(request: HttpRequest) -> HttpResponse:
    """Open reports of public places that may be the one that is being written; nothing of what a firm was reported for."""
    handed = read_sent(request, Handed)
    if handed.lon is None or handed.lat is None or handed.code or handed.firm.strip():
        return JsonResponse({"found": []})
    matter = Matter(handed.region_code, handed.kind, handed.text, handed.lon, handed.lat)
    found = alike_in_public(matter, now=current_time())
    return JsonResponse({"found": [told.describe_alike(one.report) for one in found]})


@require_POST
@open_to_all
def photo(request: HttpRequest) -> HttpResponse:
    """A photo for a report, by number and secret. The same photo twice is one."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_PHOTO:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": LARGEST_PHOTO / 1e6})
    photos.add_photo(key=read_form(Key, request.POST), data=file.read(), name=file.name or "", now=current_time())
    return JsonResponse({"taken": True})


@require_POST
@open_to_all
def follow(request: HttpRequest) -> HttpResponse:
    """How a report stands, and one act of its reporter. Both are sent, so that a secret stands in no address."""
    asked = read_sent(request, Asked)
    key = Key(asked.number, asked.secret)
    if asked.act is not None and asked.id is not None:
        following.act_as_reporter(key=key, act_id=asked.id, act=asked.act, text=asked.text, now=current_time())
    report = following.open_report(key)
    report = HazardReport.objects.select_related("organisation", "merged_into__organisation").get(pk=report.pk)
    count = photos_of_reporter(report).count()
    return JsonResponse(told.describe_standing(report, list(entries_of(report)), photos=count))


@login_not_required
@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys of receipts with their history (JWK set): who keeps them proves a receipt without this server."""
    return JsonResponse(key_set(published_keys()), headers={"Access-Control-Allow-Origin": "*"})


def read_sent[T](request: HttpRequest, kind: type[T]) -> T:
    """What was sent as JSON; InvalidInput where it can't be read."""
    if b"\\u0000" in request.body:
        raise InvalidInput(_("A text must not contain the NUL character."))
    return decode_json(request.body, kind)
