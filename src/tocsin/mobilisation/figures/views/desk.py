"""The desk's own figures with nothing hidden, and publishing with a reason."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.figures.queries import editions as queries
from tocsin.mobilisation.figures.queries.exact import exact_figures, newest_period
from tocsin.mobilisation.figures.rules import rights
from tocsin.mobilisation.figures.services.publishing import ask_for_edition
from tocsin.mobilisation.figures.shown.figures import area_name, describe_period, describe_row, period_name, rows_of
from tocsin.mobilisation.figures.views.public import COLUMNS
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.page import list_file
from tocsin.screens.request import actor_of


@dataclass(frozen=True)
class Filters:
    """Which period; empty: the last month that is over."""

    period: str = ""


@never_cache
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of the reader's own area as it stands now, and what was published of the period."""
    chosen = read_filters(Filters, request.GET)
    now = current_time()
    period = chosen.period or str(newest_period(now))
    told = exact_figures(request.user, period, now=now)
    file = list_file(request, told.values(), f"hazard-figures-exact-{period}", COLUMNS, describe_row)
    if file is not None:
        return file
    area = next(iter(told), ("", ""))[0]
    below, trades = rows_of(told, area) if told else ([], [])
    context = {
        "period": period,
        "period_name": period_name(period),
        "area": area,
        "below": below,
        "trades": trades,
        "editions": [(describe_period(one), one.published_by) for one in queries.editions_of(period)],
        "published": [(one.period, period_name(one.period)) for one in queries.editions()],
        "may_publish": may_anywhere(request.user, rights.PUBLISH),
        "area_name": area_name(area) if area else "",
    }
    return render(request, "mobilisation/figures/exact.html", context)


@act("exact_hazard_figures", alone=True)
def publish(request: HttpRequest, *, period: Line, reason: str) -> str:
    """A period is published before its day, or corrected."""
    made = ask_for_edition(actor=actor_of(request), period=period, reason=reason, now=current_time())
    told = {"period": period_name(made.period), "edition": made.number}
    return _("Edition %(edition)s of %(period)s is being published: it is there within a minute.") % told
