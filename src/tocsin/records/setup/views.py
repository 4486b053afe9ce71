"""Pages of setting up and of what is missing, for system administrators."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import all_regions, may, needs, people_without_password, regions_within
from tocsin.records.attachments.views import file_response
from tocsin.records.setup import queries
from tocsin.records.setup.queries import StepState
from tocsin.records.setup.services import county, slips
from tocsin.records.setup.services import steps as services
from tocsin.records.setup.services.city import exporting
from tocsin.records.setup.shown import describe_check, describe_step
from tocsin.screens.acts import Attempt, act
from tocsin.screens.budgets.requests import claim
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.readiness import Sight
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv


@dataclass(frozen=True)
class Back:
    """Which area's steps follow."""

    region_code: Line = ""


@dataclass(frozen=True)
class Slips:
    """Of which area, and whether those whose slip was lost get a new one."""

    region: Line = ""
    again: bool = False


@dataclass(frozen=True)
class Export:
    """Of which area, and whether with people and their roles."""

    region: Line = ""
    people: bool = False


COLUMNS = ("name", "title", "stake_name", "count", "names", "why")


@never_cache
@require_GET
@needs("system.see")
def setup(request: HttpRequest) -> HttpResponse:
    """Every step of an area, the first one that is to do open."""
    region = queries.chosen_area(request.user, request.GET.get("region", ""))
    sight = Sight(actor_of(request), region or EVERYWHERE, current_time())
    shown = [describe_step(one, sight.user) for one in queries.read_steps(sight)]
    needed = [one for one in shown if not one.optional]
    context = {
        "needed": needed,
        "optional": [one for one in shown if one.optional],
        "next": next((one.name for one in shown if one.state is StepState.OPEN), ""),
        "done": sum(one.state is not StepState.OPEN for one in needed),
        "region": all_regions().filter(pk=region).first() if region else None,
        "areas": queries.areas(request.user),
        "may_export": region != "" and may(request.user, "organisations.manage", region),
    }
    return render(request, "records/setup/setup.html", context)


@never_cache
@require_GET
@needs("system.see")
def readiness(request: HttpRequest) -> HttpResponse:
    """What is missing or odd, what endangers people first; what is in order stands below."""
    asked = request.GET.get("region", "")
    region = queries.chosen_area(request.user, asked) if asked else EVERYWHERE
    sight = Sight(actor_of(request), region, current_time())
    shown = [describe_check(one, sight.user) for one in queries.read_checks(sight)]
    if wants_csv(request):
        return as_csv("readiness", COLUMNS, ({**dict(one), "names": " / ".join(one.names)} for one in shown))
    context = {
        "found": [one for one in shown if one.count],
        "in_order": [one for one in shown if not one.count],
        "region": region,
        "areas": queries.areas(request.user),
    }
    return render(request, "records/setup/readiness.html", context)


@never_cache
@require_GET
@needs("system.see")
def administrator_home(request: HttpRequest) -> HttpResponse:
    """To the steps until they are done, then to what is to be done today. Who administers one area of many has theirs."""
    region = queries.chosen_area(request.user, "")
    everywhere = may(request.user, "system.see", EVERYWHERE)
    done = queries.is_set_up(Sight(actor_of(request), region, current_time())) if region else not everywhere
    return redirect("today" if done else "setup")


@never_cache
@require_http_methods(["GET", "POST"])
@needs("people.manage")
def password_slips(request: HttpRequest) -> HttpResponse:
    """Who of an area has no password yet; a press prints their slips, this once."""
    given = read_form(Slips, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        with Attempt(request):
            address = request.build_absolute_uri("/")
            document = slips.print_slips(
                actor=actor_of(request), region_code=given.region, again=given.again, address=address, now=current_time()
            )
            return file_response(document, "application/pdf", _("One-time passwords") + ".pdf", download=True)
    regions = regions_within(request.user, "people.manage").filter(organisations__people__isnull=False).distinct()
    region = given.region or next((one.code for one in regions), "")
    waiting = people_without_password(actor_of(request), region) if region else []
    context = {"regions": regions, "region": region, "waiting": waiting, "at_once": slips.AT_ONCE}
    return render(request, "records/setup/slips.html", context)


@never_cache
@require_GET
@needs("organisations.manage")
def export_city(request: HttpRequest) -> HttpResponse:
    """The settings of an area as a file; `?people=yes` with people and roles."""
    claim()
    asked = read_form(Export, request.GET)
    text = exporting.export_city(actor=actor_of(request), region_code=asked.region, with_people=asked.people, now=current_time())
    return file_response(text.encode(), "application/toml", f"city-{asked.region}.toml", download=True)


@act(lambda request: redirect(_back(request)), alone=True)
def skip_step(request: HttpRequest, *, step: Line, region_code: Line, reason: Line) -> str:
    """Left out, with a reason."""
    services.skip_step(actor=actor_of(request), step=step, region_code=region_code, reason=reason, now=current_time())
    return _("The step is left out.")


@act(lambda request: redirect(_back(request)), alone=True)
def take_up_step(request: HttpRequest, *, step: Line, region_code: Line) -> str:
    """Counts again."""
    services.take_up_step(actor=actor_of(request), step=step, region_code=region_code)
    return _("The step counts again.")


@act(lambda request: redirect(_back(request)), alone=True)
def give_county_template(request: HttpRequest, *, region_code: Line) -> HttpResponse:
    """The usual bodies that the area lacks, as a table to look at."""
    made = county.give_county_template(actor=actor_of(request), region_code=region_code, now=current_time())
    return redirect("table_import", made.pk)


def _back(request: HttpRequest) -> str:
    code = read_form(Back, request.POST).region_code
    return reverse("setup") + (f"?region={code}" if code.isdigit() and len(code) == 6 else "")
