"""The phone page of a subject: a shell without data, which the browser keeps; what it shows comes from the API."""

import base64
import hmac
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Unavailable
from tocsin.base.keys import Purpose, keys_of
from tocsin.fieldwork.shown import Phone
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.face import product_title

GROUND: Final = "#0a1018"
ICON_SIZES: Final = ("192", "512")


@never_cache
@ensure_csrf_cookie
@require_GET
def shell(request: HttpRequest, phone: Phone) -> HttpResponse:
    """The page in the reader's language. It names no person and no subject, so that keeping it tells nobody anything."""
    if phone.permission is None or not may_anywhere(request.user, phone.permission):
        raise NotAllowed(str(phone.refusal))
    return _shell(request, phone)


@never_cache
@login_not_required
@ensure_csrf_cookie
@require_GET
def open_shell(request: HttpRequest, phone: Phone) -> HttpResponse:
    """The page of a phone that is open to everybody."""
    response = _shell(request, phone)
    response["Referrer-Policy"] = "same-origin"
    return response


def _shell(request: HttpRequest, phone: Phone) -> HttpResponse:
    context: dict[str, Any] = {
        "phone": phone,
        "title": product_title(),
        "texts": phone.texts(),
        "address": reverse(f"{phone.name}_phone"),
        "worker": reverse(f"{phone.name}_worker"),
        "manifest": reverse(f"{phone.name}_manifest"),
        "script": f"dist/{phone.name}.js",
        "style": f"dist/{phone.name}.css",
        "time_zone": settings.TIME_ZONE,
        "language": get_language(),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    }
    return render(request, "fieldwork/phone.html", context)


@never_cache
@require_GET
def seal(request: HttpRequest, phone: Phone) -> JsonResponse:
    """The keys with which the phone seals what this person entered and could not send, the newest first.

    They are the person's alone and leave the phone with them: whoever has it next reads nothing, and the person's next session,
    there, opens and sends it. What was sealed before the installation's secret changed is opened by the keys of before.
    """
    if phone.permission is None or not may_anywhere(request.user, phone.permission):
        raise NotAllowed(str(phone.refusal))
    person = str(request.user.pk)
    made = [hmac.digest(key, person.encode(), "sha256") for key in keys_of(Purpose.PHONES)]
    return JsonResponse({"person_id": person, "keys": [base64.b64encode(one).decode() for one in made]})


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the folder that it works for."""
    found = finders.find("dist/field-worker.js")
    if found is None:
        raise Unavailable("dist/field-worker.js is missing: build the front end (make assets)")
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@login_not_required
@require_GET
def manifest(request: HttpRequest, phone: Phone) -> JsonResponse:
    """What a phone needs to keep the page among its programs."""
    address = reverse(f"{phone.name}_phone")
    return JsonResponse(
        {
            "name": f"{phone.title} · {product_title()}",
            "short_name": str(phone.title),
            "lang": get_language(),
            "id": address,
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": [
                {"src": static(f"crew-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
                for size in ICON_SIZES
            ],
        },
        content_type="application/manifest+json",
    )
