"""Where the top bar leads: entries under headings, those of a person's own work first."""

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import may_anywhere
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.face import opens_page

if TYPE_CHECKING:
    from django.http import HttpRequest

IN_THE_BAR: Final = 6  # what fits beside clock and tools on 1280 pixels in English; the rest folds under "More"

type Entry = tuple[str, Promise, str, Permission]  # URL name, words, icon, and the permission without which it is not shown


@dataclass(frozen=True)
class Heading:
    """Entries of one kind of work. Who holds `own` and keeps no desk has them in the bar."""

    words: Promise
    entries: tuple[Entry, ...]
    own: Permission | None = None


NAVIGATION: Final = (
    Heading(
        pgettext_lazy("menu", "Alarms and cases"),
        (
            ("console", gettext_lazy("Console"), "map", "alarms.see"),
            ("alarms", gettext_lazy("Alarms"), "bell", "alarms.see"),
            ("cases", gettext_lazy("Cases"), "layers", "cases.see"),
            ("one_map", pgettext_lazy("menu", "Map"), "globe", "alarms.see"),
            ("duty", gettext_lazy("Duty desk"), "clock", "duty.keep"),
            ("rosters", gettext_lazy("On duty"), "users", "organisations.see"),
            ("reports", gettext_lazy("Reports upward"), "arrow-right", "cases.see"),
            ("orders", gettext_lazy("Orders"), "route", "orders.work"),
            ("plan_cards", gettext_lazy("Response plans"), "list", "cases.see"),
            ("drills", gettext_lazy("Drills"), "timer", "drills.run"),
            ("all_notices", gettext_lazy("Notices"), "bell-ring", "cases.see"),
        ),
    ),
    Heading(
        pgettext_lazy("menu", "Supervision"),
        (
            ("supervision_summary", gettext_lazy("Supervision"), "layers", "supervision.see"),
            ("objects", gettext_lazy("Supervised objects"), "building-2", "supervision.see"),
            ("firm_applications", gettext_lazy("Firms that register themselves"), "building-2", "supervision.manage"),
            ("points", pgettext_lazy("supervision", "Colours"), "layers", "supervision.see"),
            ("work", gettext_lazy("Work status"), "activity", "supervision.see"),
            ("presence", gettext_lazy("Duty on post"), "users", "presence.see"),
            ("tasks", gettext_lazy("Tasks"), "check", "supervision.see"),
            ("inspections", gettext_lazy("Inspections"), "check-check", "supervision.see"),
            ("findings", gettext_lazy("Hidden dangers"), "shield-alert", "supervision.see"),
            ("sightings", gettext_lazy("Sightings"), "scan-line", "supervision.see"),
            ("cameras", gettext_lazy("Cameras"), "camera", "supervision.see"),
            ("loading_orders", gettext_lazy("Expected vehicles"), "route", "supervision.see"),
            ("loading_orders", gettext_lazy("Expected vehicles"), "route", "firm.work"),
            ("inspector_phone", pgettext_lazy("menu", "Inspect on the phone"), "phone", "inspections.work"),
            ("firm_phone", gettext_lazy("Our safety tasks"), "check", "firm.work"),
        ),
        own="inspections.work",
    ),
    Heading(
        pgettext_lazy("menu", "Hazardous chemicals"),
        (
            ("plant_units", gettext_lazy("Major hazards"), "layers", "supervision.see"),
            ("release_estimates", gettext_lazy("Estimates of releases"), "globe", "supervision.see"),
            ("plant_units", gettext_lazy("Major hazards"), "layers", "firm.work"),
            ("risk_warnings", gettext_lazy("Risk warnings of plants"), "bell-ring", "supervision.see"),
            ("risk_warnings", gettext_lazy("Risk warnings of plants"), "bell-ring", "firm.work"),
            ("work_permits", gettext_lazy("Work permits"), "file-text", "supervision.see"),
            ("work_permits", gettext_lazy("Work permits"), "file-text", "firm.work"),
            ("dynamic_risks", gettext_lazy("Dynamic risk"), "activity", "supervision.see"),
            ("dynamic_risks", gettext_lazy("Dynamic risk"), "activity", "firm.work"),
            ("positions", gettext_lazy("People in plants"), "users", "firm.work"),
            ("positions", gettext_lazy("People in plants"), "users", "presence.see"),
            ("zone_breaches", gettext_lazy("Breaches in plants"), "shield-alert", "firm.work"),
            ("plant_musters", gettext_lazy("Musters"), "users", "firm.work"),
            ("plant_musters", gettext_lazy("Musters"), "users", "presence.see"),
            ("risk_events", gettext_lazy("Risk ledger"), "list", "supervision.see"),
            ("risk_events", gettext_lazy("Risk ledger"), "list", "firm.work"),
            ("prevention_evaluations", gettext_lazy("Evaluation of dual prevention"), "check-check", "supervision.see"),
            ("prevention_evaluations", gettext_lazy("Evaluation of dual prevention"), "check-check", "firm.work"),
            ("risk_checks", gettext_lazy("Checks of measures"), "check", "firm.work"),
            ("prevention_phone", pgettext_lazy("menu", "Checks on site"), "phone", "firm.work"),
            ("permit_phone", pgettext_lazy("menu", "Work permits on site"), "phone", "firm.work"),
            ("safety_commitments", gettext_lazy("Safety commitments"), "check-check", "supervision.see"),
            ("safety_commitments", gettext_lazy("Safety commitments"), "check-check", "firm.work"),
        ),
        own="firm.work",
    ),
    Heading(
        pgettext_lazy("menu", "The public"),
        (
            ("hazard_reports", gettext_lazy("Reports by the public"), "message-square", "hazards.see"),
            ("rewards", gettext_lazy("Rewards"), "check-check", "hazards.see"),
            ("reward_till", gettext_lazy("Pay out rewards"), "file-text", "rewards.pay"),
            ("checker_phone", pgettext_lazy("menu", "Check reports on the phone"), "phone", "inspections.work"),
            ("identity_keys", gettext_lazy("Sealed identities"), "key-round", "identity.keep"),
            ("identity_keys", gettext_lazy("Sealed identities"), "key-round", "secrecy.watch"),
            ("public_warnings", gettext_lazy("Public warnings"), "radio", "warnings.see"),
            ("volunteers", gettext_lazy("Volunteers"), "users", "volunteers.see"),
            ("own_volunteer", pgettext_lazy("menu", "My help"), "user", "volunteers.help"),
        ),
        own="hazards.handle",
    ),
    Heading(
        pgettext_lazy("menu", "Supplies"),
        (
            ("supply_stock", gettext_lazy("Supplies"), "database", "supplies.see"),
            ("supply_requests", gettext_lazy("Requests of supplies"), "list", "supplies.see"),
            ("requisitions", gettext_lazy("Requisitions"), "file-text", "supplies.see"),
            ("supply_items", gettext_lazy("Catalogue of supplies"), "list", "supplies.see"),
        ),
        own="supplies.keep",
    ),
    Heading(
        pgettext_lazy("menu", "Early warning"),
        (
            ("covers", gettext_lazy("Planned works"), "timer", "assets.see"),
            ("early_signs", gettext_lazy("Early signs"), "activity", "diagnosis.see"),
            ("conditions", gettext_lazy("Conditions"), "layers", "alarms.see"),
            ("hit_rates", gettext_lazy("Hit rates"), "crosshair", "diagnosis.see"),
            ("quality", gettext_lazy("Alarm quality"), "bell-ring", "alarms.see"),
            ("months", gettext_lazy("Month against month"), "gauge", "overview.see"),
            ("replays", gettext_lazy("Replay"), "refresh-cw", "causes.replay"),
        ),
    ),
    Heading(
        pgettext_lazy("menu", "Devices and data"),
        (
            ("sensors", gettext_lazy("Sensors"), "gauge", "sensors.see"),
            ("devices", gettext_lazy("Devices"), "cpu", "sensors.see"),
            ("transmitters", gettext_lazy("Fire alarm transmitters"), "bell-ring", "sensors.see"),
            ("modbus_units", gettext_lazy("Modbus units"), "cpu", "sensors.manage"),
            ("opcua_servers", gettext_lazy("OPC UA servers"), "cpu", "sensors.manage"),
            ("quarantine", gettext_lazy("Unreadable messages"), "file-text", "quarantine.see"),
            ("assets", gettext_lazy("Networks"), "network", "assets.see"),
            ("exposed_bodies", gettext_lazy("Exposed bodies"), "users", "exposure.see"),
            ("resources", gettext_lazy("Data resources"), "layers", "resources.see"),
            ("features", gettext_lazy("Data for programs"), "table", "assets.see"),
            ("agreements", gettext_lazy("Sharing of data"), "users", "resources.see"),
        ),
    ),
    Heading(
        pgettext_lazy("menu", "Administration"),
        (
            ("people", gettext_lazy("People"), "users", "people.see"),
            ("policy", gettext_lazy("Policy"), "list", "policy.see"),
            ("audit", gettext_lazy("Audit trail"), "shield", "audit.see"),
            ("imports", gettext_lazy("Imports"), "upload", "assets.manage"),
            ("imports", gettext_lazy("Imports"), "upload", "supervision.manage"),
            ("imports", gettext_lazy("Imports"), "upload", "sensors.manage"),
            ("imports", gettext_lazy("Imports"), "upload", "exposure.keep"),
            ("imports", gettext_lazy("Imports"), "upload", "supplies.lead"),
            ("imports", gettext_lazy("Imports"), "upload", "people.manage"),
            ("imports", gettext_lazy("Imports"), "upload", "roles.grant"),
            ("imports", gettext_lazy("Imports"), "upload", "rosters.manage"),
            ("retention", gettext_lazy("Retention and deletion"), "database", "system.see"),
            ("setup", pgettext_lazy("menu", "Set up"), "list", "system.see"),
            ("readiness", pgettext_lazy("menu", "Checks"), "check-check", "system.see"),
            ("channels", pgettext_lazy("settings", "Channels"), "send", "channels.manage"),
            ("backups", pgettext_lazy("settings", "Backups"), "database", "system.see"),
            ("server_settings", pgettext_lazy("settings", "Server settings"), "settings", "system.see"),
            ("installation", gettext_lazy("Installation"), "activity", "system.see"),
            ("loops", gettext_lazy("Background work"), "refresh-cw", "system.see"),
        ),
    ),
)


