"""Forms of a unit, and the table of many."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import UnitKind
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import KeyArea
from tocsin.hazchem.installations.rules.outlines import read_outline, written
from tocsin.hazchem.installations.rules.sheets import UnitSheet
from tocsin.hazchem.installations.services import units as services
from tocsin.hazchem.installations.services.tables import import_plants
from tocsin.hazchem.installations.shown import names
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import actor_of
from tocsin.supervision.face import SupervisedObject, visible_objects


@dataclass(frozen=True, kw_only=True)
class UnitForm:
    """A unit, as its form has it."""

    name: Line
    kind: UnitKind
    area: KeyArea | None
    people: int | None
    lon: float | None
    lat: float | None
    outline: str
    filing_number: Line
    filed_on: date | None
    assessed_on: date | None


@dataclass(frozen=True)
class TableForm:
    """Whose rows are without a credit code."""

    object: UUID | None = None


@require_http_methods(["GET", "POST"])
def enter_unit(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """The form of a new unit of a firm, and what it sends."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    if request.method == "GET":
        return _form(request, firm, None)
    with Attempt() as attempt:
        sheet = _sheet(request)
        made = services.enter_unit(actor=actor_of(request), object_id=firm.pk, sheet=sheet, now=current_time())
        return redirect("plant_unit", made.pk)
    return _form(request, firm, None, attempt.reason, attempt.status)


@require_http_methods(["GET", "POST"])
def change_unit(request: HttpRequest, plant_unit_id: UUID) -> HttpResponse:
    """The same of a unit that is known."""
    unit = visible_units(request.user).get(pk=plant_unit_id)
    if request.method == "GET":
        return _form(request, unit.object, unit)
    with Attempt() as attempt:
        sheet = _sheet(request)
        services.change_unit(actor=actor_of(request), unit_id=unit.pk, sheet=sheet, now=current_time())
        messages.success(request, _("The unit is changed and graded anew."))
        return redirect("plant_unit", unit.pk)
    return _form(request, unit.object, unit, attempt.reason, attempt.status)


@require_POST
def import_units(request: HttpRequest) -> HttpResponse:
    """Plants from a table, all or none; what is wrong is told on the page that follows."""
    with Attempt(request):
        wanted = read_form(TableForm, request.POST)
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        done = import_plants(actor=actor_of(request), object_id=wanted.object, content=file.read(), now=current_time())
        told = _("Units: %(units)s, equipment: %(equipment)s, substances: %(substances)s, points: %(points)s.")
        words = [told % {"units": done.units, "equipment": done.equipment, "substances": done.substances, "points": done.points}]
        if done.unread:
            words.append(_("Not read: %(headings)s.") % {"headings": ", ".join(done.unread[:20])})
        messages.success(request, " ".join(words))
    return redirect("plant_units")


def _sheet(request: HttpRequest) -> UnitSheet:
    given = vars(read_form(UnitForm, request.POST))
    return UnitSheet(**{**given, "outline": read_outline(given["outline"])})


def _form(
    request: HttpRequest, firm: SupervisedObject, unit: PlantUnit | None, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "firm": firm,
        "unit": unit,
        "values": request.POST or ({**vars(unit), "outline": written(unit.outline)} if unit else {}),
        "kinds": names.UNIT_NAMES.items(),
        "areas": names.AREA_NAMES.items(),
        "error": error,
    }
    return render(request, "hazchem/installations/unit_form.html", context, status=status)
