"""How good alarms were: the page, and its tables as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import alarm_quality
from tocsin.command.quality.queries.happenings import SEE
from tocsin.command.quality.queries.months import months_of, prevented_in, reaches_month_before, rows_of_month
from tocsin.command.quality.queries.noisy import noisy_lists
from tocsin.command.quality.rules import STANDING, MonthMeasure, two_months
from tocsin.command.quality.services.quieter import propose_quieter
from tocsin.command.quality.shown.figures import QualityOut, describe_quality
from tocsin.command.quality.shown.happenings import describe_happenings
from tocsin.command.quality.shown.months import MEASURE_NAMES, TIMED, describe_months
from tocsin.command.quality.shown.noisy import NoisyListOut, describe_noisy, describe_tried
from tocsin.engine.tuning import Way
from tocsin.jurisdiction.face import Region, may, may_anywhere, regions_within
from tocsin.screens.acts import act
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.face import try_quieter

SPANS = (
    ("1", gettext_lazy("one day")),
    ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
)
MONTHS = (("this", gettext_lazy("this month")), ("last", gettext_lazy("the month before, as far")))
COLUMNS = {
    "points": ("title", "place", "rule", "alarms", "share"),
    "units": ("unit", "orders", "signed", "sign_half_s", "sign_most_s", "led_to_the_end", "close_half_s", "close_most_s"),
    "groups": (
        "kind",
        "name",
        "alarms",
        "met",
        "confirmed",
        "confirm_half_s",
        "confirm_most_s",
        "ended",
        "end_half_s",
        "end_most_s",
    ),
    "false-alarms": ("code", "name", "cases"),
}


GROUPS = {
    "rule": gettext_lazy("By rule"),
    "device": gettext_lazy("By device"),
    "body": gettext_lazy("By department or owner"),
}


@dataclass(frozen=True)
class Filters:
    """Of which area, time and number of operators the figures are."""

    days: Literal["1", "7", "30", "90"] = "7"
    region: str = ""
    operators: float | None = None


@never_cache
@require_GET
@costly
def page(request: HttpRequest) -> HttpResponse:
    """The page; with `table` one of its tables as CSV."""
    if not may_anywhere(request.user, PERMISSION_SEE):
        raise NotAllowed(_("Your roles do not show you alarms."))
    regions = list(regions_within(request.user, PERMISSION_SEE))
    codes = [one.code for one in regions]
    asked = read_filters(Filters, request.GET)
    operators = asked.operators if asked.operators is not None and 0 < asked.operators <= 1000 else quality().operators
    region = asked.region if asked.region in codes else _narrowest(codes)
    until = current_time()
    since = until - timedelta(days=int(asked.days))
    found = describe_quality(alarm_quality(request.user, region_code=region, since=since, until=until, operators=operators))
    table = request.GET.get("table", "")
    if table in COLUMNS:
        return as_csv(f"alarm-quality-{table}", COLUMNS[table], _rows(found, table))
    context = {
        "found": found,
        "chosen": {"days": asked.days, "region": region, "operators": operators},
        "spans": SPANS,
        "regions": regions,
        "most_minutes": quality().flood.window_min,
        "least_alarms": quality().proposal.least_alarms,
        "noisy": _noisy(request, region),
        "weekly": quality().weekly,
        "groups": [(name, [one for one in found.groups if one.kind == kind]) for kind, name in GROUPS.items()],
    }
    return render(request, "command/quality/quality.html", context)


@never_cache
@require_GET
@costly
def months(request: HttpRequest) -> HttpResponse:
    """This month against the month before, area by area."""
    regions, region = _area_asked(request, read_filters(Filters, request.GET).region)
    compared = two_months(localtime(current_time()))
    areas = months_of(request.user, region_code=region, months=compared)
    prevented = prevented_in(request.user, region_code=region, months=compared)
    found = describe_months(compared, areas, prevented, reaches=reaches_month_before(compared))
    return render(request, "command/quality/months.html", {"found": found, "chosen": region, "regions": regions})


@dataclass(frozen=True)
class RowFilters:
    """Which figure's rows: of an area, a measure and a month."""

    region: str = ""
    measure: MonthMeasure = MonthMeasure.ALARMS
    month: Literal["this", "last"] = "this"


