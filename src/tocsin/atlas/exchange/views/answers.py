"""How a document leaves: in the form that is asked for, packed, with a tag by which an unchanged one is known."""

import gzip
import hashlib
import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.views.callers import NotAcceptable
from tocsin.base.errors import InvalidInput

PACKED_FROM = 1000  # bytes; below, packing gains nothing
VARIES = ("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie")
_JSON_KINDS = ("application/json", "application/geo+json", "application/schema+json", "application/vnd.oai.openapi+json")


def wants_html(request: HttpRequest) -> bool:
    """Which form: `f` if it is said, else what the client prefers; NotAcceptable where it takes neither."""
    form = request.GET.get("f")
    if form is not None:
        if form not in ("json", "html"):
            raise InvalidInput(_("f is json or html."))
        return form == "html"
    if "Accept" not in request.headers or not request.headers["Accept"].strip():
        return False
    preferred = request.get_preferred_type([*_JSON_KINDS, "text/html"])
    if preferred is None:
        raise NotAcceptable(_("There is JSON and HTML here."))
    return preferred == "text/html"


def document(request: HttpRequest, told: dict[str, Any], media: str = "application/json") -> HttpResponse:
    """A document as JSON."""
    return packed(request, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), media)


def packed(request: HttpRequest, body: bytes, media: str) -> HttpResponse:
    """The bytes, or 304 where the client has them already."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response: HttpResponse
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=media, status=HTTPStatus.OK)
        if len(body) >= PACKED_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = gzip.compress(body, 3, mtime=0)
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"  # kept by whoever read it, asked again before use
    patch_vary_headers(response, VARIES)
    return response
