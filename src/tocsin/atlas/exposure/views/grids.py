"""Population grids: given as a table, or made from the bodies of a region."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.exposure.queries.bodies import KEEP, visible_grids
from tocsin.atlas.exposure.services import grids as services
from tocsin.atlas.exposure.shown.bodies import describe_grid
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import needs, regions_within
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of


@never_cache
@require_GET
@needs(KEEP)
def grids(request: HttpRequest) -> HttpResponse:
    """The grids that were given, and forms for another one."""
    context = {
        "grids": [describe_grid(one, current_time()) for one in visible_grids(request.user)[:50]],
        "regions": regions_within(request.user, KEEP),
    }
    return render(request, "atlas/exposure/grids.html", context)


@never_cache
@act("population_grids", alone=True)
def take_grid(request: HttpRequest, *, region_code: Line, source: Line, figures_on: date | None) -> str:
    """Puts a population grid in force."""
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    made = services.take_grid(
        actor=actor_of(request),
        region_code=region_code,
        file_name=file.name or "",
        content=file.read(),
        source=source,
        figures_on=figures_on,
        now=current_time(),
    )
    return _("The grid is in force: %(cells)s cells.") % {"cells": made.cells}


@never_cache
@act("population_grids", alone=True)
def grid_from_bodies(request: HttpRequest, *, region_code: Line) -> str:
    """Makes a region's grid from its bodies."""
    made = services.grid_from_bodies(actor=actor_of(request), region_code=region_code, now=current_time())
    return _("The grid is in force: %(cells)s cells.") % {"cells": made.cells}