ROW_COLUMNS = ("number", "about", "kind", "place", "region", "desk", "began_at", "ended_at", "seconds")


@never_cache
@require_GET
@costly
def month_rows(request: HttpRequest) -> HttpResponse:
    """What one figure of the months counts, row by row; `format=csv`."""
    asked = read_filters(RowFilters, request.GET)
    regions, region = _area_asked(request, asked.region)
    months = two_months(localtime(current_time()))
    rows = rows_of_month(request.user, region_code=region, measure=asked.measure, months=months, last=asked.month == "last")
    if wants_csv(request):
        return as_csv(f"month-{asked.measure}", ROW_COLUMNS, describe_happenings(request.user, asked.measure, rows))
    context = {
        "chosen": asked,
        "region": region,
        "regions": regions,
        "measures": [(one.value, name) for one, name in MEASURE_NAMES.items()],
        "months": MONTHS,
        "is_standing": asked.measure in STANDING,
        "timed": asked.measure in TIMED,
        "name": MEASURE_NAMES[asked.measure],
    }
    return list_page(
        request,
        rows,
        "command/quality/month_rows.html",
        describe_page=lambda page: describe_happenings(request.user, asked.measure, page),
        context=context,
    )


def _area_asked(request: HttpRequest, asked: str) -> tuple[list[Region], str]:
    """The areas that the reader may choose, and the chosen one: the widest where none of them was asked for."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you figures of months."))
    regions = list(regions_within(request.user, SEE))
    codes = [one.code for one in regions]
    return regions, asked if asked in codes else min(codes, default="")


@never_cache
@require_GET
@costly
def quieter(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """What quieter settings would have done to the rule of that alarm."""
    until = current_time()
    since = until - timedelta(weeks=quality().proposal.weeks)
    tried = try_quieter(actor_of(request), alarm_id, since=since, until=until)
    may_propose = may(request.user, "policy.edit", tried.alarm.region_code)
    return render(request, "command/quality/quieter.html", {"tried": describe_tried(tried), "may_propose": may_propose})


@act("quieter")
def propose(request: HttpRequest, alarm_id: UUID, *, way: Way, reason: str) -> HttpResponse:
    """That way as a tried draft of the detection policy, for a second person to confirm."""
    row = propose_quieter(actor=actor_of(request), alarm_id=alarm_id, way=way, reason=reason, now=current_time())
    return redirect("policy_version", row.pk)


def _noisy(request: HttpRequest, region: str) -> list[NoisyListOut]:
    """The lists of the newest week that has one in that area."""
    lists = noisy_lists(request.user, region)
    newest = lists.values_list("week_until", flat=True).first()
    return [] if newest is None else [describe_noisy(one) for one in lists.filter(week_until=newest)]


def _rows(found: QualityOut, table: str) -> Sequence[object]:
    if table == "points":
        return found.top
    if table == "false-alarms":
        return found.false_alarms.causes
    if table == "groups":
        return [
            {
                "kind": one.kind,
                "name": one.name,
                "alarms": one.alarms,
                "met": one.met,
                "confirmed": one.confirm.count,
                "confirm_half_s": one.confirm.half_s,
                "confirm_most_s": one.confirm.most_s,
                "ended": one.close.count,
                "end_half_s": one.close.half_s,
                "end_most_s": one.close.most_s,
            }
            for one in found.groups
        ]
    return [
        {
            "unit": one.unit,
            "orders": one.orders,
            "signed": one.sign.count,
            "sign_half_s": one.sign.half_s,
            "sign_most_s": one.sign.most_s,
            "led_to_the_end": one.close.count,
            "close_half_s": one.close.half_s,
            "close_most_s": one.close.most_s,
        }
        for one in found.units
    ]


def _narrowest(codes: list[str]) -> str:
    """A county where the reader has one, else whatever there is."""
    return next((code for code in reversed(codes) if not code.endswith("00")), codes[0] if codes else "")
