"""An operator writes down what somebody says by telephone, letter or at the counter; meanwhile the page shows what it may be."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import regions_within
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.papers import receipts
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries import alike as queries_alike
from tocsin.mobilisation.hazard_reports.queries import reports as queries
from tocsin.mobilisation.hazard_reports.queries.identity import any_keys
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Handed, Mode, is_on_earth
from tocsin.mobilisation.hazard_reports.rules.sealing import Identity
from tocsin.mobilisation.hazard_reports.services import receiving
from tocsin.mobilisation.hazard_reports.shown.reports import describe_report
from tocsin.mobilisation.hazard_reports.shown.words import CHANNEL_NAMES, MODE_NAMES
from tocsin.mobilisation.public_warnings.queries.warnings import map_bounds
from tocsin.mobilisation.volunteers.shown.names import map_texts
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

OPERATORS = (Channel.HOTLINE_12345, Channel.HOTLINE_12350, Channel.LETTER, Channel.VISIT, Channel.PLATFORM)


@never_cache
@require_GET
def new_report(request: HttpRequest) -> HttpResponse:
    """The operator's form: what somebody said by telephone, letter or at the counter."""
    regions = _regions(request.user)
    context = {
        "regions": regions,
        "kinds": [(one.key, one.name) for one in report_policy().kind],
        "channels": [(one.value, CHANNEL_NAMES[one]) for one in OPERATORS],
        "modes": [(one.value, MODE_NAMES[one]) for one in (Mode.ANONYMOUS, Mode.HIDDEN, Mode.NAMED)],
        "sealed": any_keys(),
        "map_texts": map_texts(),
        "map_bounds": map_bounds(regions[0][0]) if len(regions) == 1 else "",
    }
    return render(request, "mobilisation/hazard_reports/new_report.html", context)


@dataclass(frozen=True, kw_only=True)
class SaidSoFar:
    """What has been typed so far; nothing of who says it is asked for."""

    region_code: Line = ""
    kind: Line = ""
    firm: Line = ""
    place: Line = ""
    text: str = ""
    lon: float | None = None
    lat: float | None = None


@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Open reports that the caller may tell of: a part of the form, fetched while it is filled in. What was typed is sent in a
    body, so that it stands in no address and no log.
    """
    typed = read_filters(SaidSoFar, request.POST)
    if typed.region_code not in dict(_regions(request.user)):
        raise NotAllowed(_("Your roles do not let you take reports in."))
    spot = (typed.lon, typed.lat) if None not in (typed.lon, typed.lat) and is_on_earth(typed.lon, typed.lat) else (None, None)
    matter = queries_alike.Matter(typed.region_code, typed.kind, typed.text, *spot)
    found = queries_alike.alike_to_call(request.user, matter, names=f"{typed.firm} {typed.place}", now=current_time())
    told = [
        (describe_report(_loaded(one.report)), round(one.score * 100), queries_alike.away_m(matter, one.report)) for one in found
    ]
    return render(request, "mobilisation/hazard_reports/_similar_reports.html", {"similar": told})


@dataclass(frozen=True, kw_only=True)
class SaidForm:
    """What somebody said."""

    region_code: Line
    kind: Line
    firm: Line
    place: Line
    text: str
    since: Line
    lon: float | None = None
    lat: float | None = None
    danger: bool = False
    insider: bool = False
    channel: Channel | None
    channel_reference: Line
    mode: Mode | None
    name: Line
    telephone: Line
    account: Line
    same_as: UUID | None = None


@act("new_hazard_report", alone=True)
def take_in(request: HttpRequest, *, form: SaidForm) -> HttpResponse:
    """It goes into the queue; then number, secret and receipt, shown this once."""
    handed = Handed(
        kind=form.kind,
        text=form.text,
        region_code=form.region_code,
        firm=form.firm,
        place=form.place,
        since=form.since,
        lon=form.lon,
        lat=form.lat,
        danger=form.danger,
        insider=form.insider,
    )
    new = receiving.NewReport(
        id=new_id(),
        handed=handed,
        secret_sha256="",
        channel=form.channel or Channel.VISIT,
        channel_reference=form.channel_reference,
        mode=form.mode or Mode.ANONYMOUS,
        identity=Identity(name=form.name, telephone=form.telephone, account=form.account),
        same_as=form.same_as,
    )
    taken = receiving.take_in(actor=actor_of(request), new=new, now=current_time())
    context = {"report": describe_report(_loaded(taken.report)), "secret": taken.secret, "receipt": taken.report.receipt}
    return render(request, "mobilisation/hazard_reports/taken_in.html", context)


@never_cache
@act("hazard_report")
def print_receipt(request: HttpRequest, hazard_report_id: UUID, *, secret: Line) -> HttpResponse:
    """The slip for whoever reported, with the secret that the page before showed: it lies nowhere and is sent in a body."""
    document = receipts.print_receipt(actor=actor_of(request), report_id=hazard_report_id, secret=secret, now=current_time())
    return HttpResponse(document, content_type="application/pdf", headers={"Content-Disposition": "inline"})


def _loaded(report: HazardReport) -> HazardReport:
    return queries.loaded(HazardReport.objects.all()).get(pk=report.pk)


def _regions(user: "Person") -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in regions_within(user, rights.HANDLE) if one.level == "county"]
