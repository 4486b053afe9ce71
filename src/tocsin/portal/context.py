"""What the page frame needs on every page."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext, pgettext

from tocsin.atlas.face import ground_version
from tocsin.command.face import unkept_desk
from tocsin.jurisdiction.face import User, may_anywhere, second_step_waits_until
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict
from tocsin.notices.face import kinds_for
from tocsin.portal.navigation import entries_for, entry, folded
from tocsin.portal.texts import frame_texts
from tocsin.records.face import product_title, working_days

THEME_COOKIE = "tocsin_theme"
THEMES = ("dark", "light")


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor: `frame` with title, theme, language, navigation and the signed-in person."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    verdict: SessionVerdict = getattr(request, "session_verdict", SessionVerdict.OPEN)
    inside, waits = signed_in and verdict.is_open, verdict is SessionVerdict.SECOND_STEP_WAITS
    theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
    return {
        "frame": {
            "title": product_title(),
            "theme": theme if theme in THEMES else THEMES[0],
            "language": get_language(),
            "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
            **(_navigation(request) if inside else {"navigation": [], "more": [], "more_current": False}),
            "ground": ground_version(settings.CONFIGURATION.data / "ground") if inside else "",
            "inside": inside,  # else something must come first, a password or a second step
            "may_live": inside and may_anywhere(request.user, "alarms.see"),
            "person": user.get_full_name() if user and signed_in else "",
            "person_menu": _person_menu() if inside else [],
            "logout_url": reverse("logout") if signed_in else "",
            "now_ms": settings.CONFIGURATION.clock.now_ms(),
            "speed": settings.CONFIGURATION.clock.speed,
            "unkept_desk": unkept_desk(request.user) if inside else None,
            "second_step_until": second_step_waits_until(user) if waits and isinstance(user, User) else None,
            "time_zone": settings.TIME_ZONE,
            "texts": frame_texts(),
            "unknown_year": _unknown_year(request) if inside else None,
        }
    }


def _unknown_year(request: HttpRequest) -> int | None:
    """The coming year without an official calendar, for who keeps policy."""
    if not may_anywhere(request.user, "policy.see"):
        return None
    return working_days().unknown_year(timezone.localdate(settings.CONFIGURATION.clock.now()))


def _navigation(request: HttpRequest) -> dict[str, object]:
    """What stands in the bar, and under its headings what is folded under "More"."""
    first = []
    if request.user.is_authenticated and kinds_for(request.user):
        first.append(entry(request, gettext("What waits"), reverse("waiting"), "check-check", reverse("waiting_count")))
    bar, more = folded(first, entries_for(request))
    current = any(one.current for _words, entries in more for one in entries)
    return {"navigation": bar, "more": more, "more_current": current}


def _person_menu() -> list[dict[str, str]]:
    return [
        {"label": gettext("My duty"), "url": reverse("own_duty"), "icon": "clock"},
        {"label": gettext("Handbook"), "url": reverse("handbook"), "icon": "book-open"},
        {"label": pgettext("person", "Account"), "url": reverse("account"), "icon": "settings"},
    ]
