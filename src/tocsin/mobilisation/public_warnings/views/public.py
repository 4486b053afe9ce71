"""Public warnings for everybody, without signing in: what holds now with its map, one of them, its signed message, the feed."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.queries import warnings as queries
from tocsin.mobilisation.public_warnings.services.delivering import mark_read
from tocsin.mobilisation.public_warnings.shown.feed import atom_feed
from tocsin.mobilisation.public_warnings.shown.warnings import describe_warning, map_texts, texts_for_reader, warning_features
from tocsin.notices.face import link_address
from tocsin.records.face import product_title
from tocsin.screens.clock import current_time

LATEST = 20
IN_THE_FEED = 100
_SOON = cache_control(public=True, max_age=15)


@login_not_required
@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """What holds now with its map, and what held lately."""
    now = current_time()
    standing = list(queries.standing_warnings(now).select_related("organisation").defer("cap")[:100])
    past = queries.public_warnings().exclude(pk__in=[one.pk for one in standing]).select_related("organisation").defer("cap")
    context = {
        "standing": [(describe_warning(one), texts_for_reader(one)) for one in standing],
        "past": [describe_warning(one) for one in past[:LATEST]],
        "now": now,
        "page_texts": map_texts(),
    }
    return render(request, "mobilisation/public_warnings/open_warnings.html", context)


@login_not_required
@require_GET
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One of them: what, where, until when, what to do. Opened by a letter's own address, that letter is read."""
    found = _public(warning_id)
    mark = request.GET.get("r", "")
    if mark:
        mark_read(warning_id=warning_id, mark=mark, now=current_time())
    newer = found.later.filter(cap_sha256__gt="").defer("cap").order_by("-issued_at").first()
    context = {
        "warning": describe_warning(found),
        "texts": texts_for_reader(found),
        "page_texts": map_texts(),
        "newer": describe_warning(newer) if newer else None,
        "map_bounds": queries.map_bounds(found.region_code),
        "holds": found.state == "issued" and found.expires_at > current_time() and found.msg_type != "Cancel",
    }
    return render(request, "mobilisation/public_warnings/open_warning.html", context)


@login_not_required
@require_GET
@_SOON
def message(_request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The signed message, byte by byte as it was issued."""
    answer = HttpResponse(bytes(_public(warning_id).cap or b""), content_type="application/cap+xml")
    answer["Content-Disposition"] = f'inline; filename="{warning_id}.xml"'
    return answer


@login_not_required
@require_GET
@_SOON
def feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of messages, the newest first."""
    base = link_address() or request.build_absolute_uri("/").rstrip("/")
    rows = queries.public_warnings().select_related("organisation").defer("cap")[:IN_THE_FEED]
    written = atom_feed(
        rows,
        title=f"{product_title()}: {_('Public warnings')}",
        base=base,
        address_of=lambda one: reverse("open_warning", args=[one.pk]),
        message_of=lambda one: reverse("open_warning_message", args=[one.pk]),
        feed_address=reverse("warning_feed"),
        now=current_time(),
    )
    return HttpResponse(written, content_type="application/atom+xml")


@login_not_required
@require_GET
@_SOON
def areas(_request: HttpRequest) -> HttpResponse:
    """Areas of what holds now (GeoJSON)."""
    return JsonResponse(warning_features(queries.standing_warnings(current_time()).defer("cap")[:100], "open_warning"))


@login_not_required
@require_GET
@_SOON
def area(_request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The area of one (GeoJSON)."""
    return JsonResponse(warning_features([_public(warning_id)], "open_warning"))


@login_not_required
@require_GET
def certificate(_request: HttpRequest) -> HttpResponse:
    """The certificate by which messages of this installation are verified (PEM)."""
    path = settings.CONFIGURATION.data / "cap_certificate.pem"
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="application/x-pem-file")


def _public(warning_id: UUID) -> PublicWarning:
    found = queries.public_warnings().select_related("organisation", "earlier").filter(pk=warning_id).first()
    if found is None:
        raise Http404
    return found