# Pages for the phone that Today leads to: by permission the name of the page, and what is pressed.
PHONES: Final[tuple[tuple[Permission, str, Promise], ...]] = (
    ("inspections.work", "inspector_phone", pgettext_lazy("today", "Inspect on the phone")),
    ("firm.work", "firm_phone", pgettext_lazy("today", "Our tasks on the phone")),
    ("orders.work", "crew_phone", pgettext_lazy("today", "Orders on the phone")),
    ("supplies.keep", "keeper_phone", pgettext_lazy("today", "Stores on the phone")),
)


@dataclass(frozen=True)
class Shown:
    """An entry that a person may open; `current` where it is the page, or the page lies below. `count`: address of a number."""

    label: str
    url: str
    icon: str
    current: bool
    count: str = ""


@cache
def address(name: str) -> str:
    """Where an entry leads. Each page has seventy of them, and they are the same as long as the process runs."""
    return reverse(name)


def entries_for(request: "HttpRequest") -> list[tuple[str, list[Shown]]]:
    """What this person may open, under its headings, in order; headings of nothing are left out."""
    shown: list[tuple[str, list[Shown]]] = []
    seen: set[str] = set()
    for heading in _ordered(request):
        entries = []
        for name, words, icon, permission in heading.entries:
            if name not in seen and may_anywhere(request.user, permission) and opens_page(request.user, name):
                seen.add(name)
                entries.append(entry(request, str(words), address(name), icon))
        if entries:
            shown.append((str(heading.words), entries))
    return _nearest(shown)


