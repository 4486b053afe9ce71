"""What the page frame needs on every page."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext, gettext_lazy, pgettext, pgettext_lazy

from tocsin.atlas.face import ground_version
from tocsin.command.face import unkept_desk
from tocsin.jurisdiction.face import may_anywhere
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.notices.face import kinds_for
from tocsin.portal.texts import frame_texts
from tocsin.records.face import product_title, working_days

THEME_COOKIE = "tocsin_theme"
THEMES = ("dark", "light")
IN_THE_BAR = 6  # what fits beside clock and tools on 1280 pixels in English; the rest folds under "More"

# Where the top bar leads: URL name, words, icon, and the permission without which the entry is not shown.
NAVIGATION: Final[tuple[tuple[str, Promise, str, Permission], ...]] = (
    ("console", gettext_lazy("Console"), "map", "alarms.see"),
    ("alarms", gettext_lazy("Alarms"), "bell", "alarms.see"),
    ("cases", gettext_lazy("Cases"), "layers", "cases.see"),
    ("one_map", pgettext_lazy("menu", "Map"), "globe", "alarms.see"),
    ("duty", gettext_lazy("Duty desk"), "clock", "duty.keep"),
    ("rosters", gettext_lazy("On duty"), "users", "organisations.see"),
    ("public_warnings", gettext_lazy("Public warnings"), "radio", "warnings.see"),
    ("reports", gettext_lazy("Reports upward"), "arrow-right", "cases.see"),
    ("orders", gettext_lazy("Orders"), "route", "orders.work"),
    ("plan_cards", gettext_lazy("Response plans"), "list", "cases.see"),
    ("drills", gettext_lazy("Drills"), "timer", "drills.run"),
    ("all_notices", gettext_lazy("Notices"), "bell-ring", "cases.see"),
    ("covers", gettext_lazy("Planned works"), "timer", "assets.see"),
    ("early_signs", gettext_lazy("Early signs"), "activity", "diagnosis.see"),
    ("conditions", gettext_lazy("Conditions"), "layers", "alarms.see"),
    ("hit_rates", gettext_lazy("Hit rates"), "crosshair", "diagnosis.see"),
    ("quality", gettext_lazy("Alarm quality"), "bell-ring", "alarms.see"),
    ("replays", gettext_lazy("Replay"), "refresh-cw", "causes.replay"),
    ("supervision_summary", gettext_lazy("Supervision"), "layers", "supervision.see"),
    ("objects", gettext_lazy("Supervised objects"), "building-2", "supervision.see"),
    ("points", pgettext_lazy("supervision", "Colours"), "layers", "supervision.see"),
    ("work", gettext_lazy("Work status"), "activity", "supervision.see"),
    ("presence", gettext_lazy("Duty on post"), "users", "presence.see"),
    ("tasks", gettext_lazy("Tasks"), "check", "supervision.see"),
    ("inspections", gettext_lazy("Inspections"), "check-check", "supervision.see"),
    ("inspector_phone", pgettext_lazy("menu", "Inspect on the phone"), "phone", "inspections.work"),
    ("checker_phone", pgettext_lazy("menu", "Check reports on the phone"), "phone", "inspections.work"),
    ("findings", gettext_lazy("Hidden dangers"), "shield-alert", "supervision.see"),
    ("hazard_reports", gettext_lazy("Reports by the public"), "message-square", "hazards.see"),
    ("rewards", gettext_lazy("Rewards"), "check-check", "hazards.see"),
    ("reward_till", gettext_lazy("Pay out rewards"), "file-text", "rewards.pay"),
    ("identity_keys", gettext_lazy("Sealed identities"), "key-round", "identity.keep"),
    ("identity_keys", gettext_lazy("Sealed identities"), "key-round", "secrecy.watch"),
    ("firm_phone", gettext_lazy("Our safety tasks"), "check", "firm.work"),
    ("supply_stock", gettext_lazy("Supplies"), "database", "supplies.see"),
    ("supply_requests", gettext_lazy("Requests of supplies"), "list", "supplies.see"),
    ("requisitions", gettext_lazy("Requisitions"), "file-text", "supplies.see"),
    ("supply_items", gettext_lazy("Catalogue of supplies"), "list", "supplies.see"),
    ("resources", gettext_lazy("Data resources"), "layers", "resources.see"),
    ("volunteers", gettext_lazy("Volunteers"), "users", "volunteers.see"),
    ("own_volunteer", pgettext_lazy("menu", "My help"), "user", "volunteers.help"),
    ("sensors", gettext_lazy("Sensors"), "gauge", "sensors.see"),
    ("devices", gettext_lazy("Devices"), "cpu", "sensors.see"),
    ("assets", gettext_lazy("Networks"), "network", "assets.see"),
    ("exposed_bodies", gettext_lazy("Exposed bodies"), "users", "exposure.see"),
    ("features", gettext_lazy("Data for programs"), "table", "assets.see"),
    ("agreements", gettext_lazy("Sharing of data"), "users", "resources.see"),
    ("quarantine", gettext_lazy("Unreadable messages"), "file-text", "quarantine.see"),
    ("people", gettext_lazy("People"), "users", "people.see"),
    ("policy", gettext_lazy("Policy"), "list", "policy.see"),
    ("audit", gettext_lazy("Audit trail"), "shield", "audit.see"),
    ("retention", gettext_lazy("Retention and deletion"), "database", "system.see"),
    ("loops", gettext_lazy("Background work"), "refresh-cw", "system.see"),
)


OF_SUPERVISION: Final = frozenset(
    ("supervision_summary", "objects", "points", "work", "presence", "tasks", "inspections", "findings")
)


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor: `frame` with title, theme, language, navigation and the signed-in person."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    inside = signed_in and getattr(request, "session_verdict", SessionVerdict.OPEN) is SessionVerdict.OPEN
    theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
    return {
        "frame": {
            "title": product_title(),
            "theme": theme if theme in THEMES else THEMES[0],
            "language": get_language(),
            "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
            "navigation": (entries := _navigation(request) if inside else [])[:IN_THE_BAR],
            "more": entries[IN_THE_BAR:],
            "more_current": any(entry["current"] for entry in entries[IN_THE_BAR:]),
            "ground": ground_version(settings.CONFIGURATION.data / "ground") if inside else "",
            "inside": inside,  # else something must come first, a password or a second step
            "may_live": inside and may_anywhere(request.user, "alarms.see"),
            "person": user.get_full_name() if user and signed_in else "",
            "person_menu": _person_menu() if inside else [],
            "logout_url": reverse("logout") if signed_in else "",
            "now_ms": settings.CONFIGURATION.clock.now_ms(),
            "speed": settings.CONFIGURATION.clock.speed,
            "unkept_desk": unkept_desk(request.user) if inside else None,
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


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The entries this person may open; the one whose page it is, or lies below, is `current`."""
    entries: list[dict[str, object]] = []
    if request.user.is_authenticated and kinds_for(request.user):
        url = reverse("waiting")
        current = request.path.startswith(url)
        count = reverse("waiting_count")
        entries.append({"label": gettext("What waits"), "url": url, "icon": "check-check", "current": current, "count": count})
    for name, label, icon, permission in _ordered(request):
        if may_anywhere(request.user, permission):
            url = reverse(name)
            current = request.path == url or (url != "/" and request.path.startswith(url))
            entries.append({"label": label, "url": url, "icon": icon, "current": current})
    return entries


def _ordered(request: HttpRequest) -> list[tuple[str, Promise, str, Permission]]:
    """The entries with a person's own work first: who inspects and keeps no desk has supervision in the bar."""
    if may_anywhere(request.user, "duty.keep") or not may_anywhere(request.user, "inspections.work"):
        return list(NAVIGATION)
    return sorted(NAVIGATION, key=lambda entry: entry[0] not in OF_SUPERVISION)


def _person_menu() -> list[dict[str, str]]:
    return [
        {"label": gettext("My duty"), "url": reverse("own_duty"), "icon": "clock"},
        {"label": pgettext("person", "Account"), "url": reverse("account"), "icon": "settings"},
    ]
