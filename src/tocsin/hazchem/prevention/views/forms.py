"""The form of an event, the page of tables, and what analysis objects and units are."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.prevention.models import RiskEvent, RiskObject, RiskUnit
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.ledger import visible_events, visible_risk_objects, visible_risk_units
from tocsin.hazchem.prevention.rules.grading import Factors
from tocsin.hazchem.prevention.rules.kinds import RiskMethod, RiskScale
from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet, EventSheet, PlaceSheet
from tocsin.hazchem.prevention.rules.tables import HEADINGS, NEEDED
from tocsin.hazchem.prevention.services import ledger
from tocsin.hazchem.prevention.services.tables import TableLook, take_risks
from tocsin.hazchem.prevention.shown import names
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import actor_of
from tocsin.supervision.face import SupervisedObject, visible_objects


@dataclass(frozen=True, kw_only=True)
class EventForm:
    """An event, as its form has it."""

    text: Line
    cause: Line
    consequence: Line
    method: RiskMethod
    scale: RiskScale
    likelihood: float
    severity: float
    exposure: float | None


@dataclass(frozen=True, kw_only=True)
class PlaceForm:
    """Where a new one belongs."""

    risk_object: Line
    unit_name: Line
    plant_unit: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AnalysisObjectForm:
    """An analysis object, as its form has it."""

    title: Line
    department: Line
    person: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TieForm:
    """The unit of the plant that a unit belongs to."""

    plant_unit: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RiskTableForm:
    """How a table is read, and whether it is taken."""

    method: RiskMethod = RiskMethod.OTHER
    risk_object: Line = ""
    take: bool = False


@require_http_methods(["GET", "POST"])
def enter_event(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The form of a new event of a firm, and what it sends."""
    firm = visible_objects(request.user).get(pk=object_id)
    if request.method == "GET":
        return _form(request, firm, None)
    with Attempt() as attempt:
        form = read_form(PlaceForm, request.POST)
        place = PlaceSheet(risk_object=form.risk_object, unit=form.unit_name, plant_unit_id=form.plant_unit)
        made = ledger.enter_event(
            actor=actor_of(request), object_id=firm.pk, place=place, sheet=_sheet(request), now=current_time()
        )
        messages.success(request, _("The event is entered and graded. Enter what stands against it."))
        return redirect("risk_event", made.pk)
    return _form(request, firm, None, attempt.reason, attempt.status)


@require_http_methods(["GET", "POST"])
def change_event(request: HttpRequest, risk_event_id: UUID) -> HttpResponse:
    """The same of an event that is known."""
    event = visible_events(request.user).get(pk=risk_event_id)
    if request.method == "GET":
        return _form(request, event.object, event)
    with Attempt() as attempt:
        ledger.change_event(actor=actor_of(request), event_id=event.pk, sheet=_sheet(request), now=current_time())
        messages.success(request, _("The event is changed and graded anew."))
        return redirect("risk_event", event.pk)
    return _form(request, event.object, event, attempt.reason, attempt.status)


@require_POST
def change_object(request: HttpRequest, risk_object_id: UUID) -> HttpResponse:
    """What an analysis object is called, and who answers for it."""
    found: RiskObject = visible_risk_objects(request.user).get(pk=risk_object_id)
    with Attempt(request):
        form = read_form(AnalysisObjectForm, request.POST)
        sheet = AnalysisObjectSheet(name=form.title, department=form.department, person_id=form.person)
        ledger.change_risk_object(actor=actor_of(request), risk_object_id=found.pk, sheet=sheet)
        messages.success(request, _("The analysis object is changed."))
    return _back_to(RiskEvent.objects.filter(unit__risk_object=found, active=True).first())


@require_POST
def tie_unit(request: HttpRequest, risk_unit_id: UUID) -> HttpResponse:
    """The unit of the plant whose risk a unit's events are."""
    unit: RiskUnit = visible_risk_units(request.user).get(pk=risk_unit_id)
    with Attempt(request):
        form = read_form(TieForm, request.POST)
        ledger.tie_unit(actor=actor_of(request), risk_unit_id=unit.pk, plant_unit_id=form.plant_unit)
        messages.success(request, _("The unit is tied."))
    return _back_to(RiskEvent.objects.filter(unit=unit, active=True).first())


@require_http_methods(["GET", "POST"])
def import_risks(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A table of events: looked at, with all that is wrong at once, or taken."""
    firm = visible_objects(request.user).get(pk=object_id)
    look: TableLook | None = None
    form = RiskTableForm()
    with Attempt() as attempt:
        if not may_keep(request.user, firm):
            raise NotAllowed(_("A risk ledger is kept by the firm's own people, or by keepers of the register."))
        if request.method == "POST":
            form = read_form(RiskTableForm, request.POST)
            file = request.FILES.get("file")
            if file is None:
                raise InvalidInput(_("Choose a file."))
            look = take_risks(
                actor=actor_of(request),
                object_id=firm.pk,
                content=file.read(),
                method=form.method,
                risk_object=form.risk_object,
                only_look=not form.take,
                now=current_time(),
            )
    context = {
        "firm": firm,
        "look": look,
        "colours": [(colour, names.COLOUR_NAMES[colour], count) for colour, count in look.colours.items()] if look else [],
        "chosen": form,
        "methods": names.METHOD_NAMES.items(),
        "headings": [(words[0], name in NEEDED) for name, words in HEADINGS.items()],
        "error": attempt.reason,
    }
    status = 400 if look and look.problems and form.take else attempt.status
    return render(request, "hazchem/prevention/table.html", context, status=status)


def _sheet(request: HttpRequest) -> EventSheet:
    form = read_form(EventForm, request.POST)
    factors = Factors(form.scale, form.likelihood, form.severity, form.exposure)
    return EventSheet(text=form.text, method=form.method, factors=factors, cause=form.cause, consequence=form.consequence)


def _back_to(event: RiskEvent | None) -> HttpResponse:
    return redirect("risk_event", event.pk) if event else redirect("risk_events")


def _form(
    request: HttpRequest, firm: SupervisedObject, event: RiskEvent | None, error: str = "", status: int = 200
) -> HttpResponse:
    scales = prevention().scales
    known = RiskUnit.objects.filter(object=firm, active=True).select_related("risk_object")[:500]
    context = {
        "firm": firm,
        "event": event,
        "values": request.POST or (vars(event) if event else {"scale": "ls", "method": "jha"}),
        "methods": names.METHOD_NAMES.items(),
        "scales": names.SCALE_NAMES.items(),
        "lec": {name: [f"{one:g}" for one in getattr(scales.lec, name)] for name in ("likelihood", "exposure", "consequence")},
        "most": scales.ls.most,
        "objects": sorted({one.risk_object.name for one in known}),
        "units": sorted({one.name for one in known}),
        "plant_units": [(str(one.pk), one.name) for one in visible_units(request.user).filter(object=firm)[:200]],
        "error": error,
    }
    return render(request, "hazchem/prevention/event_form.html", context, status=status)
