"""Web push: a browser subscribes itself as a contact point of its person; the worker that shows what comes."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.jurisdiction.face import add_contact_point, contact_points_of
from tocsin.screens.request import actor_of

LONGEST = 500  # signs that a contact point's address may have


@require_POST
def subscribe(request: HttpRequest) -> JsonResponse:
    """The browser's subscription becomes a contact point of the person; a second time changes nothing."""
    person = actor_of(request)
    address = push_address(request.body)
    if all(point.address != address for point in contact_points_of(person).points):
        add_contact_point(actor=person, kind="web_push", address=address, user_id=person.pk)
    return JsonResponse({"subscribed": True})


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the folder that it works for."""
    found = finders.find("dist/push-worker.js")
    if found is None:
        raise Unavailable("dist/push-worker.js is missing: build the front end (make assets)")
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def push_address(body: bytes) -> str:
    """The subscription with nothing but what a push needs; InvalidInput for anything else."""
    try:
        told = read_json(body)
        endpoint, keys = told["endpoint"], {name: told["keys"][name] for name in ("p256dh", "auth")}
        whole = all(isinstance(text, str) for text in (endpoint, *keys.values())) and urlsplit(endpoint).scheme == "https"
    except (InvalidInput, ValueError, KeyError, TypeError):
        whole = False
    address = json.dumps({"endpoint": endpoint, "keys": keys}, separators=(",", ":")) if whole else ""
    if not whole or len(address) > LONGEST:
        raise InvalidInput(_("This browser's subscription can't be kept."))
    return address