def _nearest(shown: list[tuple[str, list[Shown]]]) -> list[tuple[str, list[Shown]]]:
    """The same with one current entry at most: of several below which the page lies, the one with the longest address."""
    urls = [one.url for _words, entries in shown for one in entries if one.current]
    here = max(urls, key=len, default="")
    return [(words, [replace(one, current=one.url == here) for one in entries]) for words, entries in shown]


def entry(request: "HttpRequest", label: str, url: str, icon: str, count: str = "") -> Shown:
    """One of them, as it stands on this page."""
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Shown(label, url, icon, current, count)


def folded(first: list[Shown], headings: list[tuple[str, list[Shown]]]) -> tuple[list[Shown], list[tuple[str, list[Shown]]]]:
    """What stands in the bar, `first` before all, and what is left for the fold, under its headings."""
    room = IN_THE_BAR - len(first)
    bar, more = list(first), []
    for words, entries in headings:
        bar += entries[:room]
        if entries[room:]:
            more.append((words, entries[room:]))
        room = max(0, room - len(entries))
    return bar, more


def _ordered(request: "HttpRequest") -> list[Heading]:
    """The headings with a person's own work first: who inspects and keeps no desk has supervision in the bar."""
    if may_anywhere(request.user, "duty.keep"):
        return list(NAVIGATION)
    own = next((one for one in NAVIGATION if one.own and may_anywhere(request.user, one.own)), None)
    return sorted(NAVIGATION, key=lambda one: one is not own)
