"""The phone pages of firms and inspectors: shells without data, which the browser keeps; what they show comes from the API."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Unavailable
from tocsin.jurisdiction.face import may_anywhere
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.face import product_title
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.phones.views.texts import firm_texts, inspector_texts

GROUND = "#0a1018"


@dataclass(frozen=True)
class Phone:
    """One page: its name (of its addresses, its script and its element), its title, and who may open it."""

    name: str
    title: Promise
    permission: Permission


FIRM = Phone("firm", pgettext_lazy("phone page", "Our safety tasks"), rights.OWN)
INSPECTOR = Phone("inspector", pgettext_lazy("phone page", "Inspections"), rights.INSPECT)


@never_cache
@ensure_csrf_cookie
@require_GET
def firm(request: HttpRequest) -> HttpResponse:
    """The firm's page."""
    return _page(request, FIRM, firm_texts())


@never_cache
@ensure_csrf_cookie
@require_GET
def inspector(request: HttpRequest) -> HttpResponse:
    """The inspector's page."""
    return _page(request, INSPECTOR, inspector_texts())


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
def firm_manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to keep the firm's page among its programs."""
    return _manifest(FIRM)


@login_not_required
@require_GET
def inspector_manifest(request: HttpRequest) -> JsonResponse:
    """The same of the inspector's page."""
    return _manifest(INSPECTOR)


def _page(request: HttpRequest, phone: Phone, texts: dict[str, str]) -> HttpResponse:
    """The shell in the reader's language. It names no person and no firm, so that keeping it tells nobody anything."""
    if not may_anywhere(request.user, phone.permission):
        raise NotAllowed(_("Your roles do not open this page."))
    context: dict[str, Any] = {
        "name": phone.name,
        "page_title": phone.title,
        "title": product_title(),
        "texts": texts,
        "address": reverse(f"{phone.name}_phone"),
        "worker": reverse(f"{phone.name}_worker"),
        "manifest": reverse(f"{phone.name}_manifest"),
        "script": f"dist/{phone.name}.js",
        "style": f"dist/{phone.name}.css",
        "time_zone": settings.TIME_ZONE,
        "language": get_language(),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    }
    return render(request, "supervision/phones/phone.html", context)


def _manifest(phone: Phone) -> JsonResponse:
    address, sizes = reverse(f"{phone.name}_phone"), ("192", "512")
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
                for size in sizes
            ],
        },
        content_type="application/manifest+json",
    )
