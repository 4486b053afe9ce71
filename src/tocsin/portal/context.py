"""What the page frame needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info, pgettext
from django.utils.translation import gettext as _

from tocsin.portal.texts import frame_texts

THEME_COOKIE = "tocsin_theme"
THEMES = ("dark", "light")

# Where the top bar leads: URL name, icon, permission without which the entry is not shown.
NAVIGATION = (
    ("console", "map", "alarms.see"),
    ("alarms", "bell", "alarms.see"),
    ("sensors", "gauge", "sensors.see"),
    ("devices", "cpu", "sensors.see"),
    ("assets", "network", "assets.see"),
    ("quarantine", "file-text", "quarantine.see"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame` with title, theme, language, navigation and the signed-in person."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
    return {
        "frame": {
            "title": product_title(),
            "theme": theme if theme in THEMES else THEMES[0],
            "language": get_language(),
            "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
            "navigation": _navigation(request) if signed_in else [],
            "person": user.get_full_name() or user.get_username() if user and signed_in else "",
            "person_menu": _person_menu() if signed_in else [],
            "logout_url": reverse("logout") if signed_in else "",
            "now_ms": settings.CONFIGURATION.clock.now_ms(),
            "time_zone": settings.TIME_ZONE,
            "texts": frame_texts(),
        }
    }


def product_title() -> str:
    """The city's own title (TOCSIN_TITLE), else the official kind of system in the reader's language."""
    return settings.CONFIGURATION.title or _("City safety risk monitoring and early-warning platform")


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    from tocsin.jurisdiction.queries import region_prefixes

    labels = {
        "console": _("Console"),
        "alarms": _("Alarms"),
        "sensors": _("Sensors"),
        "devices": _("Devices"),
        "assets": _("Networks"),
        "quarantine": _("Unreadable messages"),
        "people": _("People"),
        "audit": _("Audit trail"),
    }
    entries = []
    for name, icon, permission in (*NAVIGATION, ("people", "users", "people.see"), ("audit", "shield", "audit.see")):
        if not region_prefixes(request.user, permission):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = request.path == url or (url != "/" and request.path.startswith(url))
        entries.append({"label": labels[name], "url": url, "icon": icon, "current": current})
    return entries


def _person_menu() -> list[dict[str, str]]:
    return [{"label": pgettext("person", "Account"), "url": reverse("account"), "icon": "settings"}]
