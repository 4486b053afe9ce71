"""The crew's page: a shell without any data, which the browser keeps; what it shows comes from the API (`api/crew.py`)."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Unavailable
from tocsin.command.casebook.rules import rights
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.face import product_title

GROUND = "#0a1018"


@never_cache
@ensure_csrf_cookie
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The shell in the reader's language. It names no person and no order, so that keeping it tells nobody anything."""
    if not may_anywhere(request.user, rights.WORK):
        raise NotAllowed(_("Your roles give you no orders to work on."))
    context = {
        "title": product_title(),
        "texts": _texts(),
        "time_zone": settings.TIME_ZONE,
        "language": get_language(),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    }
    return render(request, "command/units/crew.html", context)


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
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to keep the page among its programs."""
    sizes = ("192", "512")
    return JsonResponse(
        {
            "name": _("Orders") + " · " + product_title(),
            "short_name": _("Orders"),
            "lang": get_language(),
            "id": reverse("crew"),
            "start_url": reverse("crew"),
            "scope": reverse("crew"),
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


def _texts() -> dict[str, str]:
    """Sentences of the page's scripts; `{name}` is filled there."""
    return {
        "online": _("Connected"),
        "offline": _("No network: everything is kept and sent later"),
        "signed_out": _("Signed out"),
        "sign_in": _("Sign in"),
        "waiting": _("{count} not sent yet"),
        "kept_until_signed_in": _("What was not sent is kept on this device and goes out when you sign in again."),
        "nothing_yet": _("Open this page once with a network."),
        "no_orders": _("No orders for your unit."),
        "all_orders": _("All orders"),
        "refused": _("Not taken by the server:"),
        "again": _("Send again"),
        "remove": _("Remove"),
        "remove_sure": _("Remove it for good?"),
        "sign_out_sure": _("{count} entries have not been sent. They stay on this device for you alone. Sign out?"),
        "on_map": _("Show the way"),
        "never": _("Never"),
        "mind": _("Mind"),
        "later": _("Further steps"),
        "return": _("Send back"),
        "reason": _("Reason"),
        "remark": _("Remark"),
        "reading": _("Reading"),
        "photo": _("Photo"),
        "measure": _("Measure"),
        "note": _("Note"),
        "neighbours": _("Call neighbours before digging"),
        "dig": _("We dig"),
        "check_in": _("All well"),
        "check_in_due": _("Say that you are well by"),
        "what": _("What"),
        "value": _("Value"),
        "finding": _("What was it really?"),
        "cause": _("Cause"),
        "cause_in_words": _("If another cause: which"),
        "asset": _("Object at fault (code)"),
        "looked_like": _("What it looked like, and where"),
        "fence": _("fenced off"),
        "ventilation": _("ventilated"),
        "valve": _("valve closed"),
        "cancel": _("Cancel"),
        "keep": _("Keep"),
        "silent": _("Not answered yet: {names}. Do not dig before they do."),
        "nobody_called": _("No neighbour has been called: do that before you dig."),
        "recheck": _("Re-check by the readings"),
        "low_since": _("Values low since {time}."),
        "to_go": _("{hours} h {minutes} min to go"),
        "long_enough": _("Low for long enough."),
        "standing_by": _("Neighbours asked to stand by"),
        "dig_warning": _("Do not dig before all have answered."),
        "done_so_far": _("Done so far"),
        "not_sent": _("not sent yet"),
        "drill": _("Drill"),
        "see": _("Look at it"),
    }
