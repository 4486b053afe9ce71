"""The page on which a unit's sheets are read and written."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.rationalisation.queries import points_of
from tocsin.hazchem.rationalisation.rules import Sheet
from tocsin.hazchem.rationalisation.services import write_sheet
from tocsin.hazchem.rationalisation.shown import describe_sheets
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.lists.page import list_file
from tocsin.screens.request import actor_of

COLUMNS = (*("scope_name", "point_kind_name", "tag", "holds_cause", "holds_consequence", "holds_action", "holds_respond_min"),)


@never_cache
@require_GET
def response_sheets(request: HttpRequest, plant_unit_id: UUID) -> HttpResponse:
    """What is written of the alarms of a unit, and what each point inherits; as a page or a file."""
    unit = visible_units(request.user).get(pk=plant_unit_id)
    rows = describe_sheets(unit, points_of(unit))
    context = {"unit": unit, "rows": rows, "may_keep": may_keep(request.user, unit.object)}
    return list_file(request, rows, "response-sheets", COLUMNS, lambda one: one) or render(
        request, "hazchem/rationalisation/sheets.html", context
    )


def _write(
    request: HttpRequest,
    unit: UUID,
    *,
    point_kind: PointKind | None,
    point: UUID | None,
    cause: Line,
    consequence: Line,
    action: Line,
    respond_min: float | None,
) -> str:
    sheet = Sheet(cause, consequence, action, respond_min)
    write_sheet(actor=actor_of(request), unit_id=unit, sheet=sheet, point_kind=point_kind, point_id=point, now=current_time())
    return _("The sheet is kept.") if not sheet.is_empty else _("The sheet is taken away.")


ACTS: dict[str, Act] = {"write": _write}


@require_POST
def act_on_response_sheets(request: HttpRequest, plant_unit_id: UUID, name: str) -> HttpResponse:
    """Writes one sheet."""
    visible_units(request.user).get(pk=plant_unit_id)
    perform_and_tell(request, ACTS, name, request, plant_unit_id)
    return redirect("response_sheets", plant_unit_id)
