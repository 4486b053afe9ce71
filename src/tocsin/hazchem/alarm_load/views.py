"""Alarm load of firms: the list, and one firm's figures, its last burst in order, and how much its points report."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.hazchem.alarm_load.policy import alarm_load_policy
from tocsin.hazchem.alarm_load.queries.load import (
    FirmAlarms,
    alarms_of_firms,
    burst_of,
    firm_alarms,
    firms_with_plants,
    times_of_bursts,
)
from tocsin.hazchem.alarm_load.queries.online import day_rates, firm_rate
from tocsin.hazchem.alarm_load.shown.load import (
    FirmLoadRowOut,
    PlantAlarmLoadOut,
    describe_load,
    describe_online,
    describe_row,
)
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import wants_csv
from tocsin.supervision.face import SupervisedObject

FIRMS_AT_ONCE = 25
MOST_IN_FILE = 500
ROW_COLUMNS = (*("firm", "alarms", "per_hour", "peak", "flood_share", "standing", "chattering", "beyond", "online_pct"),)
BURST_COLUMNS = (
    *("at", "level_name", "unit", "equipment", "point", "point_kind_name", "rule", "why_names", "beneath", "followed_name"),
    "under_it",
)
POINT_COLUMNS = ("unit", "equipment", "point", "sensor", "day_pct", "week_pct", "month_pct", "planned")
EMPTY = EmptyState(
    gettext_lazy("A firm stands here when it has a unit with hazardous chemicals."), link=gettext_lazy("Units"), to="plant_units"
)


@dataclass(frozen=True)
class FirmFilters:
    """Which firms the list shows."""

    q: str = ""


@dataclass(frozen=True)
class LoadFilters:
    """Until which day a firm's alarms are told, and which of its bursts; `table`: what a file has."""

    until: date | None = None
    burst: int | None = None
    table: Literal["burst", "points"] = "burst"


@never_cache
@require_GET
def alarm_loads(request: HttpRequest) -> HttpResponse:
    """Firms with plants that the reader sees, each with its figures of the last days."""
    chosen = read_filters(FirmFilters, request.GET)
    found = firms_with_plants(request.user, chosen.q)
    rows = _rows(list(found[:MOST_IN_FILE])) if wants_csv(request) else []
    return list_file(request, rows, "alarm-load", ROW_COLUMNS, lambda one: one) or list_page(
        request,
        found,
        "hazchem/alarm_load/firms.html",
        empty=EMPTY,
        part="",
        describe_page=_rows,
        context={"chosen": chosen},
        per_page=FIRMS_AT_ONCE,
    )


def _rows(firms: list[SupervisedObject]) -> list[FirmLoadRowOut]:
    """Figures of these firms of the last days, as many as the policy of everywhere says."""
    now = current_time()
    found = alarms_of_firms(firms, since=now - timedelta(days=alarm_load_policy().days), until=now)
    online = day_rates({pk: one.points for pk, one in found.items()})
    return [describe_row(found[one.pk], online[one.pk]) for one in firms]


@never_cache
@require_GET
def alarm_load(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """One firm: its figures beside their targets, a burst in order, its points by how much they report."""
    firm = firms_with_plants(request.user).get(pk=supervised_object_id)
    chosen, now = read_filters(LoadFilters, request.GET), current_time()
    online = describe_online(firm_rate(firm.pk))
    if chosen.table == "points" and (file := list_file(request, online.points, "online-points", POINT_COLUMNS, lambda one: one)):
        return file
    shown = load_shown(firm, until=end_of(chosen.until, now), burst=chosen.burst)
    rows = [*shown.burst.top, *shown.burst.others, *shown.burst.folded] if shown.burst else []
    context = {
        "firm": firm,
        "shown": shown,
        "under": _under(shown),
        "online": online,
        "chosen": chosen,
    }
    return list_file(request, rows, "burst", BURST_COLUMNS, lambda one: one) or render(
        request, "hazchem/alarm_load/firm.html", context
    )


def end_of(day: date | None, now: datetime) -> datetime:
    """Until when alarms are told: the end of a local day, or now."""
    return now if day is None else min(now, timezone.make_aware(datetime.combine(day, time())) + timedelta(days=1))


def load_shown(firm: SupervisedObject, *, until: datetime, burst: int | None) -> PlantAlarmLoadOut:
    """A firm's alarms of the days before a moment, with the burst of that number, else the newest."""
    since = until - timedelta(days=alarm_load_policy(firm.region_code).days)
    found: FirmAlarms = firm_alarms(firm, since=since, until=until)
    spans = times_of_bursts(found)
    number = len(spans) - 1 if burst is None or not 0 <= burst < len(spans) else burst
    return describe_load(found, spans, burst_of(found, *spans[number]) if spans else None)


def _under(shown: PlantAlarmLoadOut) -> list[tuple[object, list[object]]]:
    """Each alarm on top and each of the others with those that are folded beneath it."""
    if shown.burst is None:
        return []
    beneath: dict[UUID | None, list[object]] = {}
    for one in shown.burst.folded:
        beneath.setdefault(one.beneath, []).append(one)
    return [(one, beneath.get(one.alarm_id, [])) for one in shown.burst.top]
