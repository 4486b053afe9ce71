"""How often the causes that were shown were right, and what the priors have learnt from it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, region_prefixes, regions_within
from tocsin.screens.acts import act
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import page_or_part
from tocsin.screens.request import actor_of
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS, PERMISSION_PRIORS
from tocsin.warning.diagnosis.services import priors as services
from tocsin.warning.diagnosis.shown.hit_rates import BinOut, describe_priors, hit_rates

SPANS = (
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("one year")),
    ("", gettext_lazy("all time")),
)


@dataclass(frozen=True)
class Filters:
    """Of which region and time the rates are."""

    region: str = ""
    days: Literal["30", "90", "365", ""] = "365"


@require_GET
@costly
def rates(request: HttpRequest) -> HttpResponse:
    """The page; `rates` alone for htmx."""
    if not may_anywhere(request.user, PERMISSION_DIAGNOSIS):
        raise NotAllowed(_("Your roles do not show you diagnoses."))
    regions = _regions(request)
    codes = [code for code, _name in regions]
    asked = read_filters(Filters, request.GET)
    chosen = Filters(asked.region if asked.region in codes else codes[0], asked.days)
    since = current_time() - timedelta(days=int(chosen.days)) if chosen.days else None
    found = hit_rates(request.user, region_code=chosen.region, since=since)
    context = {
        "chosen": chosen,
        "spans": SPANS,
        "regions": regions,
        "rates": found,
        "moments": [
            (_("When the alarm was taken"), found.dispatched, _plot(found.dispatched.reliability)),
            (_("Last, with measurements and answers"), found.last, _plot(found.last.reliability)),
        ],
        "priors": describe_priors(chosen.region),
        "may_reset": may(request.user, PERMISSION_PRIORS, chosen.region),
    }
    page = "warning/diagnosis/hit_rates.html"
    return page_or_part(request, page, "rates", context)


def _to_region(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('hit_rates')}?{urlencode({'region': request.POST.get('region', '')})}")


@act(_to_region)
def reset(request: HttpRequest, *, region: str, reason: str) -> str:
    """Resets the priors of a region and leads back to them, with what was done or why not."""
    services.reset_priors(actor=actor_of(request), region_code=region, reason=reason)
    return _("The priors of this region learn anew.")


def _plot(reliability: list[BinOut]) -> list[dict[str, float]]:
    """The points of the reliability diagram on a square of 100 by 100, y downwards, with the ends of their intervals."""
    return [
        {
            "x": 100 * one.said,
            "y": 100 - 100 * one.right.share,
            "low": 100 - 100 * one.right.low,
            "high": 100 - 100 * one.right.high,
            "of": one.right.of,
        }
        for one in reliability
        if one.said is not None and one.right.share is not None and one.right.low is not None and one.right.high is not None
    ]


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    """Where the person may see diagnoses, the widest first; the whole installation where that is everywhere."""
    regions = [(one.code, f"{one} {one.code}") for one in regions_within(request.user, PERMISSION_DIAGNOSIS)]
    regions.sort(key=lambda one: (len(one[0].rstrip("0")), one[0]))
    everywhere = [(EVERYWHERE, _("The whole installation"))] if "" in region_prefixes(request.user, PERMISSION_DIAGNOSIS) else []
    return everywhere + regions
