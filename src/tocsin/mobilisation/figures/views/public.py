"""The figures for everybody, without signing in: as a page, as a file, as JSON."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from tocsin.mobilisation.figures.models import FigureEdition
from tocsin.mobilisation.figures.queries import editions as queries
from tocsin.mobilisation.figures.rules.counting import ALL
from tocsin.mobilisation.figures.rules.periods import read_period
from tocsin.mobilisation.figures.shown.feed import atom_feed
from tocsin.mobilisation.figures.shown.figures import (
    areas_of,
    describe_edition,
    describe_period,
    describe_row,
    rows_of,
)
from tocsin.records.face import product_title
from tocsin.screens.charts import bars
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_file

COLUMNS = headed(
    *("area", "area_name", "trade", "trade_name", "accepted", "checked", "true", "share_true"),
    *("answered", "median_days", "removed", "rewards", "yuan"),
)
_MONTHS = 12
_IN_FEED = 50

CHART = (600, 120)  # of the bars of months, in units of the picture


@dataclass(frozen=True)
class Filters:
    """Which period, and which area; empty: the newest, and all of it."""

    period: str = ""
    area: str = ""


@login_not_required
@require_GET
@cache_control(private=True, max_age=60)
def figures(request: HttpRequest) -> HttpResponse:
    """One period of one area: figures, the months before, areas below, trades. `?format=csv`: all rows of the period."""
    chosen = read_filters(Filters, request.GET)
    published = queries.editions()
    edition = _chosen(published, chosen.period)
    if edition is None:
        return render(request, "mobilisation/figures/figures.html", {"periods": []})
    told = queries.figures_of(edition)
    file = list_file(request, told.values(), f"hazard-figures-{edition.period}-{edition.number}", COLUMNS, describe_row)
    if file is not None:
        return file
    area = chosen.area if (chosen.area, ALL) in told else edition.region_code
    below, trades = rows_of(told, area)
    context = {
        "edition": describe_period(edition),
        "periods": [(one.period, describe_period(one).name) for one in published],
        "areas": (areas := areas_of(told)),
        "inner": {code for code, _name in areas},
        "area": area,
        "whole": describe_row(told[area, ALL]),
        "below": below,
        "trades": trades,
        "bars": bars(_months(published, area), width=CHART[0], height=CHART[1]),
        "chart": CHART,
    }
    return render(request, "mobilisation/figures/figures.html", context)


@login_not_required
@require_GET
@cache_control(public=True, max_age=300)
def data(request: HttpRequest) -> HttpResponse:
    """All periods that were published, or with `?period=` the rows of one. The same as programs with a token read."""
    wanted = request.GET.get("period", "")
    headers = {"Access-Control-Allow-Origin": "*"}
    if not wanted:
        told = [describe_period(one).dict() for one in queries.editions()]
        return JsonResponse({"periods": told}, headers=headers)
    edition = queries.edition_of(wanted)
    if edition is None:
        raise Http404
    return JsonResponse(describe_edition(edition, queries.figures_of(edition).values()).dict(), headers=headers)


@login_not_required
@require_GET
@cache_control(public=True, max_age=300)
def feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of editions: what is new, and what was corrected and why."""
    written = atom_feed(
        queries.latest_editions(_IN_FEED),
        author=product_title(),
        page=request.build_absolute_uri(reverse("hazard_figures")),
        own=request.build_absolute_uri(reverse("hazard_figures_feed")),
        now=current_time(),
    )
    return HttpResponse(written, content_type="application/atom+xml; charset=utf-8")


def _chosen(published: list[FigureEdition], period: str) -> FigureEdition | None:
    return next((one for one in published if one.period == period), published[0] if published else None)


def _months(published: list[FigureEdition], area: str) -> list[tuple[str, int | None]]:
    """How many were accepted in each of the last months, the oldest first."""
    found: list[tuple[str, int | None]] = []
    for one in published:
        period = read_period(one.period)
        row = queries.figures_of(one).get((area, ALL)) if period is not None and period.months == 1 else None
        if row is not None and period is not None and len(found) < _MONTHS:
            found.append((date_format(period.first, "Y-m"), row.accepted))
    return found[::-1]
